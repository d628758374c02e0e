#pragma once
/// \file
/// Log-ons with the names and passwords of the system's PAM. There only in a build with TINTYPE_PAM.

#include <chrono>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "tintype/authenticator.hpp"

namespace tintype {

struct PamOptions {
    std::string service{};            ///< The service's name in PAM: /etc/pam.d/SERVICE.
    std::string configuration{};      ///< A folder in the place of /etc/pam.d; empty: that one.
    std::chrono::seconds memory{60};  ///< How long verified credentials are remembered, as open_users_file() does.
};

/// Users as a PAM service knows them: its auth modules must take the password, its account modules the user. Questions
/// that hide what is typed are answered with the password; a module that asks anything else fails. Empty names and
/// passwords are refused before PAM is asked. A user's name is the one that PAM ends up with (a module may map it).
/// How long PAM takes is its modules' affair, so refusal_time() is a second, and delays of PAM's own are left out.
/// Each log-on has a PAM handle of its own; the service's modules have to be fit for programs with threads.
/// Errors: a name that no service can have, a service that PAM doesn't have.
[[nodiscard]] tl::expected<std::unique_ptr<PasswordAuthenticator>, std::string> open_pam(PamOptions options);

}  // namespace tintype
