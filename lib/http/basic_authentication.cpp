#include <exception>
#include <utility>

#include "http/authentication.hpp"

namespace tintype::http {

BasicAuthentication::BasicAuthentication(PasswordAuthenticator* users, VerificationQueue& queue, bool offered,
                                         std::string address)
    : users_(users), queue_(queue), offered_(offered), address_(std::move(address)) {}

Challenge BasicAuthentication::challenge(std::string user, std::string why) {
    return {{"Basic realm=\"WSMAN\""}, std::move(user), std::move(why)};
}

std::optional<LogOn> BasicAuthentication::step(std::string_view authorization) {
    if (!offered_) {
        return Challenge{{}, {}, "Basic over plain HTTP is off (auth.allow_unencrypted)"};
    }
    if (authorization.empty()) return challenge({}, {});
    auto credentials = security::read_basic(authorization);
    if (!credentials) return challenge({}, "the Authorization header holds no Basic credentials");
    if (users_ == nullptr) return challenge(std::string(credentials->user()), "there are no users");
    if (auto known = users_->recall(credentials->user(), credentials->password())) return *std::move(known);
    pending_ = std::make_shared<const security::BasicCredentials>(*std::move(credentials));
    return std::nullopt;
}

std::string BasicAuthentication::user() const {
    return pending_ ? std::string(pending_->user()) : std::string();
}

std::chrono::milliseconds BasicAuthentication::refusal_time() const {
    return users_ != nullptr ? users_->refusal_time() : std::chrono::milliseconds(0);
}

void BasicAuthentication::resume(std::function<void(LogOn)> done) {
    const auto verify = [users = users_, credentials = std::exchange(pending_, nullptr), done] {
        std::optional<Principal> principal;
        std::string why = "wrong name or password";
        try {
            // It may have waited while another connection's was found right.
            principal = users->recall(credentials->user(), credentials->password());
            if (!principal) principal = users->verify(credentials->user(), credentials->password());
        } catch (const std::exception& error) {
            why = error.what();
        } catch (...) {
            why = "the authenticator failed";
        }
        done(principal ? LogOn(*std::move(principal))
                       : LogOn(challenge(std::string(credentials->user()), std::move(why))));
    };
    if (!queue_.post(address_, verify)) done(Busy{});
}

}  // namespace tintype::http
