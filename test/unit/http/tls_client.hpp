#pragma once

#include <openssl/ssl.h>

#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/running_server.hpp"

namespace tintype::test {

namespace net = boost::asio;
namespace ssl = boost::asio::ssl;

/// A TLS client that trusts one certificate and nothing else.
class TlsClient {
  public:
    /// \param version 0: any. \param certificate path of its own, without `.pem` and `.key`; empty: it has none.
    TlsClient(std::uint16_t port, const std::string& trusted, int version = 0, const std::string& certificate = {})
        : context_(ssl::context::tls_client) {
        context_.load_verify_file(trusted);
        if (version != 0) {
            SSL_CTX_set_min_proto_version(context_.native_handle(), version);
            SSL_CTX_set_max_proto_version(context_.native_handle(), version);
            SSL_CTX_set_security_level(context_.native_handle(), 0);
        }
        if (!certificate.empty()) {
            context_.use_certificate_chain_file(certificate + ".pem");
            context_.use_private_key_file(certificate + ".key", ssl::context::pem);
        }
        stream_.emplace(io_, context_);
        stream_->set_verify_mode(ssl::verify_peer);
        stream_->lowest_layer().connect({net::ip::address_v4::loopback(), port});
        stream_->handshake(ssl::stream_base::client, error_);
    }
    [[nodiscard]] bool connected() const { return !error_; }
    [[nodiscard]] std::string version() { return SSL_get_version(stream_->native_handle()); }

    std::string ask(const std::string& request) {
        net::write(*stream_, net::buffer(request), error_);
        if (error_) return {};
        std::string input;
        const auto size = net::read_until(*stream_, net::dynamic_buffer(input), "\r\n\r\n", error_);
        if (error_) return {};
        Reply reply;
        reply.head = input.substr(0, size);
        const auto length = size + std::stoul(reply.field("Content-Length"));
        if (input.size() < length)
            net::read(*stream_, net::dynamic_buffer(input), net::transfer_exactly(length - input.size()), error_);
        return input;
    }
    /// What ends the connection: an orderly end is end of file.
    boost::system::error_code end() {
        char byte = 0;
        boost::system::error_code error;
        net::read(*stream_, net::buffer(&byte, 1), error);
        return error;
    }
    /// Whether the server gave what a later connection may begin with instead of a handshake.
    [[nodiscard]] bool session_can_resume() {
        return SSL_SESSION_is_resumable(SSL_get_session(stream_->native_handle())) == 1;
    }
    bool renegotiates() {
        return SSL_renegotiate(stream_->native_handle()) == 1 && !ask(post(as_alice, "again")).empty() && !error_;
    }

  private:
    net::io_context io_;
    ssl::context context_;
    std::optional<ssl::stream<net::ip::tcp::socket>> stream_;
    boost::system::error_code error_;
};

}  // namespace tintype::test
