#pragma once
/// \file
/// Where the endpoint is and who asks: flags, environment and the configuration file put together.

#include <optional>
#include <string>

#include "error.hpp"

namespace tintype::client {

/// What the flags of every command may say about the endpoint. Nothing: not said.
struct AccessFlags {
    std::optional<std::string> configuration_file;
    std::optional<std::string> profile;
    std::optional<std::string> url;
    std::optional<std::string> user;
    std::optional<std::string> password_file;
    std::optional<std::string> ca;
    bool insecure = false;
    bool allow_plain_http = false;
};

/// How to reach one endpoint.
struct Access {
    std::string url;            ///< Whole: `https://host:5986/wsman`.
    std::string user;           ///< Empty: no log-on.
    std::string password_file;  ///< Empty: none.
    bool password_file_is_flag = false;
    std::string ca;         ///< File of certificates to trust instead of the system's; empty: the system's.
    bool insecure = false;  ///< Don't check the certificate.
    bool plain_http = false;
};

/// Flags win over a profile that --profile names, this over the environment (TINTYPE_URL, TINTYPE_USER, TINTYPE_CA),
/// and this over the file's `default_profile`. Errors: usage; for the file with line and column.
[[nodiscard]] Result<Access> find_access(const AccessFlags& flags);

/// The user's password: --password-file, TINTYPE_PASSWORD, the profile's password_file, or a prompt on the terminal
/// without echo. Errors: usage, such as a password file that others may read.
[[nodiscard]] Result<std::string> find_password(const Access& access);

}  // namespace tintype::client
