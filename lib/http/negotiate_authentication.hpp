#pragma once
/// \file
/// Negotiate and Kerberos on a connection (RFC 4559 4 and 5).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/authentication.hpp"
#include "http/places.hpp"
#include "tintype/negotiate.hpp"

namespace tintype::http {

/// The scheme that an Authorization field begins with, if it is one of the two.
[[nodiscard]] std::optional<NegotiateScheme> negotiate_scheme(std::string_view authorization) noexcept;

/// The first word of the header fields.
[[nodiscard]] std::string_view name_of(NegotiateScheme scheme) noexcept;

/// One connection's log-on by tokens. The security context that comes of it stays, for the requests that follow without
/// an Authorization field, until the next log-on begins or it ends (a ticket's end of life).
class NegotiateAuthentication final : public Authentication {
  public:
    /// \param authenticator null: nobody can log on so. \param address the client's, without port. \param end_point
    /// hash of the server's certificate, asked for when a log-on begins; empty outside of TLS. Ownership: the
    /// authenticator, queue and places must outlive this and every step.
    NegotiateAuthentication(NegotiateAuthenticator* authenticator, VerificationQueue& queue, Places& places,
                            std::string address, std::function<std::string()> end_point);

    /// A token begins a log-on, and nothing of an earlier one is left whatever comes of it, or goes on with the one
    /// that is under way.
    std::optional<LogOn> step(std::string_view authorization) override;
    /// NTLM's last message has the name in the clear; a Kerberos ticket is guessed at elsewhere.
    [[nodiscard]] std::string user() const override;
    void resume(std::function<void(LogOn)> done) override;

    /// Ends the log-on, complete or under way.
    void forget() noexcept { handshake_ = nullptr; }

    /// Who has logged on, by a log-on that still holds; null: nobody. Looks at the clock.
    [[nodiscard]] const Principal* principal() const;
    /// The security context of that log-on, until the next step() or forget().
    [[nodiscard]] NegotiateContext* context() const noexcept;
    /// Whether there was a log-on that has come to its end of life.
    [[nodiscard]] bool is_over() const;
    /// Whether the client is expected to send its next token.
    [[nodiscard]] bool is_under_way() const noexcept;

  private:
    struct Handshake;

    NegotiateAuthenticator* authenticator_;
    VerificationQueue& queue_;
    Places& places_;
    const std::string address_;
    const std::function<std::string()> end_point_;
    std::shared_ptr<Handshake> handshake_;
    std::string token_;  // Between step() and resume().
};

}  // namespace tintype::http
