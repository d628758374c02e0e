#include "http/farewell.hpp"

#include <boost/asio/buffer.hpp>
#include <string_view>

namespace tintype::http {
namespace {

constexpr std::chrono::milliseconds patience{1'000};
constexpr std::string_view answer =
    "HTTP/1.1 503 Service Unavailable\r\nServer: Tintype\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: "
    "close\r\n\r\n";

}  // namespace

Farewell::Farewell(IoThread& thread, Socket socket, Places::Place place)
    : thread_(thread),
      socket_(std::move(socket)),
      place_(std::move(place)),
      attended_(thread.add(*this)),
      deadline_(Clock::now() + patience) {}

Farewell::~Farewell() {
    thread_.remove(attended_);
}

void Farewell::start() {
    say(socket_);
    read();
}

void Farewell::say(Socket& socket) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(net::buffer(answer), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void Farewell::close() noexcept {
    error_code ignored;
    socket_.close(ignored);
}

void Farewell::read() {
    socket_.async_read_some(net::buffer(unread_), [self = shared_from_this()](const error_code& error, std::size_t) {
        if (!error && self->socket_.is_open()) self->read();
    });
}

}  // namespace tintype::http
