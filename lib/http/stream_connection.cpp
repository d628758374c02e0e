#include "http/stream_connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace tintype::http {

// TCP

PlainConnection::PlainConnection(Service& service, IoThread& thread, Origin origin, Socket socket)
    : Connection(service, thread, std::move(origin)), socket_(std::move(socket)) {}

void PlainConnection::start() {
    next_request();
}

void PlainConnection::read_some(net::mutable_buffer into) {
    socket_.async_read_some(
        into, [self = self()](const error_code& error, std::size_t count) { self->on_read(error, count); });
}

void PlainConnection::write(net::const_buffer from) {
    net::async_write(socket_, from, [self = self()](const error_code& error, std::size_t) { self->on_written(error); });
}

void PlainConnection::half_close() noexcept {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void PlainConnection::shut_down() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    on_shut_down();
}

void PlainConnection::close_socket() noexcept {
    error_code ignored;
    socket_.close(ignored);
}

bool PlainConnection::has_input() noexcept {
    error_code ignored;
    return socket_.available(ignored) > 0;
}

// TLS

TlsConnection::TlsConnection(Service& service, IoThread& thread, Origin origin, SSL_CTX& context, Socket socket)
    : Connection(service, thread, std::move(origin)),
      socket_(std::move(socket)),
      session_(context, socket_.native_handle(), thread.scratch()) {
    socket_.non_blocking(true);
}

void TlsConnection::start() {
    handshake_begins();
    begin(Operation::handshake);
}

void TlsConnection::read_some(net::mutable_buffer into) {
    into_ = into;
    begin(Operation::read);
}

void TlsConnection::write(net::const_buffer from) {
    from_ = from;
    begin(Operation::write);
}

void TlsConnection::close_socket() noexcept {
    error_code ignored;
    socket_.close(ignored);
}

bool TlsConnection::has_input() noexcept {
    if (session_.has_input()) return true;
    error_code ignored;
    return socket_.available(ignored) > 0;
}

void TlsConnection::begin(Operation operation) {
    operation_ = operation;
    // A client's next request is hardly ever there already.
    if (operation == Operation::read && !session_.has_input() && !session_.has_output()) return wait(Step::Wait::input);
    const auto step = act();
    if (step.wait != Step::Wait::none) return wait(step.wait);
    // Not from in here: a thousand requests that arrive together would be answered as many calls deep.
    net::post(thread().context(), [self = self(), step] { self->complete(step); });
}

void TlsConnection::wait(Step::Wait what) {
    const auto until = what == Step::Wait::input ? Socket::wait_read : Socket::wait_write;
    socket_.async_wait(until, [self = self()](const error_code& error) { self->go_on(error); });
}

void TlsConnection::go_on(const error_code& error) {
    const auto step = error ? Step{Step::Wait::none, error} : act();
    if (step.wait != Step::Wait::none) return wait(step.wait);
    complete(step);
}

TlsConnection::Step TlsConnection::act() {
    // The number of a closed socket may be that of another by now.
    if (!socket_.is_open()) return {Step::Wait::none, net::error::operation_aborted};
    switch (operation_) {
        case Operation::handshake:
            return session_.handshake();
        case Operation::read:
            return session_.read(into_);
        case Operation::write:
            return write_all();
        case Operation::shut_down:
            break;
    }
    return session_.shut_down();
}

TlsConnection::Step TlsConnection::write_all() {
    Step step;
    do {
        step = session_.write(from_);
        if (step.wait == Step::Wait::none && !step.error) from_ += step.count;
    } while (step.wait == Step::Wait::none && !step.error && from_.size() != 0);
    return step;
}

void TlsConnection::complete(const Step& step) {
    switch (operation_) {
        case Operation::handshake:
            return step.error ? on_handshake_failed(step.error) : next_request();
        case Operation::read:
            return on_read(step.error, step.count);
        case Operation::write:
            return on_written(step.error);
        case Operation::shut_down:
            break;
    }
    on_shut_down();
}

}  // namespace tintype::http
