#pragma once
/// \file
/// Which certificate is which user: the lines of a mappings file (tintype/certificates.hpp says what they look like).

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "security/distinguished_name.hpp"
#include "tintype/certificates.hpp"

namespace tintype::security {

/// Bytes of the longest mappings file that is read.
inline constexpr std::size_t max_mappings_file = std::size_t{1} * 1024 * 1024;

/// One line.
struct CertificateMapping {
    enum class Kind { thumbprint, subject, upn };

    std::string user;
    std::string issuer;  ///< Thumbprint that the certificate's issuer must have, lower case; empty: any.
    Kind kind = Kind::thumbprint;
    std::string value;  ///< Thumbprint or user principal name, lower case, without the star; empty for `subject`.
    DistinguishedName subject;  ///< What the subject is, or, with `open`, ends with.
    bool open = false;          ///< There was a `*` in front.
    std::size_t length = 0;     ///< Of the value as written, without blanks around it.
    std::size_t line = 0;

    /// Whether the line is for this certificate.
    [[nodiscard]] bool fits(const ClientCertificate& certificate) const;
};

/// Every mapping of the text, in order. Errors: a line that is no mapping, one that was there before; each with the
/// line's number.
[[nodiscard]] tl::expected<std::vector<CertificateMapping>, std::string> parse_mappings(std::string_view text);

/// The user of a certificate. Errors: no line fits; lines of different users fit equally well.
[[nodiscard]] tl::expected<std::string, std::string> user_of(const ClientCertificate& certificate,
                                                             const std::vector<CertificateMapping>& mappings);

}  // namespace tintype::security
