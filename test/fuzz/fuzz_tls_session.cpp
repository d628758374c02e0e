// The server's side of TLS against a client that does anything at any time: its records come in pieces, changed, cut
// off, with others between them; it stops reading, goes half or wholly. What is read is the beginning of what the
// client has sent, and where its records were changed, nothing of what came after; every step ends, and leaves nothing
// in the scratch that sessions share.
//
// The input: a byte for the version, then steps of two bytes: what is done, and how much of it.
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz_input.hpp"
#include "http/tls_session.hpp"

using namespace tintype;
using http::TlsSession;

namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

void must(bool done, const char* what) {
    if (!done) fuzz::expect_none(what);
}

Context server_context() {
    Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 1'000'000);
    X509_set_pubkey(certificate.get(), key.get());
    must(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "no certificate");
    must(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1, "the certificate is not taken");
    must(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1, "the key is not taken");
    // As lib/http/tls_context.cpp has it.
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    return context;
}

/// A client whose records go through our hands.
class Client {
  public:
    Client(SSL_CTX* context, int socket) : ssl_(SSL_new(context), &SSL_free), socket_(socket) {
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(ssl_.get());
    }

    void go_on() {
        std::array<char, 4096> bytes{};
        for (ssize_t got = 0; (got = ::recv(socket_, bytes.data(), bytes.size(), 0)) > 0;)
            BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(got));
        SSL_do_handshake(ssl_.get());
        gather();
    }
    void read() {
        go_on();
        std::array<char, 4096> bytes{};
        while (SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0) {
        }
        gather();
    }
    void say(std::size_t count) {
        constexpr std::size_t most = std::size_t{2} << 20;  // So that the memory that is counted isn't this side's.
        if (said.size() > most) return;
        const std::string text(count, static_cast<char>('a' + said.size() % 26));
        if (SSL_is_init_finished(ssl_.get()) && SSL_write(ssl_.get(), text.data(), static_cast<int>(count)) > 0)
            said += text;
        gather();
    }
    void say_goodbye() {
        SSL_shutdown(ssl_.get());
        gather();
    }
    void change_keys() {
        SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED);
        SSL_renegotiate(ssl_.get());
        go_on();
    }
    void deliver(std::size_t count) {
        count = std::min(count, unsent_.size());
        const auto sent = ::send(socket_, unsent_.data(), count, MSG_NOSIGNAL);
        if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
    }
    void change(std::size_t at) {
        if (!unsent_.empty()) unsent_[at % unsent_.size()] ^= 0x01;
    }
    void put_in(std::string_view bytes) { unsent_.insert(0, bytes); }
    [[nodiscard]] std::size_t waiting() const { return unsent_.size(); }

    std::string said;

  private:
    void gather() {
        std::array<char, 4096> bytes{};
        for (int got = 0; (got = BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()))) > 0;)
            unsent_.append(bytes.data(), static_cast<std::size_t>(got));
    }

    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
    int socket_;
    std::string unsent_;
};

struct Pair {
    Pair() { must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0, "no sockets"); }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    ~Pair() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    std::array<int, 2> ends{};
};

class Conversation {
  public:
    Conversation(SSL_CTX& server, SSL_CTX* client)
        : session_(server, pair_.ends[0], scratch_), client_(client, pair_.ends[1]) {}

    void step(unsigned what, std::size_t count, std::string_view rest) {
        switch (what % 12) {
            case 0:
                return client_.go_on();
            case 1:
                return client_.say(count * count);
            case 2:
                return client_.deliver(count);
            case 3:
                return client_.deliver(client_.waiting());
            case 4:
                return client_.change(count);
            case 5:
                return client_.put_in(rest.substr(0, count));
            case 6:
                return client_.read();
            case 7:
                return client_.change_keys();
            case 8:
                return client_.say_goodbye();
            case 9:
                ::shutdown(pair_.ends[1], count % 2 == 0 ? SHUT_WR : SHUT_RDWR);
                return;
            case 10:
                return serve_write(count * count);
            default:
                return serve();
        }
    }

    /// As far as it goes now; the same again after the end is the same end.
    void serve() {
        if (ended_ || !pending_.empty()) return;
        if (!shaken_) {
            const auto shaken = look_at(session_.handshake());
            if (shaken.wait != TlsSession::Step::Wait::none) return;
            if (shaken.error) {
                ended_ = true;
                return;
            }
            shaken_ = true;
        }
        std::array<char, 700> into{};
        for (;;) {
            const auto got = look_at(session_.read(http::net::buffer(into)));
            if (got.wait != TlsSession::Step::Wait::none) return;
            if (got.error) {
                ended_ = true;
                if (got.error == http::net::error::eof) look_at_end();
                return;
            }
            must(got.count > 0 && got.count <= into.size(), "nothing was read, and it is no error");
            heard_.append(into.data(), got.count);
            if (client_.said.compare(0, heard_.size(), heard_) != 0) fuzz::expect_none("heard what was not said");
        }
    }

  private:
    void serve_write(std::size_t count) {
        if (!shaken_ || ended_) return;
        if (pending_.empty()) pending_.assign(count + 1, 'x');
        const auto sent = look_at(session_.write(http::net::buffer(pending_)));
        if (sent.wait != TlsSession::Step::Wait::none) return;
        if (sent.error) {
            ended_ = true;
            return;
        }
        must(sent.count > 0 && sent.count <= pending_.size(), "nothing was written, and it is no error");
        pending_.erase(0, sent.count);
    }

    void look_at_end() {
        // To say goodbye ends too, whatever the client does.
        for (int i = 0; i < 3; ++i) static_cast<void>(look_at(session_.shut_down()));
    }

    TlsSession::Step look_at(TlsSession::Step step) {
        must(scratch_.empty(), "something is left in the scratch");
        if (step.wait == TlsSession::Step::Wait::output) must(session_.has_output(), "it waits to send nothing");
        return step;
    }

    Pair pair_;
    std::string scratch_;
    TlsSession session_;
    Client client_;
    std::string heard_;
    std::string pending_;
    bool shaken_ = false;
    bool ended_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Context server = server_context();
    static const Context client(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    const fuzz::Budget budget;
    if (size == 0) return 0;
    SSL_CTX_set_max_proto_version(client.get(), data[0] % 2 == 0 ? TLS1_3_VERSION : TLS1_2_VERSION);
    Conversation conversation(*server, client.get());
    const auto text = fuzz::text_of(data, size);
    // A beginning that most go through: else few would get beyond the handshake.
    if (data[0] / 2 % 2 == 0)
        for (int i = 0; i < 4; ++i)
            for (const unsigned what : {0U, 3U, 11U}) conversation.step(what, 0, {});
    for (std::size_t at = 1; at + 1 < size && at < 400; at += 2)
        conversation.step(data[at], data[at + 1], text.substr(at + 2));
    conversation.serve();
    return 0;
}
