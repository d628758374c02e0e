// The certificate mappings file, and names of certificates: what is taken means the same however it is written.
#include <optional>
#include <string>
#include <string_view>

#include "fuzz_input.hpp"
#include "security/certificate_mappings.hpp"
#include "security/distinguished_name.hpp"

using namespace tintype;

namespace {

/// A certificate that every kind of line can be for: its names are the line's own.
ClientCertificate fitting(const security::CertificateMapping& mapping, std::string_view text) {
    ClientCertificate certificate;
    certificate.sha1 = certificate.sha256 = mapping.value;
    certificate.issuer_sha1 = mapping.issuer;
    certificate.subject = text;
    certificate.upns.push_back(mapping.value);
    return certificate;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto name = security::read_distinguished_name(text);
    if (name && name->empty()) fuzz::expect_none("a name without anything in it");

    const auto mappings = security::parse_mappings(text);
    if (!mappings) return 0;
    for (const auto& mapping : *mappings) {
        const auto certificate = fitting(mapping, text);
        const bool by_value = mapping.kind != security::CertificateMapping::Kind::subject;
        if (by_value && !mapping.fits(certificate)) fuzz::expect_none("a line is not for its own certificate");
        if (by_value && !security::user_of(certificate, {mapping})) fuzz::expect_none("nor finds its user");
        if (!mapping.issuer.empty() && mapping.fits({})) fuzz::expect_none("a line is for another authority");
    }
    return 0;
}
