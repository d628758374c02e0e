#pragma once
/// \file
/// A connection with its stream: TCP, or TLS over it.

#include "http/asio.hpp"

#include <memory>

#include "http/connection.hpp"
#include "http/tls_session.hpp"

namespace tintype::http {

class PlainConnection final : public Connection {
  public:
    PlainConnection(Service& service, IoThread& thread, Origin origin, Socket socket);

    void start() override;

  private:
    std::shared_ptr<PlainConnection> self() { return std::static_pointer_cast<PlainConnection>(shared_from_this()); }
    void read_some(net::mutable_buffer into) override;
    void write(net::const_buffer from) override;
    void half_close() noexcept override;
    void shut_down() override;
    void close_socket() noexcept override;
    bool has_input() noexcept override;
    SSL* tls() noexcept override { return nullptr; }

    Socket socket_;
};

class TlsConnection final : public Connection {
  public:
    /// \param context is not needed any longer than that.
    TlsConnection(Service& service, IoThread& thread, Origin origin, SSL_CTX& context, Socket socket);

    void start() override;

  private:
    using Step = TlsSession::Step;
    enum class Operation { handshake, read, write, shut_down };

    std::shared_ptr<TlsConnection> self() { return std::static_pointer_cast<TlsConnection>(shared_from_this()); }
    void read_some(net::mutable_buffer into) override;
    void write(net::const_buffer from) override;
    void half_close() noexcept override {}
    void shut_down() override { begin(Operation::shut_down); }
    void close_socket() noexcept override;
    bool has_input() noexcept override;
    SSL* tls() noexcept override { return session_.native(); }

    void begin(Operation operation);
    void wait(Step::Wait what);
    void go_on(const error_code& error);
    /// The operation under way, as far as it gets without waiting.
    [[nodiscard]] Step act();
    [[nodiscard]] Step write_all();
    void complete(const Step& step);

    Socket socket_;
    TlsSession session_;
    Operation operation_ = Operation::handshake;
    net::mutable_buffer into_;  // Of a read.
    net::const_buffer from_;    // What a write has still to say.
};

}  // namespace tintype::http
