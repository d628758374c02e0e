#include "http/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "http/client_address.hpp"
#include "http/end_point_hash.hpp"
#include "http/log_line.hpp"

namespace tintype::http {
namespace {

constexpr std::size_t small_read = 4096;
constexpr std::size_t large_read = std::size_t{64} * 1024;
constexpr std::size_t kept_buffer = std::size_t{16} * 1024;  // What an idle connection may keep of a large message.
constexpr std::size_t largest_chunk_line = std::size_t{16} * 1024;
constexpr unsigned most_blank_lines = 8;  // In front of a request.
constexpr std::size_t largest_drain = std::size_t{4} * 1024 * 1024;
constexpr std::chrono::milliseconds closing_time{2'000};
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

std::string text_of(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address().to_string();
    if (endpoint.address().is_v6()) return fmt::format("[{}]:{}", address, endpoint.port());
    return fmt::format("{}:{}", address, endpoint.port());
}

}  // namespace

Connection::Connection(Service& service, IoThread& thread, Origin origin)
    : service_(service),
      thread_(thread),
      origin_(std::move(origin)),
      peer_(text_of(origin_.peer)),
      log_ons_(service.authenticators, service.verifications, service.handshakes,
               {source_of(origin_.peer.address()), may_speak_clear(),
                [this] { return tls() != nullptr ? end_point_hash(*tls()) : std::string(); }}),
      turn_(service.log_ons, source_of(origin_.peer.address())),
      place_(thread.add(*this)) {}

Connection::~Connection() {
    thread_.remove(place_);
}

void Connection::close() noexcept {
    if (std::exchange(closed_, true)) return;
    deadline_ = Clock::time_point::max();
    time_out_ = nullptr;
    error_code ignored;
    if (waiting_) waiting_->cancel(ignored);
    close_socket();
}

// Time is over for the client, or for what a worker does for it: then the answer is that it is (DSP0226 6.1), made
// outside of the look at all connections, of which this one may be the last to go.
void Connection::expire() {
    if (!time_out_) return close();
    deadline_ = Clock::time_point::max();
    net::post(thread_.context(), [self = shared_from_this()] {
        if (auto time_out = std::exchange(self->time_out_, nullptr)) time_out();
    });
}

void Connection::stop() noexcept {
    // What has arrived already gets its 503.
    if (stage_ == Stage::idle && input_.size() == 0 && !has_input()) close();
}

void Connection::on_handshake_failed(const error_code& error) {
    if (!closed_) log(LogLevel::debug, fmt::format("{} TLS handshake failed: {}", peer_, printable(error.message())));
    close();
}

// Reading a request

void Connection::next_request() {
    parser_.reset();
    scanner_ = {};
    blank_lines_ = 0;
    principal_ = {};
    in_flight_ = {};
    in_flight_elsewhere_.reset();
    proof_.reset();
    seal_protocol_.reset();
    if (sealed_.capacity() > kept_buffer) sealed_ = {};
    if (output_.capacity() > kept_buffer) output_ = {};
    if (input_.size() == 0 && input_.capacity() > kept_buffer) input_.shrink_to_fit();
    stage_ = Stage::idle;
    if (thread_.stopping() && input_.size() == 0 && !has_input()) return finish();
    if (input_.size() != 0) return scan_head();
    const auto& options = service_.options;
    expire_after(log_ons_.is_under_way() ? std::min(options.idle_timeout, options.handshake_timeout)
                                         : options.idle_timeout);
    read(small_read);
}

void Connection::read(std::size_t at_most) {
    read_some(input_.prepare(at_most));
}

void Connection::on_read(const error_code& error, std::size_t count) {
    if (closed_) return;
    if (error) return stage_ == Stage::draining ? finish() : close();
    input_.commit(count);
    switch (stage_) {
        case Stage::idle:
        case Stage::head:
            return scan_head();
        case Stage::body:
            return parse_body();
        case Stage::draining:
            return drain(count);
        default:
            return close();
    }
}

void Connection::scan_head() {
    if (stage_ == Stage::idle) {
        stage_ = Stage::head;
        expire_after(service_.options.header_timeout);
    }
    const auto text = [this] {
        return std::string_view(static_cast<const char*>(input_.cdata().data()), input_.size());
    };
    // Clients of old send an empty line after a body (RFC 9112 2.2).
    if (scanner_.size() == 0) {
        for (; blank_lines_ < most_blank_lines && text().starts_with("\r\n"); ++blank_lines_) input_.consume(2);
        if (text().empty() || text() == "\r") return read(small_read);
    }
    const auto limit = service_.options.max_header_size;
    const auto state = scanner_.scan(text().substr(0, limit));
    if (state == HeadScanner::State::complete) return on_head(scanner_.size());
    began_ = Clock::now();
    if (state == HeadScanner::State::malformed) return refuse({400, "malformed request", true});
    if (input_.size() >= limit) return refuse({431, "head over max_header_size", true});
    read(small_read);
}

void Connection::on_head(std::size_t size) {
    began_ = Clock::now();
    head_bytes_.assign(static_cast<const char*>(input_.cdata().data()), size);
    input_.consume(size);
    parser_.emplace(service_.options.max_header_size, service_.application.max_body);
    error_code error;
    parser_->put(net::buffer(head_bytes_), error);
    if (error) return refuse(refusal_for(error));
    if (const auto refusal = check_head(parser_->head(), origin_.path)) return refuse(*refusal);
    if (thread_.stopping()) return refuse({503, "stopping", true});
    authenticate();
}

/// Reads the body, once the client has been told to send it if it waits for that.
void Connection::take_body(Body purpose) {
    purpose_ = purpose;
    if (!parser_->has_body() || !expects_continue(parser_->head()) || input_.size() != 0) return read_body();
    stage_ = Stage::continuing;
    expire_after(service_.options.write_timeout);
    write(net::buffer(continue_line));
}

void Connection::read_body() {
    if (purpose_ == Body::drop) parser_->drop_body();
    stage_ = Stage::body;
    if (!parser_->has_body()) return on_body();
    expire_after(service_.options.body_timeout);
    if (input_.size() != 0) return parse_body();
    read(small_read);
}

void Connection::parse_body() {
    error_code error;
    input_.consume(parser_->put(input_.cdata(), error));
    if (error == boost::beast::http::error::need_more) {
        error = {};
        if (input_.size() > largest_chunk_line) return refuse({400, "malformed chunk", true});
    }
    if (error) return refuse(refusal_for(error));
    if (parser_->is_done()) return on_body();
    const auto remaining = parser_->content_length_remaining().value_or(small_read);
    read(static_cast<std::size_t>(std::clamp<std::uint64_t>(remaining, small_read, large_read)));
}

void Connection::on_body() {
    if (purpose_ == Body::serve) return serve();
    send(*std::exchange(after_body_, std::nullopt));
}

// Answering

void Connection::send(Answer answer) {
    answer.http_1_0 = parser_ && !parser_->head().http_1_1;
    status_ = answer.status;
    answer_size_ = answer.head_only ? 0 : answer.body.size();
    last_ = answer.close;
    write_answer(answer, thread_.date(), output_);
    stage_ = Stage::answering;
    expire_after(service_.options.write_timeout);
    thread_.write_soon(shared_from_this());
}

void Connection::write_now() {
    if (!closed_) write(net::buffer(output_));
}

void Connection::on_written(const error_code& error) {
    if (closed_) return;
    if (error) return close();
    if (stage_ == Stage::continuing) return read_body();
    log_request();
    if (last_) return finish();
    next_request();
}

// Ending

void Connection::finish() {
    expire_after(closing_time);
    // Closing a socket with unread bytes resets it, and the client may lose the answer that is on its way.
    if (stage_ != Stage::draining && (drain_after_ || input_.size() != 0 || has_input())) {
        stage_ = Stage::draining;
        half_close();
        input_.consume(input_.size());
        return read(large_read);
    }
    stage_ = Stage::closing;
    shut_down();
}

void Connection::drain(std::size_t count) {
    drained_ += count;
    input_.consume(input_.size());
    if (drained_ > largest_drain) return finish();
    read(large_read);
}

void Connection::log_request() const {
    if (!logs(level_)) return;
    const auto took = std::chrono::duration<double, std::milli>(Clock::now() - began_).count();
    const std::string_view user = principal_.authenticated ? std::string_view(principal_.name) : std::string_view("-");
    log(level_, fmt::format("{} {}: {}: {}, {} bytes, {:.1f} ms", peer_, printable(user), summary_, status_,
                            answer_size_, took));
}

void Connection::log(LogLevel level, std::string_view line) const {
    if (service_.options.log) service_.options.log(level, line);
}

}  // namespace tintype::http
