#include "http/tls_context.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <boost/asio/buffer.hpp>

#include "security/private_file.hpp"

namespace tintype::http {
namespace {

namespace ssl = net::ssl;

constexpr std::size_t max_key_file = std::size_t{64} * 1024;
constexpr std::size_t max_certificate_file = std::size_t{1} * 1024 * 1024;
constexpr long max_client_chain = 32L * 1024;  // WinRM takes certificates of 16 KiB.

// Mozilla's server side TLS guidelines, "intermediate", version 5.7.
constexpr const char* ciphers_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-"
    "SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:"
    "DHE-RSA-CHACHA20-POLY1305";
constexpr const char* ciphers_1_3 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr int security_level = 2;  // RSA of 2048 bits and SHA-2, whatever the system's default is.

bool set_protocol(SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // Sessions resume by tickets, so that nothing is kept here for a client that may never come back.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    // An idle connection holds no record buffers.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_security_level(context, security_level);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set1_groups_list(context, groups) == 1 && SSL_CTX_set_cipher_list(context, ciphers_1_2) == 1 &&
           SSL_CTX_set_ciphersuites(context, ciphers_1_3) == 1 && SSL_CTX_set_dh_auto(context, 1) == 1;
}

int leave_to_log_on(X509_STORE_CTX* chain, void*) {
    // Nobody shall take what OpenSSL keeps as the result for a verdict.
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 1;
}

void ask_for_certificates(SSL_CTX* context, const security::ClientTrust& clients) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, leave_to_log_on, nullptr);
    SSL_CTX_set_max_cert_list(context, max_client_chain);
    for (const auto& authority : clients.authorities()) SSL_CTX_add_client_CA(context, authority.get());
    // No session resumes: each connection proves anew that it holds the key, and has the whole chain to be verified
    // again when authorities or revocation lists change.
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
}

bool is_mismatch(const error_code& error) {
    const auto code = static_cast<unsigned long>(error.value());
    return ERR_GET_LIB(code) == ERR_LIB_X509 &&
           (ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH || ERR_GET_REASON(code) == X509_R_KEY_TYPE_MISMATCH);
}

}  // namespace

tl::expected<std::shared_ptr<ssl::context>, std::string> make_tls_context(const std::string& certificate,
                                                                          const std::string& key,
                                                                          const security::ClientTrust* clients) {
    const auto chain = security::read_public_file(certificate, max_certificate_file);
    if (!chain) return tl::unexpected(chain.error());

    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    if (!set_protocol(context->native_handle()))
        return tl::unexpected(std::string("OpenSSL lacks the ciphers of TLS 1.2"));
    if (clients != nullptr) ask_for_certificates(context->native_handle(), *clients);
    error_code error;
    // OpenSSL would ask for the passphrase on the terminal.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
    if (!error) context->use_certificate_chain(net::buffer(*chain), error);
    if (error) return tl::unexpected(fmt::format("{}: is no certificate in PEM ({})", certificate, error.message()));
    auto read = security::read_private_file(key, max_key_file);
    if (!read) return tl::unexpected(read.error());
    std::string secret = *std::move(read);
    context->use_private_key(net::buffer(secret), ssl::context::pem, error);
    OPENSSL_cleanse(secret.data(), secret.size());
    if (error && is_mismatch(error)) {
        return tl::unexpected(fmt::format("{}: the key does not belong to the certificate {}", key, certificate));
    }
    if (error)
        return tl::unexpected(fmt::format("{}: is no key in PEM without a passphrase ({})", key, error.message()));
    if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
        ERR_clear_error();
        return tl::unexpected(fmt::format("{}: the key does not belong to the certificate {}", key, certificate));
    }
    return context;
}

}  // namespace tintype::http
