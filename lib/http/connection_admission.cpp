// Who sends a request, and whether it may come in: from its head to the decision what becomes of its body.
#include <fmt/format.h>

#include <utility>

#include "http/connection.hpp"
#include "http/log_line.hpp"
#include "http/owed.hpp"

namespace tintype::http {
namespace {

constexpr std::size_t largest_anonymous = std::size_t{16} * 1024;  // An Identify has a tenth of that.
// WinRM's answer to a message in the clear where it wants sealed ones; its clients explain it to their users as that.
constexpr Refusal clear_text_refused{500,
                                     "a message in the clear over plain HTTP, which auth.allow_unencrypted forbids"};

/// By what the client logs on, or has logged on.
std::string scheme_of(std::string_view authorization, const Principal& principal) {
    if (principal.authenticated) return principal.scheme;
    if (const auto scheme = negotiate_scheme(authorization)) return std::string(name_of(*scheme));
    return asks_for_certificate_log_on(authorization) ? "Certificate" : "Basic";
}

}  // namespace

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

}  // namespace tintype::http
