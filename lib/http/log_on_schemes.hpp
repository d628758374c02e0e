#pragma once
/// \file
/// All the ways to log on by an Authorization field, as one.

#include "http/authentication.hpp"
#include "http/negotiate_authentication.hpp"

namespace tintype::http {

/// What a connection knows of its client.
struct ClientOrigin {
    std::string address;                     ///< Without port; of IPv6 the network.
    bool takes_passwords = false;            ///< A password doesn't cross the network in the clear, or that is allowed.
    std::function<std::string()> end_point;  ///< As NegotiateAuthentication wants it.
};

/// The log-on of one connection. Basic counts for its request; Negotiate and Kerberos for the connection, until a
/// request brings another Authorization field.
class LogOnSchemes final : public Authentication {
  public:
    /// Ownership: authenticators, queue and places must outlive this and every step.
    LogOnSchemes(const Authenticators& authenticators, VerificationQueue& queue, Places& places,
                 const ClientOrigin& client);

    std::optional<LogOn> step(std::string_view authorization) override;
    [[nodiscard]] std::string user() const override { return chosen_->user(); }
    [[nodiscard]] std::chrono::milliseconds refusal_time() const override { return chosen_->refusal_time(); }
    void resume(std::function<void(LogOn)> done) override;

    /// Values of WWW-Authenticate, one for each scheme that can be used now.
    [[nodiscard]] std::vector<std::string> offers() const;
    /// The security context of a log-on that holds; null if there is none, or it was by a password.
    [[nodiscard]] NegotiateContext* context() const noexcept { return negotiate_.context(); }
    /// Whether the client is expected to send its next token.
    [[nodiscard]] bool is_under_way() const noexcept { return negotiate_.is_under_way(); }
    /// Ends the log-on, complete or under way.
    void forget() noexcept { negotiate_.forget(); }

  private:
    NegotiateAuthenticator* const by_token_;
    const bool takes_passwords_;
    BasicAuthentication basic_;
    NegotiateAuthentication negotiate_;
    Authentication* chosen_ = &basic_;  // That resume() goes on with.
};

}  // namespace tintype::http
