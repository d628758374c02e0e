#pragma once
/// \file
/// Log-ons by Negotiate and Kerberos as the configuration has them.

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "configuration.hpp"

namespace tintype::daemon {

/// Whether the configuration names what these log-ons need.
[[nodiscard]] bool has_negotiate(const Configuration& configuration);

/// Null if has_negotiate() is false. Errors: as open_negotiate(); a build without GSSAPI.
[[nodiscard]] tl::expected<std::unique_ptr<NegotiateAuthenticator>, std::string> open_negotiate(
    const Configuration& configuration, const LogSink& log);

}  // namespace tintype::daemon
