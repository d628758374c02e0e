#pragma once
/// \file
/// A connection over a stream: TCP, or TLS over it.

#include "http/asio.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include "http/connection.hpp"

namespace tintype::http {

using TlsStream = net::ssl::stream<Socket>;

template <class Stream>
class StreamConnection final : public Connection {
  public:
    static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

    /// \param keeps what the stream depends on: the TLS context.
    StreamConnection(Service& service, IoThread& thread, Origin origin, std::shared_ptr<void> keeps, Stream stream)
        : Connection(service, thread, std::move(origin)), keeps_(std::move(keeps)), stream_(std::move(stream)) {}

    void start() override {
        if constexpr (is_tls) {
            handshake_begins();
            stream_.async_handshake(net::ssl::stream_base::server, [self = self()](const error_code& error) {
                if (error) return self->on_handshake_failed(error);
                self->next_request();
            });
        } else {
            next_request();
        }
    }

  private:
    std::shared_ptr<StreamConnection> self() { return std::static_pointer_cast<StreamConnection>(shared_from_this()); }

    Socket& socket() noexcept {
        if constexpr (is_tls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }

    void read_some(net::mutable_buffer into) override {
        stream_.async_read_some(
            into, [self = self()](const error_code& error, std::size_t count) { self->on_read(error, count); });
    }

    void write(net::const_buffer from) override {
        net::async_write(stream_, from,
                         [self = self()](const error_code& error, std::size_t) { self->on_written(error); });
    }

    void half_close() noexcept override {
        if constexpr (!is_tls) {
            error_code ignored;
            stream_.shutdown(tcp::socket::shutdown_send, ignored);
        }
    }

    void shut_down() override {
        if constexpr (is_tls) {
            stream_.async_shutdown([self = self()](const error_code&) { self->on_shut_down(); });
        } else {
            error_code ignored;
            stream_.shutdown(tcp::socket::shutdown_both, ignored);
            on_shut_down();
        }
    }

    void close_socket() noexcept override {
        error_code ignored;
        socket().close(ignored);
    }

    bool has_input() noexcept override {
        if constexpr (is_tls) {
            if (SSL_pending(stream_.native_handle()) > 0) return true;
        }
        error_code ignored;
        return socket().available(ignored) > 0;
    }

    SSL* tls() noexcept override {
        if constexpr (is_tls) {
            return stream_.native_handle();
        } else {
            return nullptr;
        }
    }

    std::shared_ptr<void> keeps_;
    Stream stream_;
};

}  // namespace tintype::http
