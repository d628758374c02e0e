#pragma once
/// \file
/// How a connection finds out who sends its requests. A scheme is one class here; what outlives a request, such as
/// Negotiate's security context, is in its object, which lives as long as the connection.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/verification_queue.hpp"
#include "security/basic.hpp"
#include "tintype/authenticator.hpp"
#include "tintype/principal.hpp"

namespace tintype::http {

/// Not logged on: answer 401.
struct Challenge {
    std::vector<std::string> offers;  ///< Values of WWW-Authenticate, one for each scheme.
    std::string user;                 ///< Who tried, as they wrote it; empty if nobody did.
    std::string why;                  ///< For the log. Empty: the client sent nothing to log on with.
};

/// In the middle of a log-on: answer 401, and keep the connection.
struct NextLeg {
    std::string offer;  ///< The one value of WWW-Authenticate: the scheme and our token.
};

/// Logged on by this request's token, which was the last. The connection is the user's from now on.
struct Established {
    Principal principal;
    std::string proof;  ///< WWW-Authenticate of the answer, whatever that is; empty: none.
};

/// Too many log-ons wait already: answer 503.
struct Busy {};

using LogOn = std::variant<Principal, Established, NextLeg, Challenge, Busy>;

/// The log-on of one connection. Used on the connection's thread only; one step at a time.
class Authentication {
  public:
    Authentication() = default;
    Authentication(const Authentication&) = delete;
    Authentication& operator=(const Authentication&) = delete;
    virtual ~Authentication() = default;

    /// Looks at a request. \param authorization the Authorization field's value, empty if there is none.
    /// \returns what came of it, or nothing if that takes longer: then call resume(). Never waits.
    virtual std::optional<LogOn> step(std::string_view authorization) = 0;

    /// Of the step that gave nothing: who tries to log on, as far as that is known; and the soonest, from then on, that
    /// a refusal may be answered (PasswordAuthenticator::refusal_time()).
    [[nodiscard]] virtual std::string user() const { return {}; }
    [[nodiscard]] virtual std::chrono::milliseconds refusal_time() const { return {}; }

    /// Goes on with the step that gave nothing. \param done called once, on any thread, perhaps before this returns;
    /// never called, but destroyed, if the server stops first.
    virtual void resume(std::function<void(LogOn)> done) = 0;
};

/// Basic against a PasswordAuthenticator.
class BasicAuthentication final : public Authentication {
  public:
    /// \param users null: nobody can log on. \param offered false: Basic is neither offered nor taken on this
    /// connection, since its password would cross the network in the clear. \param address the client's, without port.
    /// Ownership: users and queue must outlive this and every step.
    BasicAuthentication(PasswordAuthenticator* users, VerificationQueue& queue, bool offered, std::string address);

    std::optional<LogOn> step(std::string_view authorization) override;
    [[nodiscard]] std::string user() const override;
    [[nodiscard]] std::chrono::milliseconds refusal_time() const override;
    void resume(std::function<void(LogOn)> done) override;

  private:
    [[nodiscard]] static Challenge challenge(std::string user, std::string why);

    PasswordAuthenticator* users_;
    VerificationQueue& queue_;
    const bool offered_;
    const std::string address_;
    std::shared_ptr<const security::BasicCredentials> pending_;
};

}  // namespace tintype::http
