#include "negotiate_log_on.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "security/base64.hpp"
#include "security/encrypted_body.hpp"
#include "security/negotiate_initiator.hpp"
#include "url.hpp"

namespace tintype::client {
namespace {

using security::InitiatorOptions;
using security::NegotiateInitiator;

InitiatorOptions options_of(const Access& access, const std::string& password) {
    InitiatorOptions options;
    options.scheme = access.auth == Auth::kerberos ? NegotiateScheme::kerberos : NegotiateScheme::negotiate;
    // A name with a realm is one that a KDC knows; DOMAIN\user, and a user of the endpoint's own, are NTLM's.
    const bool realm = access.user.find('@') != std::string::npos;
    if (access.auth == Auth::negotiate && !access.user.empty() && !realm)
        options.mechanism = InitiatorOptions::Mechanism::ntlm;
    options.host = access.host;
    options.user = access.user;
    if (!access.user.empty()) options.password = password;
    return options;
}

/// The server's token among its challenges; empty if it sent none.
std::string token_of(const HttpAnswer& answer, std::string_view scheme) {
    for (const std::string_view challenge : answer.challenges) {
        if (!challenge.starts_with(scheme) || challenge.size() <= scheme.size() || challenge[scheme.size()] != ' ')
            continue;
        if (const auto bytes = security::decode_base64(challenge.substr(scheme.size() + 1)))
            return {bytes->begin(), bytes->end()};
    }
    return {};
}

}  // namespace

class NegotiateLogOn::Session {
  public:
    Session(Exchange& exchange, const Access& access, std::string password)
        : exchange_(exchange),
          url_(access.url),
          plain_(access.plain_http),
          scheme_(access.auth == Auth::kerberos ? "Kerberos" : "Negotiate"),
          password_(std::move(password)),
          options_(options_of(access, password_)) {}

    Result<HttpAnswer> post(const std::string& content_type, const std::string& message) {
        const bool was_logged_on = side_ != nullptr;
        if (!was_logged_on) {
            if (auto done = log_on(); !done) return tl::unexpected(done.error());
        }
        auto answer = send(content_type, message);
        // A connection that has ended took the log-on with it, and the request was not looked at.
        if (answer && answer->status == 401 && was_logged_on) {
            if (auto done = log_on(); !done) return tl::unexpected(done.error());
            answer = send(content_type, message);
        }
        return answer;
    }

  private:
    Result<void> log_on() {
        side_.reset();
        if (!plain_) {
            // Only the server's certificate is wanted, which the first token says already.
            if (const auto asked = exchange_.send({}); !asked) return tl::unexpected(asked.error());
            options_.end_point = exchange_.end_point();
        }
        auto begun = NegotiateInitiator::begin(options_);
        if (!begun) return denied(begun.error());
        std::string token;
        for (;;) {
            auto next = (*begun)->step(token);
            if (!next) return denied(next.error());
            if (next->empty()) return denied("the endpoint asks for more than there is to say");
            const auto answer = exchange_.send({"", fmt::format("{} {}", scheme_, security::encode_base64(*next)), ""});
            if (!answer) return tl::unexpected(answer.error());
            token = token_of(*answer, scheme_);
            if (answer->status == 401 && !token.empty() && !(*begun)->complete()) continue;
            if (answer->status / 100 != 2) return refused(*answer);
            return finish(*std::move(begun), token);
        }
    }

    /// The endpoint is content. Whether it is who it should be, its last token says.
    Result<void> finish(std::unique_ptr<NegotiateInitiator> side, const std::string& token) {
        if (!side->complete() && !token.empty()) {
            if (const auto last = side->step(token); !last) return not_proven(last.error());
        }
        if (!side->complete()) return not_proven("it sent no last token");
        side_ = std::move(side);
        return {};
    }

    Result<HttpAnswer> send(const std::string& content_type, const std::string& message) {
        HttpRequest request{content_type, {}, message};
        if (plain_) {
            const auto sealed = side_->seal(message);
            if (!sealed) return not_proven(sealed.error());
            request.content_type = security::encrypted_content_type(options_.scheme);
            request.body = security::write_encrypted_body(options_.scheme, content_type, message.size(), *sealed);
        }
        auto answer = exchange_.send(request);
        if (!answer || !plain_ || answer->status == 401) return answer;
        if (!security::is_encrypted(answer->content_type)) {
            // What came in the clear may be anybody's; that there was an answer is all that is believed.
            return fail(ExitCode::unreachable, fmt::format("{} answered in the clear.", url_),
                        fmt::format("HTTP {}", answer->status));
        }
        return unsealed(*std::move(answer));
    }

    Result<HttpAnswer> unsealed(HttpAnswer answer) {
        const auto body = security::read_encrypted_body(answer.content_type, answer.body);
        if (!body) return not_proven("the sealed answer " + body.error());
        auto clear = side_->unseal(body->header, body->data);
        if (clear) clear = security::original_message(*body, *std::move(clear));
        if (!clear) return not_proven(clear.error());
        answer.content_type = body->original_type;
        answer.body = *std::move(clear);
        return answer;
    }

    [[nodiscard]] tl::unexpected<Error> denied(std::string why) const {
        return fail(ExitCode::access_denied, fmt::format("There is no logging on to {}.", url_), std::move(why));
    }
    [[nodiscard]] tl::unexpected<Error> refused(const HttpAnswer& answer) const {
        const auto detail = fmt::format("HTTP {}", answer.status);
        if (answer.status == 401)
            return fail(ExitCode::access_denied, fmt::format("{} doesn't take this log-on.", url_), detail);
        return fail(ExitCode::unreachable, fmt::format("{} takes no log-ons now.", url_), detail);
    }
    [[nodiscard]] tl::unexpected<Error> not_proven(std::string why) const {
        return fail(ExitCode::unreachable, fmt::format("{} does not prove to be who it should be.", url_),
                    std::move(why));
    }

    Exchange& exchange_;
    const std::string url_;
    const bool plain_;
    const std::string scheme_;
    const std::string password_;
    InitiatorOptions options_;
    std::unique_ptr<NegotiateInitiator> side_;  // Null: not logged on.
};

NegotiateLogOn::NegotiateLogOn(Exchange& exchange, const Access& access, std::string password)
    : session_(std::make_unique<Session>(exchange, access, std::move(password))) {}

NegotiateLogOn::~NegotiateLogOn() = default;

Result<HttpAnswer> NegotiateLogOn::post(const std::string& content_type, const std::string& message) {
    return session_->post(content_type, message);
}

}  // namespace tintype::client
