#pragma once
/// \file
/// Who may log on with a client certificate (DSP0226 C.3.5 `https/mutual`, MS-WSMV 3.1.4.1.35).

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/principal.hpp"

namespace tintype {

/// A client's certificate as the log-on sees it: the client has proven that it holds the key, and the chain to a
/// trusted authority, dates, usage and revocation are good. A value.
struct ClientCertificate {
    std::string sha1{};    ///< Thumbprint: 40 hexadecimal digits, lower case.
    std::string sha256{};  ///< Thumbprint: 64 hexadecimal digits, lower case.
    /// Thumbprints of the certificate that signed it, its own if it signed itself; empty if that was not asked, as the
    /// certificate itself is among the trusted ones.
    std::string issuer_sha1{};
    std::string issuer_sha256{};
    std::string subject{};            ///< As RFC 4514 writes it, in UTF-8: `CN=alice,OU=Operations,O=Example`.
    std::vector<std::string> upns{};  ///< User principal names of the subject alternative name: `alice@example.com`.
};

/// Finds the user that a certificate belongs to.
/// Thread safety: every function from any thread.
class CertificateAuthenticator {
  public:
    CertificateAuthenticator() = default;
    CertificateAuthenticator(const CertificateAuthenticator&) = delete;
    CertificateAuthenticator& operator=(const CertificateAuthenticator&) = delete;
    virtual ~CertificateAuthenticator() = default;

    /// Who that is. Must be quick: I/O threads call it, for each request. Errors: why the certificate lets nobody in,
    /// for the log and never for the client.
    [[nodiscard]] virtual tl::expected<Principal, std::string> identify(const ClientCertificate& certificate) = 0;

    /// Reads its sources again (SIGHUP). On an error what was there stays in force and the message says why.
    virtual tl::expected<void, std::string> reload() = 0;
};

/// Mappings of a file, `USER: [issuer THUMBPRINT] KIND VALUE` a line; blank lines and lines that begin with `#` are
/// skipped.
/// - `thumbprint HEX`: this certificate, by SHA-1 (40 digits) or SHA-256 (64); colons and blanks between the digits are
///   allowed.
/// - `subject DN`: as RFC 4514 writes it; `*,` in front stands for any further names before it, `*` alone for all.
/// - `upn NAME`: a user principal name of the alternative name, in any case; `*` in front stands for any text.
/// - `issuer HEX` in front: only for certificates that this one has signed, by SHA-1 or SHA-256.
/// Where several lines fit, a thumbprint goes before all, a line without `*` before one with it, the longer value
/// before the shorter; if lines for different users are then left, nobody is let in. Principals have the scheme
/// `Certificate`. Errors: the file can't be read, others than its owner may write it, a line that is no mapping or is
/// there twice (with its number).
[[nodiscard]] tl::expected<std::unique_ptr<CertificateAuthenticator>, std::string> open_certificate_mappings(
    const std::string& path);

}  // namespace tintype
