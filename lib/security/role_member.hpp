#pragma once
/// \file
/// Who has a role: users by the names that log-ons find, all of a domain or realm, groups.

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tintype::security {

/// A user's name in its parts. Views into it.
struct UserName {
    std::string_view name;
    std::string_view domain;  ///< NTLM's domain or Kerberos's realm; empty: a user of this machine's files.
    char separator = 0;       ///< `\` before the name, `@` after it, or 0.
};

/// `alice`, `EXAMPLE\alice`, `alice@EXAMPLE.COM`. What has an `@` is a principal of the realm after the last one,
/// whatever else is in it: so no realm's user passes for another domain's.
[[nodiscard]] UserName parts_of(std::string_view user) noexcept;

class RoleMember {
  public:
    /// Errors: a sentence that quotes what is wrong.
    [[nodiscard]] static tl::expected<RoleMember, std::string> read(std::string_view text);

    /// The group's name; empty if it is none.
    [[nodiscard]] const std::string& group() const noexcept { return group_; }

    /// Of a group: never. \param ignore_case of the name before or after the domain, whose case never counts.
    [[nodiscard]] bool matches(const UserName& user, bool ignore_case) const noexcept;

  private:
    bool everybody_ = false;
    std::string group_;
    std::string name_;  // "*": all of the domain
    std::string domain_;
    char separator_ = 0;
};

}  // namespace tintype::security
