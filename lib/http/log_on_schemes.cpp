#include "http/log_on_schemes.hpp"

#include <utility>

namespace tintype::http {
namespace {}  // namespace

LogOnSchemes::LogOnSchemes(const Authenticators& authenticators, VerificationQueue& queue, Places& places,
                           const ClientOrigin& client)
    : by_token_(authenticators.negotiate),
      takes_passwords_(client.takes_passwords && authenticators.passwords != nullptr),
      basic_(authenticators.passwords, queue, client.takes_passwords, client.address),
      negotiate_(authenticators.negotiate, queue, places, client.address, client.end_point) {}

std::vector<std::string> LogOnSchemes::offers() const {
    std::vector<std::string> offers;
    for (const auto scheme : {NegotiateScheme::negotiate, NegotiateScheme::kerberos}) {
        if (by_token_ != nullptr && by_token_->offers(scheme)) offers.emplace_back(name_of(scheme));
    }
    if (takes_passwords_) offers.emplace_back("Basic realm=\"WSMAN\"");
    return offers;
}

std::optional<LogOn> LogOnSchemes::step(std::string_view authorization) {
    if (!authorization.empty()) {
        if (negotiate_scheme(authorization)) {
            chosen_ = &negotiate_;
        } else {
            chosen_ = &basic_;
            negotiate_.forget();
        }
        auto result = chosen_->step(authorization);
        if (result)
            if (auto* challenge = std::get_if<Challenge>(&*result)) challenge->offers = offers();
        return result;
    }
    if (const auto* principal = negotiate_.principal()) return *principal;
    std::string why;
    if (negotiate_.is_over()) why = "its ticket, or NTLM's time, is over";
    negotiate_.forget();
    auto offered = offers();
    if (offered.empty()) why = "there is no way to log on here: Basic over plain HTTP is off (auth.allow_unencrypted)";
    return Challenge{std::move(offered), {}, std::move(why)};
}

void LogOnSchemes::resume(std::function<void(LogOn)> done) {
    chosen_->resume([offers = offers(), done = std::move(done)](LogOn result) {
        if (auto* challenge = std::get_if<Challenge>(&result)) challenge->offers = offers;
        done(std::move(result));
    });
}

}  // namespace tintype::http
