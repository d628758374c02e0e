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
    std::optional<std::string> auth;
    std::optional<std::string> certificate;
    std::optional<std::string> key;
    bool insecure = false;
    bool allow_plain_http = false;
};

/// How to log on.
enum class Auth {
    none,        ///< Not at all.
    basic,       ///< Name and password, as they are.
    negotiate,   ///< NTLM, or Kerberos for a user with a realm or with a ticket.
    kerberos,    ///< Kerberos only.
    certificate  ///< A certificate of the client's, by TLS.
};

/// How to reach one endpoint.
struct Access {
    std::string url;   ///< Whole: `https://host:5986/wsman`.
    std::string host;  ///< The URL's.
    Auth auth = Auth::none;
    std::string user;           ///< Empty: none; Kerberos then takes the tickets that are there.
    std::string password_file;  ///< Empty: none.
    bool password_file_is_flag = false;
    std::string ca;         ///< File of certificates to trust instead of the system's; empty: the system's.
    bool insecure = false;  ///< Don't check the certificate.
    bool plain_http = false;
    std::string certificate;  ///< File with the client's certificate, and chain.
    std::string key;          ///< File with its key; empty: in the same file.

    /// Whether find_password is to be asked.
    [[nodiscard]] bool asks_for_password() const noexcept {
        return !user.empty() && (auth == Auth::basic || auth == Auth::negotiate || auth == Auth::kerberos);
    }
};

/// Flags win over a profile that --profile names, this over the environment (TINTYPE_URL, TINTYPE_USER, TINTYPE_CA,
/// TINTYPE_AUTH, TINTYPE_CERT, TINTYPE_KEY), and this over the file's `default_profile`. A way to log on that nobody
/// names is the certificate if there is one, and otherwise for a user Negotiate over plain HTTP to another machine,
/// Basic elsewhere. Errors: usage; for the file with line and column; a key that others may read; a way to log on that
/// would show the password, or lacks what it needs.
[[nodiscard]] Result<Access> find_access(const AccessFlags& flags);

/// The user's password: --password-file, TINTYPE_PASSWORD, the profile's password_file, or a prompt on the terminal
/// without echo. Errors: usage, such as a password file that others may read.
[[nodiscard]] Result<std::string> find_password(const Access& access);

}  // namespace tintype::client
