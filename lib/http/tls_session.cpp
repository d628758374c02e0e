#include "http/tls_session.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <limits>
#include <new>
#include <string_view>
#include <utility>

namespace tintype::http {
namespace {

// Bytes that one step encrypts: sixteen records. More than that a socket rarely takes.
constexpr std::size_t largest_write = std::size_t{256} * 1024;
// Bytes that one step takes from the socket: two records. Records that bring nothing, such as changes of keys, keep
// OpenSSL reading as long as there are any, and this thread's other clients waiting.
constexpr std::size_t largest_read = std::size_t{32} * 1024;

int int_of(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

error_code last_tls_error() {
    const auto code = ERR_get_error();
    if (code == 0) return net::error::connection_aborted;
    return {static_cast<int>(code), net::error::get_ssl_category()};
}

}  // namespace

/// What OpenSSL reads from and writes to: the socket, and the step's scratch.
struct TlsSocketBio {
    static int read(BIO* bio, char* into, std::size_t size, std::size_t* count) {
        auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        if (session.taken_ >= largest_read) {
            BIO_set_retry_read(bio);
            return 0;
        }
        ssize_t got = 0;
        do {
            got = ::recv(session.socket_, into, size, 0);
        } while (got < 0 && errno == EINTR);
        if (got > 0) {
            *count = static_cast<std::size_t>(got);
            session.taken_ += *count;
            return 1;
        }
        if (got == 0) {
            session.ended_ = true;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            BIO_set_retry_read(bio);
        } else {
            session.broken_.assign(errno, boost::system::system_category());
        }
        return 0;
    }

    static int write(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
        auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        try {
            session.scratch_.append(from, size);
        } catch (const std::bad_alloc&) {
            return 0;
        }
        *count = size;
        return 1;
    }

    static long control(BIO* bio, int command, long, void*) {
        if (command == BIO_CTRL_FLUSH) return 1;
        if (command == BIO_CTRL_EOF) return static_cast<TlsSession*>(BIO_get_data(bio))->ended_ ? 1 : 0;
        return 0;
    }

    static int create(BIO* bio) {
        BIO_set_init(bio, 1);
        return 1;
    }

    static BIO* of(TlsSession& session) {
        static BIO_METHOD* const method = [] {
            BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tintype socket");
            if (made == nullptr) throw std::bad_alloc();
            BIO_meth_set_read_ex(made, read);
            BIO_meth_set_write_ex(made, write);
            BIO_meth_set_ctrl(made, control);
            BIO_meth_set_create(made, create);
            return made;
        }();
        BIO* bio = BIO_new(method);
        if (bio == nullptr) throw std::bad_alloc();
        BIO_set_data(bio, &session);
        return bio;
    }
};

TlsSession::TlsSession(SSL_CTX& context, int socket, std::string& scratch)
    : ssl_(SSL_new(&context)), socket_(socket), scratch_(scratch) {
    if (!ssl_) throw std::bad_alloc();
    BIO* bio = TlsSocketBio::of(*this);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
    // A record comes with one call instead of two, one for its head and one for the rest.
    SSL_set_read_ahead(ssl_.get(), 1);
}

bool TlsSession::flush() {
    // Nothing of one client's may be left to the next, whatever goes wrong here.
    struct Emptied {
        std::string& scratch;
        ~Emptied() {
            scratch.clear();
            // Kept for the next step, but not the room that a large one took.
            if (scratch.capacity() > 2 * largest_write) scratch = {};
        }
    };
    const Emptied emptied{scratch_};
    std::string_view rest = unsent_.empty() ? scratch_ : unsent_;
    while (!rest.empty()) {
        const auto sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK) broken_.assign(errno, boost::system::system_category());
            break;
        }
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    unsent_ = std::string(rest);
    return unsent_.empty();
}

template <class Call>
TlsSession::Step TlsSession::step(Call call) {
    // Nothing is done for a client that doesn't take what has been done.
    if (!unsent_.empty() && !flush()) return broken_ ? Step{Step::Wait::none, broken_} : Step{Step::Wait::output};
    ERR_clear_error();
    taken_ = 0;
    Step result;
    const int returned = call(result.count);
    const int why = SSL_get_error(ssl_.get(), returned);
    if (why == SSL_ERROR_ZERO_RETURN) {
        result.error = net::error::eof;
    } else if (why == SSL_ERROR_SYSCALL || (why == SSL_ERROR_SSL && broken_)) {
        result.error = broken_ ? broken_ : error_code(net::ssl::error::stream_truncated);
    } else if (why == SSL_ERROR_SSL) {
        result.error = ended_ ? error_code(net::ssl::error::stream_truncated) : last_tls_error();
    } else if (why != SSL_ERROR_NONE) {
        result.wait = Step::Wait::input;
    }
    ERR_clear_error();
    const bool sent = scratch_.empty() || flush();
    if (result.wait == Step::Wait::none) return result;
    if (broken_) return {Step::Wait::none, broken_};
    if (!sent) result.wait = Step::Wait::output;
    return result;
}

TlsSession::Step TlsSession::handshake() {
    return step([this](std::size_t&) { return SSL_do_handshake(ssl_.get()); });
}

TlsSession::Step TlsSession::read(net::mutable_buffer into) {
    return step([this, into](std::size_t& count) {
        const int got = SSL_read(ssl_.get(), into.data(), int_of(into.size()));
        if (got > 0) count = static_cast<std::size_t>(got);
        return got;
    });
}

TlsSession::Step TlsSession::write(net::const_buffer from) {
    if (encrypted_ == 0) {
        const auto size = std::min(from.size(), largest_write);
        const auto done = step([this, from, size](std::size_t& count) {
            const int written = SSL_write(ssl_.get(), from.data(), int_of(size));
            if (written > 0) count = static_cast<std::size_t>(written);
            return written;
        });
        if (done.wait != Step::Wait::none || done.error) return done;
        encrypted_ = done.count;
    }
    if (!unsent_.empty() && !flush() && !broken_) return {Step::Wait::output};
    return {Step::Wait::none, broken_, std::exchange(encrypted_, 0)};
}

TlsSession::Step TlsSession::shut_down() {
    return step([this](std::size_t&) {
        const int said = SSL_shutdown(ssl_.get());
        return said == 0 ? SSL_shutdown(ssl_.get()) : said;
    });
}

}  // namespace tintype::http
