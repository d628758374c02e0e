#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tintype::test {

/// An answer as it came.
struct Reply {
    int status = 0;
    std::string head;
    std::string body;

    /// Value of a header field, looked for as it is written; empty if it is not there.
    [[nodiscard]] std::string field(const std::string& name) const {
        const auto at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos) return {};
        const auto begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

/// A blocking client that sends exactly what it is told.
class SocketClient {
  public:
    explicit SocketClient(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        // A test that waits for an answer that never comes must fail, not hang.
        const ::timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        ::sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) != 0) {
            ::close(socket_);
            throw std::runtime_error("connect");
        }
    }
    SocketClient(SocketClient&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), input_(std::move(other.input_)) {}
    SocketClient(const SocketClient&) = delete;
    SocketClient& operator=(const SocketClient&) = delete;
    SocketClient& operator=(SocketClient&&) = delete;
    ~SocketClient() { hang_up(); }

    /// False if the server has gone.
    bool send(std::string_view text) {
        while (!text.empty()) {
            const auto count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    /// The next answer; status 0 if the connection ended instead. Answers to POST have a Content-Length, or none and no
    /// body.
    Reply read() {
        Reply reply;
        std::size_t end = 0;
        while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive()) return reply;
        }
        reply.head = input_.substr(0, end + 2);
        input_.erase(0, end + 4);
        const auto length = reply.field("Content-Length");
        const auto size = length.empty() ? std::size_t{0} : static_cast<std::size_t>(std::stoul(length));
        while (input_.size() < size) {
            if (!receive()) return {};
        }
        reply.body = input_.substr(0, size);
        input_.erase(0, size);
        reply.status = std::atoi(reply.head.c_str() + std::string_view("HTTP/1.1 ").size());
        return reply;
    }

    /// Waits for the server's end of the connection. False if it sends anything before, or nothing happens at all.
    bool is_closed() {
        if (!input_.empty()) return false;
        char byte = 0;
        const auto count = ::recv(socket_, &byte, 1, 0);
        return count == 0 || (count < 0 && errno == ECONNRESET);
    }

    void end_of_input() { ::shutdown(socket_, SHUT_WR); }
    void hang_up() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    /// Ends the connection with a reset instead of an orderly end.
    void reset() {
        const ::linger at_once{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        hang_up();
    }

  private:
    bool receive() {
        std::array<char, 16 * 1024> piece{};
        const auto count = ::recv(socket_, piece.data(), piece.size(), 0);
        if (count <= 0) return false;
        input_.append(piece.data(), static_cast<std::size_t>(count));
        return true;
    }

    int socket_;
    std::string input_;
};

}  // namespace tintype::test
