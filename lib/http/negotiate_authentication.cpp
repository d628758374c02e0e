#include "http/negotiate_authentication.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "ascii/ascii.hpp"
#include "security/base64.hpp"
#include "security/ntlm_message.hpp"

namespace tintype::http {
namespace {

// NTLM within SPNEGO takes three; a client that never comes to an end is sent away.
constexpr unsigned most_legs = 8;

/// Whether a token can only be the first of a log-on: GSS-API's initial token (RFC 2743 3.1) or NTLM's NEGOTIATE.
bool is_first(std::string_view token) {
    constexpr std::string_view ntlm_negotiate("NTLMSSP\0\1", 9);
    constexpr char initial_token = 0x60;
    return token.front() == initial_token || token.starts_with(ntlm_negotiate);
}

Challenge refused(std::string user, std::string why) {
    return {{}, std::move(user), std::move(why)};
}

}  // namespace

/// Belongs to the connection's thread, but for the worker that has it between resume() and its done().
struct NegotiateAuthentication::Handshake {
    enum class State { under_way, complete, over };

    explicit Handshake(NegotiateScheme by) : scheme(by) {}

    const NegotiateScheme scheme;
    std::string end_point;
    Places::Place place;
    std::unique_ptr<NegotiateContext> context;
    unsigned legs = 0;
    State state = State::under_way;
    Principal principal;
    std::chrono::system_clock::time_point expires;

    LogOn take(NegotiateAuthenticator& authenticator, std::string_view token);
};

LogOn NegotiateAuthentication::Handshake::take(NegotiateAuthenticator& authenticator, std::string_view token) {
    if (!context) context = authenticator.begin(scheme, end_point);
    auto step = context->accept(token);
    const auto value = [&] {
        return step.token.empty() ? std::string(name_of(scheme))
                                  : fmt::format("{} {}", name_of(scheme), security::encode_base64(step.token));
    };
    if (step.outcome == NegotiateStep::Outcome::more && ++legs < most_legs) return NextLeg{value()};
    place = {};
    if (step.outcome == NegotiateStep::Outcome::accepted) {
        state = State::complete;
        principal = std::move(step.principal);
        expires = context->expires();
        return Established{principal, step.token.empty() ? std::string() : value()};
    }
    state = State::over;
    context = nullptr;
    if (step.outcome == NegotiateStep::Outcome::more) return refused({}, "the log-on takes too many legs");
    return refused(std::move(step.user), std::move(step.why));
}

std::string_view name_of(NegotiateScheme scheme) noexcept {
    return scheme == NegotiateScheme::kerberos ? "Kerberos" : "Negotiate";
}

std::optional<NegotiateScheme> negotiate_scheme(std::string_view authorization) noexcept {
    const auto word = authorization.substr(0, authorization.find(' '));
    for (const auto scheme : {NegotiateScheme::negotiate, NegotiateScheme::kerberos}) {
        if (ascii::same(word, name_of(scheme))) return scheme;
    }
    return std::nullopt;
}

NegotiateAuthentication::NegotiateAuthentication(NegotiateAuthenticator* authenticator, VerificationQueue& queue,
                                                 Places& places, std::string address,
                                                 std::function<std::string()> end_point)
    : authenticator_(authenticator),
      queue_(queue),
      places_(places),
      address_(std::move(address)),
      end_point_(std::move(end_point)) {}

std::optional<LogOn> NegotiateAuthentication::step(std::string_view authorization) {
    const auto before = std::exchange(handshake_, nullptr);
    const auto scheme = negotiate_scheme(authorization);
    if (!scheme || authenticator_ == nullptr || !authenticator_->offers(*scheme))
        return refused({}, "the scheme of the Authorization header is not offered here");
    authorization.remove_prefix(name_of(*scheme).size());
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
    const auto token = security::decode_base64(authorization);
    if (!token) return refused({}, fmt::format("no token in Base64 stands after {}", name_of(*scheme)));
    token_.assign(token->data(), token->size());

    const bool goes_on = before && before->state == Handshake::State::under_way && before->scheme == *scheme;
    if (goes_on && !is_first(token_)) {
        handshake_ = before;
        return std::nullopt;
    }
    handshake_ = std::make_shared<Handshake>(*scheme);
    handshake_->place = goes_on ? std::move(before->place) : places_.take(address_);
    if (!handshake_->place) {
        forget();
        return Busy{};
    }
    handshake_->end_point = end_point_();
    return std::nullopt;
}

std::string NegotiateAuthentication::user() const {
    const auto last = security::find_ntlm_authenticate(token_);
    return last ? last->user : std::string();
}

void NegotiateAuthentication::resume(std::function<void(LogOn)> done) {
    const auto check = [authenticator = authenticator_, handshake = handshake_, done,
                        token = std::exchange(token_, {})] {
        LogOn result;
        const auto fail = [&](std::string why) {
            handshake->state = Handshake::State::over;
            handshake->place = {};
            result = refused({}, std::move(why));
        };
        try {
            result = handshake->take(*authenticator, token);
        } catch (const std::exception& error) {
            fail(error.what());
        } catch (...) {
            fail("the authenticator failed");
        }
        done(std::move(result));
    };
    if (queue_.post(address_, check)) return;
    forget();
    done(Busy{});
}

const Principal* NegotiateAuthentication::principal() const {
    return context() != nullptr && !is_over() ? &handshake_->principal : nullptr;
}

NegotiateContext* NegotiateAuthentication::context() const noexcept {
    return handshake_ && handshake_->state == Handshake::State::complete ? handshake_->context.get() : nullptr;
}

bool NegotiateAuthentication::is_over() const {
    return context() != nullptr && std::chrono::system_clock::now() >= handshake_->expires;
}

bool NegotiateAuthentication::is_under_way() const noexcept {
    return handshake_ && handshake_->state == Handshake::State::under_way;
}

}  // namespace tintype::http
