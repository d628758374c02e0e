#pragma once
/// \file
/// What the service supervisor is told.

#include <memory>
#include <string>
#include <tl/expected.hpp>

namespace tintype::daemon {

class Systemd;

/// Tells systemd, where it supervises this process and the build knows it; otherwise nothing happens. Copies tell the
/// same; callable from any thread.
class ServiceNotice {
  public:
    /// Errors: systemd wants to be told, and the module that could can't be loaded.
    [[nodiscard]] static tl::expected<ServiceNotice, std::string> open();

    void ready() const;
    void stopping() const;

  private:
    std::shared_ptr<Systemd> systemd_;  ///< Null: there is nobody to tell.
};

}  // namespace tintype::daemon
