#include "http/tls_context.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "security/private_file.hpp"

namespace tintype::http {
namespace {

namespace ssl = net::ssl;

constexpr std::size_t max_key_file = std::size_t{64} * 1024;

// Mozilla's server side TLS guidelines, "intermediate", version 5.7.
constexpr const char* ciphers_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-"
    "SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:"
    "DHE-RSA-CHACHA20-POLY1305";
constexpr const char* ciphers_1_3 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

tl::expected<std::string, std::string> read_file(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.is_open() || file.bad()) {
        return tl::unexpected(fmt::format("{}: {}", path, std::generic_category().message(errno)));
    }
    return text;
}

bool set_protocol(SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // Sessions resume by tickets, so that nothing is kept here for a client that may never come back.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    // An idle connection holds no record buffers.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, ciphers_1_2) == 1 && SSL_CTX_set_ciphersuites(context, ciphers_1_3) == 1 &&
           SSL_CTX_set_dh_auto(context, 1) == 1;
}

bool is_mismatch(const error_code& error) {
    const auto code = static_cast<unsigned long>(error.value());
    return ERR_GET_LIB(code) == ERR_LIB_X509 &&
           (ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH || ERR_GET_REASON(code) == X509_R_KEY_TYPE_MISMATCH);
}

}  // namespace

tl::expected<std::shared_ptr<ssl::context>, std::string> make_tls_context(const std::string& certificate,
                                                                          const std::string& key) {
    const auto chain = read_file(certificate);
    if (!chain) return tl::unexpected(chain.error());

    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    if (!set_protocol(context->native_handle()))
        return tl::unexpected(std::string("OpenSSL lacks the ciphers of TLS 1.2"));
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
