#pragma once
/// \file
/// The rights that the process has, and gives up.

#include <sys/types.h>

#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace tintype::daemon {

/// What a process started as root runs as. Made first thing, before there is a second thread: from then on everything
/// is opened as that user, except that reading files and binding ports below 1024 still need no permission. drop()
/// takes that away, and the way back. A process not started as root has nothing to give up; it only gives up ever
/// getting more. Thread safety: one thread, the one that made it.
class Privileges {
  public:
    /// \param user to run as: a name; `root` stays root; empty: `tintype` if started as root and there is such a user.
    /// Errors: no such user, user 0 by another name, not started as root and asked for another user, the system
    /// refuses.
    static tl::expected<Privileges, std::string> confine(const std::string& user);

    /// Gives up for good, in all threads, and looks whether that is so. Errors: it is not so.
    [[nodiscard]] tl::expected<void, std::string> drop();

    /// Whether it is root and stays it.
    [[nodiscard]] bool stays_root() const noexcept;
    /// Whom it was turned into; empty if it wasn't.
    [[nodiscard]] const std::string& user() const noexcept { return user_; }

  private:
    std::string user_;
    std::optional<uid_t> uid_;
    gid_t gid_ = 0;
};

}  // namespace tintype::daemon
