#pragma once
/// \file
/// libsystemd, as far as a service needs it. With TINTYPE_MODULES it is in a module (parts.hpp): seven more libraries
/// come with it, which a daemon that nobody supervises and that writes no journal has no use for.

#include <sys/uio.h>

#include <memory>
#include <span>

namespace tintype::daemon {

class Systemd {
  public:
    Systemd() = default;
    Systemd(const Systemd&) = delete;
    Systemd& operator=(const Systemd&) = delete;
    virtual ~Systemd() = default;

    /// As sd_notify(3), with the environment as it is. Callable from any thread.
    virtual void notify(const char* state) noexcept = 0;

    /// As sd_journal_sendv(3): one entry of fields `NAME=value`. Callable from any thread.
    virtual void send_to_journal(std::span<const ::iovec> fields) noexcept = 0;
};

[[nodiscard]] std::unique_ptr<Systemd> open_systemd();

}  // namespace tintype::daemon
