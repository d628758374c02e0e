#pragma once
/// \file
/// Who may log on, and with a name and a password for one.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tintype/log.hpp"
#include "tintype/principal.hpp"

namespace tintype {

/// Checks a name and a password (HTTP Basic).
/// Thread safety: every function from any thread.
class PasswordAuthenticator {
  public:
    PasswordAuthenticator() = default;
    PasswordAuthenticator(const PasswordAuthenticator&) = delete;
    PasswordAuthenticator& operator=(const PasswordAuthenticator&) = delete;
    virtual ~PasswordAuthenticator() = default;

    /// The answer if it is known without waiting (a credential verified moments ago); otherwise nothing, which says
    /// nothing about the password. Must be quick: I/O threads call it.
    [[nodiscard]] virtual std::optional<Principal> recall(std::string_view user, std::string_view password) = 0;

    /// Who that is, or nothing if it is not them. May take long (a password hash, a directory); worker threads call it.
    /// Takes the same time for an unknown user as for a wrong password.
    [[nodiscard]] virtual std::optional<Principal> verify(std::string_view user, std::string_view password) = 0;

    /// Reads its sources again (SIGHUP). On an error what was there stays in force and the message says why.
    virtual tl::expected<void, std::string> reload() = 0;

    /// A refusal is told to the client no sooner than this after it asked: where verify() can't promise the same time
    /// for an unknown user, the time of the answer tells nothing all the same. Whoever calls verify() sees to it.
    [[nodiscard]] virtual std::chrono::milliseconds refusal_time() const noexcept {
        return std::chrono::milliseconds(0);
    }
};

class NegotiateAuthenticator;    // tintype/negotiate.hpp
class CertificateAuthenticator;  // tintype/certificates.hpp

/// The ways to log on to a server. What is null is neither offered nor taken; with nothing here nobody can log on.
/// Ownership: they must outlive the server.
struct Authenticators {
    PasswordAuthenticator* passwords = nullptr;        ///< Basic.
    NegotiateAuthenticator* negotiate = nullptr;       ///< Negotiate and Kerberos.
    CertificateAuthenticator* certificates = nullptr;  ///< TLS with client certificates.
};

/// Users of a file in htpasswd form: `name:hash` a line, hashes of crypt(3): yescrypt `$y$`, bcrypt `$2b$`/`$2y$`,
/// sha512crypt `$6$`, sha256crypt `$5$`; blank lines and lines that begin with `#` are skipped.
/// Verified credentials are remembered for `memory` (as a keyed digest, never the password), so that a client that
/// sends them with each request costs one password hash and not one a request.
/// Errors: the file can't be read, others than its owner may read or write it, a line that is no entry (with its
/// number).
[[nodiscard]] tl::expected<std::unique_ptr<PasswordAuthenticator>, std::string> open_users_file(
    const std::string& path, std::chrono::seconds memory = std::chrono::seconds(60));

/// Adds a user to such a file or gives them a new password; makes the file (mode 0600) if it is not there. The file is
/// replaced in one step. Errors, in a sentence: the name is empty, longer than 256 bytes, no UTF-8, has a colon, a
/// control character or a # in front; the password is empty, longer than 511 bytes or has a control character; the file
/// is no regular one, has a line that is no entry (with its number), or can't be read or written.
[[nodiscard]] tl::expected<void, std::string> put_user(const std::string& path, std::string_view user,
                                                       std::string_view password);

}  // namespace tintype
