#include "http/certificate_log_on.hpp"

#include <openssl/ssl.h>

#include <utility>

#include "ascii/ascii.hpp"

namespace tintype::http {
namespace {

constexpr std::string_view profile = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual";
// Certificates and revocation lists go out of date while a connection lives.
constexpr std::chrono::seconds verdict_life{10};

Challenge refused(std::string user, std::string why) {
    return {{}, std::move(user), std::move(why)};
}

}  // namespace

bool asks_for_certificate_log_on(std::string_view authorization) noexcept {
    return ascii::same(ascii::trim(authorization), profile);
}

CertificateLogOn::Verdict CertificateLogOn::verify(const CurrentTrust::Trust& trust) {
    const auto now = Clock::now();
    if (verified_by_ == trust && now < verified_until_) return verdict_;
    const security::OwnedX509 certificate(SSL_get1_peer_certificate(tls_));
    verdict_ = certificate ? trust->verify(*certificate, SSL_get_peer_cert_chain(tls_))
                           : tl::unexpected(std::string("the client has shown no certificate"));
    if (!verdict_ && certificate) verdict_ = tl::unexpected("its certificate is refused: " + verdict_.error());
    verified_by_ = trust;
    verified_until_ = now + verdict_life;
    return verdict_;
}

LogOn CertificateLogOn::log_on() {
    const auto trust = trust_ && tls_ != nullptr ? trust_->get() : nullptr;
    if (!trust) return refused({}, "the listener asks for no client certificates (listener.client_ca)");
    const auto certificate = verify(trust);
    if (!certificate) {
        const security::OwnedX509 shown(SSL_get1_peer_certificate(tls_));
        return refused(shown ? security::subject_of(*shown) : std::string(), certificate.error());
    }
    if (users_ == nullptr)
        return refused(certificate->subject, "no certificates are mapped to users (auth.certificate.mappings)");
    auto user = users_->identify(*certificate);
    if (user) return *std::move(user);
    return refused(certificate->subject, user.error() + "; its SHA-256 thumbprint is " + certificate->sha256);
}

}  // namespace tintype::http
