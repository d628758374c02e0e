#pragma once
/// \file
/// Log-on by the certificate that the client has shown in the TLS handshake (DSP0226 C.3.5, `https/mutual`).

#include <openssl/types.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "http/authentication.hpp"
#include "security/client_trust.hpp"
#include "tintype/certificates.hpp"

namespace tintype::http {

/// What a listener trusts at the moment: a reload changes it for all its connections. Thread safety: every function
/// from any thread.
class CurrentTrust {
  public:
    using Trust = std::shared_ptr<const security::ClientTrust>;

    void set(Trust trust) {
        const std::lock_guard guard(lock_);
        trust_ = std::move(trust);
    }
    /// Null: clients are asked for no certificate.
    [[nodiscard]] Trust get() const {
        const std::lock_guard guard(lock_);
        return trust_;
    }

  private:
    mutable std::mutex lock_;
    Trust trust_;
};

/// Whether a request asks to be logged on by the certificate of its connection: its Authorization field is the
/// profile's URI, as WinRM clients send it.
[[nodiscard]] bool asks_for_certificate_log_on(std::string_view authorization) noexcept;

/// The log-on of one connection: certificate and mapping are looked at for each request, so that what a reload takes
/// away ends there; the chain is verified again when the trust has changed or some seconds have gone by.
class CertificateLogOn {
  public:
    /// \param users null: certificates let nobody in. \param trust null, or holding none: the listener asks for no
    /// certificate. \param tls the connection's, null outside of TLS; it, and the users, must outlive this.
    CertificateLogOn(CertificateAuthenticator* users, std::shared_ptr<const CurrentTrust> trust, SSL* tls)
        : users_(users), trust_(std::move(trust)), tls_(tls) {}

    /// For a request that asks for it: a Principal or a Challenge, which offers nothing, as the client knows of itself
    /// that it has a certificate. Never waits.
    [[nodiscard]] LogOn log_on();

  private:
    using Verdict = tl::expected<ClientCertificate, std::string>;
    using Clock = std::chrono::steady_clock;

    Verdict verify(const CurrentTrust::Trust& trust);

    CertificateAuthenticator* users_;
    std::shared_ptr<const CurrentTrust> trust_;
    SSL* tls_;
    CurrentTrust::Trust verified_by_;
    Clock::time_point verified_until_{};
    Verdict verdict_ = tl::unexpected(std::string());
};

}  // namespace tintype::http
