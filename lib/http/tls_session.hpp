#pragma once
/// \file
/// The server's side of TLS on a socket that doesn't block.

#include "http/asio.hpp"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <memory>
#include <string>

namespace tintype::http {

/// OpenSSL on the socket itself: nothing between them holds bytes, so an idle connection has no buffers (Asio's stream
/// has 70 KB of them), and what one step has to say leaves in one write however many records that are. Not for several
/// threads.
class TlsSession {
  public:
    /// What came of a step, and what its repetition waits for: the same step with the same arguments. Input that it
    /// waits for may have arrived already: a step takes so much of it and no more, that others have their turn.
    struct Step {
        enum class Wait { none, input, output };
        Wait wait = Wait::none;
        error_code error{};     ///< With Wait::none.
        std::size_t count = 0;  ///< With Wait::none and no error: bytes read or written.
    };

    /// \param socket doesn't block, and isn't closed here. \param scratch is empty between two steps; sessions of one
    /// thread share it. Ownership: context and scratch must outlive this. Errors: std::bad_alloc.
    TlsSession(SSL_CTX& context, int socket, std::string& scratch);
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;
    ~TlsSession() = default;

    [[nodiscard]] Step handshake();
    [[nodiscard]] Step read(net::mutable_buffer into);
    /// Of a large message a part, and no more than the socket takes; which is told.
    [[nodiscard]] Step write(net::const_buffer from);
    /// Says that nothing further comes, and waits until the client has said so.
    [[nodiscard]] Step shut_down();

    /// Whether a read may find bytes that have left the socket already.
    [[nodiscard]] bool has_input() const noexcept { return SSL_has_pending(ssl_.get()) == 1; }
    /// Whether there is something that the socket has had no room for.
    [[nodiscard]] bool has_output() const noexcept { return !unsent_.empty(); }
    [[nodiscard]] SSL* native() noexcept { return ssl_.get(); }

  private:
    struct Free {
        void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
    };
    friend struct TlsSocketBio;

    template <class Call>
    Step step(Call call);
    /// Sends what is there to be sent. \returns false: the socket takes no more for now, or nothing at all any more.
    bool flush();

    std::unique_ptr<SSL, Free> ssl_;
    int socket_;
    std::string& scratch_;       // What the step under way has to send.
    std::string unsent_;         // What the socket had no room for.
    std::size_t encrypted_ = 0;  // Bytes of the write under way that unsent_ holds the end of.
    std::size_t taken_ = 0;      // Bytes from the socket in the step under way.
    error_code broken_;          // Of the socket.
    bool ended_ = false;         // The client has closed its side.
};

}  // namespace tintype::http
