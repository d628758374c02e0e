// Client certificates, in DER: what we say of one is fit for the log, and its subject is a name that lines of a
// mappings file can be for.
#include <openssl/x509.h>

#include <string>

#include "fuzz_input.hpp"
#include "security/certificate_mappings.hpp"
#include "security/client_trust.hpp"
#include "security/distinguished_name.hpp"
#include "security/user_name.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const auto* at = data;
    const security::OwnedX509 certificate(d2i_X509(nullptr, &at, static_cast<long>(size)));
    if (!certificate) return 0;
    const auto facts = security::describe(*certificate, certificate.get());
    if (facts.sha1.size() != 40 || facts.sha256.size() != 64) fuzz::expect_none("thumbprints of another length");
    for (const auto& upn : facts.upns) {
        if (!security::is_user_name(upn)) fuzz::expect_none("a principal name that no user can have");
    }
    for (const char c : facts.subject) {
        if (static_cast<unsigned char>(c) < 0x20) fuzz::expect_none("a control character in a subject");
    }
    const auto name = security::read_distinguished_name(facts.subject);
    if (!name) return 0;
    security::CertificateMapping mapping;
    mapping.user = "alice";
    mapping.kind = security::CertificateMapping::Kind::subject;
    mapping.subject = *name;
    if (!mapping.fits(facts)) fuzz::expect_none("a certificate doesn't have its own subject: " + facts.subject);
    return 0;
}
