#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "http/tls_session.hpp"

using tintype::http::TlsSession;

namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

Context server_context() {
    Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 1'000'000);
    X509_set_pubkey(certificate.get(), key.get());
    REQUIRE(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
    REQUIRE(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
    return context;
}

/// Two ends of a connection, of which the first doesn't block.
class Sockets {
  public:
    Sockets() {
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()) == 0);
        const int room = 4 << 20;
        REQUIRE(::setsockopt(ends_[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room) == 0);
    }
    Sockets(const Sockets&) = delete;
    Sockets& operator=(const Sockets&) = delete;
    ~Sockets() {
        for (const int end : ends_) ::close(end);
    }
    [[nodiscard]] int server() const { return ends_[0]; }
    [[nodiscard]] int client() const { return ends_[1]; }
    /// Bytes that the server could read.
    [[nodiscard]] int waiting() const {
        int bytes = 0;
        REQUIRE(::ioctl(server(), FIONREAD, &bytes) == 0);
        return bytes;
    }

  private:
    std::array<int, 2> ends_{};
};

}  // namespace

TEST_CASE("records without anything in them don't keep a step going: others have their turn in between") {
    const auto context = server_context();
    const Context client_context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    const Sockets sockets;
    std::string scratch;
    TlsSession session(*context, sockets.server(), scratch);
    const std::unique_ptr<SSL, decltype(&SSL_free)> client(SSL_new(client_context.get()), &SSL_free);
    SSL_set_fd(client.get(), sockets.client());
    SSL_set_connect_state(client.get());
    auto step = session.handshake();
    for (int tries = 0; SSL_do_handshake(client.get()) != 1 && tries < 10; ++tries) step = session.handshake();
    while (step.wait != TlsSession::Step::Wait::none) step = session.handshake();
    REQUIRE_FALSE(step.error);

    for (int number = 0; number < 4'000; ++number) {
        REQUIRE(SSL_key_update(client.get(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1);
        REQUIRE(SSL_do_handshake(client.get()) == 1);
    }
    REQUIRE(SSL_write(client.get(), "end", 3) == 3);
    int left = sockets.waiting();
    REQUIRE(left > 80'000);
    std::array<char, 16> into{};
    int steps = 1;
    for (;; ++steps) {
        step = session.read({into.data(), into.size()});
        REQUIRE_FALSE(step.error);
        const int now = sockets.waiting();
        CHECK(left - now <= 64 * 1024);
        left = now;
        if (step.wait == TlsSession::Step::Wait::none) break;
        REQUIRE(step.wait == TlsSession::Step::Wait::input);
        REQUIRE(left > 0);
    }
    CHECK(std::string(into.data(), step.count) == "end");
    CHECK(steps > 1);
}
