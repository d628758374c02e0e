#include "http/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <exception>
#include <utility>

#include "http/client_address.hpp"
#include "http/end_point_hash.hpp"
#include "http/log_line.hpp"
#include "http/owed.hpp"
#include "http/sealed_message.hpp"
#include "security/encrypted_body.hpp"

namespace tintype::http {
namespace {

constexpr std::size_t small_read = 4096;
constexpr std::size_t large_read = std::size_t{64} * 1024;
constexpr std::size_t kept_buffer = std::size_t{16} * 1024;  // What an idle connection may keep of a large message.
constexpr std::size_t largest_chunk_line = std::size_t{16} * 1024;
constexpr std::size_t largest_anonymous = std::size_t{16} * 1024;  // An Identify has a tenth of that.
constexpr std::size_t largest_drain = std::size_t{4} * 1024 * 1024;
constexpr std::chrono::milliseconds closing_time{2'000};
// WinRM's answer to a message in the clear where it wants sealed ones; its clients explain it to their users as that.
constexpr Refusal clear_text_refused{500,
                                     "a message in the clear over plain HTTP, which auth.allow_unencrypted forbids"};
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

std::string text_of(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address().to_string();
    if (endpoint.address().is_v6()) return fmt::format("[{}]:{}", address, endpoint.port());
    return fmt::format("{}:{}", address, endpoint.port());
}

/// Where the client reached us, for a document that names it.
std::string_view host_of(const RequestHead& head) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[]";
    const auto host = head.host.value;
    return host.empty() || host.find_first_not_of(allowed) != host.npos ? std::string_view("localhost") : host;
}

/// By what the client logs on, or has logged on.
std::string scheme_of(std::string_view authorization, const Principal& principal) {
    if (principal.authenticated) return principal.scheme;
    if (const auto scheme = negotiate_scheme(authorization)) return std::string(name_of(*scheme));
    return asks_for_certificate_log_on(authorization) ? "Certificate" : "Basic";
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
    principal_ = {};
    in_flight_ = nullptr;
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
        while (text().starts_with("\r\n")) input_.consume(2);
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

// Admitting it

void Connection::authenticate() {
    const auto& head = parser_->head();
    if (head.authorization.count == 0 && asks_unauthenticated_identify(head) && !asks_metadata(head) &&
        service_.application.anonymous_identify && log_ons_.context() == nullptr &&
        parser_->content_length_remaining().value_or(largest_anonymous) < largest_anonymous) {
        log_ons_.forget();
        return admit();
    }
    if (asks_for_certificate_log_on(head.authorization.value)) return log_on_by_certificate();
    if (auto result = log_ons_.step(head.authorization.value)) return on_log_on(*result);
    stage_ = Stage::elsewhere;
    turn_.arrive(log_ons_.user(), log_ons_.refusal_time());
    check_log_on();
}

/// Has the log-on checked as soon as it may be.
void Connection::check_log_on() {
    deadline_ = Clock::time_point::max();
    const auto until = turn_.ask();
    if (!until) return log_ons_.resume(owe(thread_.context(), shared_from_this(), &Connection::on_checked));
    if (!turn_.is_hopeless()) return wait_until(*until, [this] { check_log_on(); });
    audit_log_on(AuditKind::log_on_throttled, log_ons_.user(), "too many log-ons of this user from there failed");
    log_ons_.forget();
    refuse({503, "too many log-ons of this user from there failed", false});
}

void Connection::on_checked(const LogOn& result) {
    if (const auto until = turn_.settle(result)) return wait_until(*until, [this, result] { on_log_on(result); });
    on_log_on(result);
}

/// Holds the connection and nothing else.
void Connection::wait_until(Clock::time_point until, std::function<void()> then) {
    if (closed_) return;
    if (!waiting_) waiting_.emplace(thread_.context().get_executor());
    waiting_->expires_at(until);
    waiting_->async_wait([self = shared_from_this(), then = std::move(then)](const error_code&) {
        if (!self->closed_) then();
    });
}

void Connection::log_on_by_certificate() {
    if (!certificate_) certificate_.emplace(service_.authenticators.certificates, origin_.trust, tls());
    log_ons_.forget();
    auto result = certificate_->log_on();
    const auto* principal = std::get_if<Principal>(&result);
    const auto user = principal != nullptr ? principal->name : std::string();
    // Each request names its certificate anew, and is no log-on of its own.
    if (user != std::exchange(certificate_user_, user) && principal != nullptr)
        audit_log_on(AuditKind::log_on_accepted, user, {});
    if (auto* failed = std::get_if<Challenge>(&result)) failed->offers = log_ons_.offers();
    on_log_on(result);
}

void Connection::on_log_on(const LogOn& result) {
    if (closed_) return;
    if (const auto* principal = std::get_if<Principal>(&result)) {
        principal_ = *principal;
        // A password that had to be verified: one that is remembered is no log-on of its own.
        if (stage_ == Stage::elsewhere) audit_log_on(AuditKind::log_on_accepted, principal_.name, {});
        return admit();
    }
    if (const auto* established = std::get_if<Established>(&result)) {
        principal_ = established->principal;
        proof_ = established->proof;
        audit_log_on(AuditKind::log_on_accepted, principal_.name, {});
        return admit();
    }
    if (const auto* next = std::get_if<NextLeg>(&result)) {
        level_ = LogLevel::debug;
        summary_ = "log-on under way";
        Answer answer;
        answer.status = 401;
        answer.challenges = {next->offer};
        return dismiss(std::move(answer), true);
    }
    if (const auto* failed = std::get_if<Challenge>(&result)) return challenge(*failed);
    refuse({503, "too many log-ons wait", false});
}

void Connection::challenge(const Challenge& challenge) {
    level_ = LogLevel::debug;
    summary_ = "not logged on";
    if (!challenge.why.empty()) {
        level_ = LogLevel::warning;
        summary_ = fmt::format("log-on of \"{}\" failed: {}", printable(challenge.user), printable(challenge.why));
    }
    if (!challenge.why.empty() && parser_->head().authorization.count != 0)
        audit_log_on(AuditKind::log_on_refused, challenge.user, challenge.why);
    Answer answer;
    answer.status = 401;
    answer.challenges = challenge.offers;
    dismiss(std::move(answer));
}

void Connection::refuse(Refusal refusal) {
    level_ = LogLevel::info;
    summary_ = refusal.why;
    if (parser_) {
        const auto& head = parser_->head();
        summary_ = fmt::format("{} {}: {}", printable(head.method, 20), printable(head.target, 100), refusal.why);
    }
    Answer answer;
    answer.status = refusal.status;
    if (parser_) answer.allow = allowed_methods(parser_->head());
    if (proof_ && !proof_->empty()) answer.challenges = {*proof_};
    answer.close = refusal.close;
    dismiss(std::move(answer));
}

/// \param keeps_log_on the client has a log-on on this connection, which must not end for a body that is dropped.
void Connection::dismiss(Answer answer, bool keeps_log_on) {
    if (!answer.close && parser_->has_body()) {
        if (keeps_log_on || !expects_continue(parser_->head())) {
            answer.close = !parser_->head().keep_alive;
            after_body_ = std::move(answer);
            return take_body(Body::drop);
        }
        // Whether the body comes after all is the client's to decide, so nobody could tell it from a next request
        // (RFC 9110 10.1.1).
        answer.close = true;
    }
    drain_after_ = answer.close;
    if (parser_ && !parser_->head().keep_alive) answer.close = true;
    send(std::move(answer));
}

void Connection::admit() {
    const auto& head = parser_->head();
    const bool sealed = is_sealed(head);
    if (proof_ && head.method == "POST" && (!parser_->has_body() || (!sealed && !may_speak_clear()))) return welcome();
    if (log_ons_.context() != nullptr && !sealed && !may_speak_clear()) return refuse(clear_text_refused);
    if (const auto refusal = check_media_type(head)) return refuse(*refusal);
    if (sealed && log_ons_.context() == nullptr) return refuse({415, "a sealed message without a log-on to unseal it"});
    if (principal_.authenticated && !in_flight_) in_flight_ = service_.requests.take(principal_.name);
    // Before the body is read, which is what fills memory: so there is no message yet to answer with a fault.
    if (principal_.authenticated && !in_flight_) return refuse({503, "max_requests_in_flight are under way", false});
    take_body(Body::serve);
}

/// The last leg of a log-on, which brought no message that may be served.
void Connection::welcome() {
    level_ = LogLevel::info;
    summary_ = "logged on";
    if (parser_->has_body()) summary_ += ", and its message in the clear was dropped (auth.allow_unencrypted)";
    Answer answer;
    if (!proof_->empty()) answer.challenges = {*proof_};
    dismiss(std::move(answer), true);
}

// Having it answered

void Connection::serve() {
    stage_ = Stage::elsewhere;
    deadline_ = Clock::time_point::max();
    if (asks_metadata(parser_->head())) return serve_metadata();
    Request request;
    request.body = std::move(parser_->body());
    request.content_type = parser_->head().content_type.value;
    if (is_sealed(parser_->head())) {
        auto clear = unseal(*log_ons_.context(), request.content_type, request.body);
        if (!clear) return refuse_sealed(clear.error());
        request.body = std::move(clear->body);
        request.content_type = std::move(clear->content_type);
        seal_protocol_ = clear->protocol;
        if (request.body.size() > service_.application.max_body)
            return refuse({413, "body over max_envelope_size", true});
    }
    request.principal = principal_;
    request.peer = peer_;
    const auto done = owe(thread_.context(), shared_from_this(), &Connection::answer);
    try {
        auto pending = service_.application.handle(std::move(request), service_.workers, done);
        // What has been answered by now has its own deadline.
        if (pending.time_out && stage_ == Stage::elsewhere) {
            time_out_ = std::move(pending.time_out);
            deadline_ = pending.deadline;
        }
    } catch (const std::exception& error) {
        log(LogLevel::error, fmt::format("{} a request could not be served: {}", peer_, error.what()));
        Response failed;
        failed.status = 500;
        failed.summary = "failed";
        done(std::move(failed));
    }
}

/// Somebody may be between the client and us, and the numbers of the messages don't fit together any more.
void Connection::refuse_sealed(std::string_view why) {
    log_ons_.forget();
    audit_log_on(AuditKind::log_on_refused, principal_.name, fmt::format("ended by a sealed message: {}", why));
    level_ = LogLevel::warning;
    summary_ = fmt::format("a sealed message was refused, and the log-on with it: {}", printable(why));
    Answer answer;
    answer.status = 400;
    answer.close = true;
    drain_after_ = true;
    send(std::move(answer));
}

/// Puts the answer's body into its sealed form. False: that can't be done.
bool Connection::seal(Answer& answer) {
    auto sealed = http::seal(*log_ons_.context(), *seal_protocol_, answer.content_type, answer.body);
    if (!sealed) {
        log(LogLevel::error, fmt::format("{} an answer could not be sealed: {}", peer_, printable(sealed.error())));
        return false;
    }
    sealed_ = *std::move(sealed);
    answer.body = sealed_;
    answer.content_type = security::encrypted_content_type(*seal_protocol_);
    return true;
}

void Connection::serve_metadata() {
    const auto& head = parser_->head();
    const auto query = query_of(head.target);
    const auto url = fmt::format("{}://{}{}", origin_.tls ? "https" : "http", host_of(head), origin_.path);
    Response response;
    try {
        auto found =
            service_.application.metadata ? service_.application.metadata(query, url, principal_) : std::nullopt;
        response = found ? std::move(*found) : Response{404, {}, {}, "no such document"};
    } catch (const std::exception& error) {
        log(LogLevel::error, fmt::format("{} a document could not be made: {}", peer_, error.what()));
        response = Response{500, {}, {}, "failed"};
    }
    response.summary = fmt::format("{} ?{}: {}", head.method, printable(query, 100), response.summary);
    answer(response);
}

void Connection::answer(const Response& response) {
    time_out_ = nullptr;
    if (closed_) return;
    level_ = LogLevel::info;
    summary_ = printable(response.summary);
    Answer answer;
    answer.status = response.status;
    answer.content_type = response.content_type;
    answer.body = response.body;
    answer.head_only = parser_->head().method == "HEAD";
    answer.close = !parser_->head().keep_alive || thread_.stopping();
    if (response.status == 401) answer.challenges = log_ons_.offers();
    if (proof_ && !proof_->empty()) answer.challenges = {*proof_};
    if (seal_protocol_ && !answer.body.empty() && !seal(answer)) {
        log_ons_.forget();
        answer.status = 500;
        answer.body = {};
        answer.content_type = {};
        answer.close = true;
    }
    send(std::move(answer));
}

void Connection::send(Answer answer) {
    answer.http_1_0 = parser_ && !parser_->head().http_1_1;
    status_ = answer.status;
    answer_size_ = answer.head_only ? 0 : answer.body.size();
    last_ = answer.close;
    write_answer(answer, thread_.date(), output_);
    stage_ = Stage::answering;
    expire_after(service_.options.write_timeout);
    write(net::buffer(output_));
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
    if (!service_.options.log) return;
    const auto took = std::chrono::duration<double, std::milli>(Clock::now() - began_).count();
    const std::string_view user = principal_.authenticated ? std::string_view(principal_.name) : std::string_view("-");
    log(level_, fmt::format("{} {}: {}: {}, {} bytes, {:.1f} ms", peer_, printable(user), summary_, status_,
                            answer_size_, took));
}

void Connection::audit_log_on(AuditKind kind, std::string user, std::string detail) const {
    if (!service_.options.audit) return;
    AuditEvent event;
    event.kind = kind;
    event.user = std::move(user);
    event.scheme = scheme_of(parser_->head().authorization.value, principal_);
    event.peer = peer_;
    event.detail = std::move(detail);
    service_.options.audit(event);
}

void Connection::log(LogLevel level, std::string_view line) const {
    if (service_.options.log) service_.options.log(level, line);
}

}  // namespace tintype::http
