#pragma once
/// \file
/// A client's side of a log-on by Negotiate or Kerberos: its tokens, and the sealing of messages after it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "security/gss.hpp"
#include "security/message_protection.hpp"
#include "tintype/negotiate.hpp"

namespace tintype::security {

struct InitiatorOptions {
    enum class Mechanism { kerberos, ntlm };
    Mechanism mechanism = Mechanism::kerberos;
    NegotiateScheme scheme = NegotiateScheme::negotiate;
    bool spnego = true;       ///< Under Negotiate: inside of SPNEGO, as Windows does, or raw.
    std::string host{};       ///< Of the URL: the service asked for is `HTTP/host`.
    std::string user{};       ///< `alice@EXAMPLE.COM`; NTLM: `DOMAIN\alice` or `alice`. Empty: whose tickets there are.
    std::string password{};   ///< Kerberos: empty to use tickets that are there.
    std::string ccache{};     ///< Kerberos: file with tickets. Empty: krb5's default.
    std::string end_point{};  ///< Hash of the server's certificate (RFC 5929 4.1). Empty: nothing is bound.
};

/// One log-on, which belongs to one connection. Thread safety: one call at a time.
class NegotiateInitiator {
  public:
    /// May ask a KDC. Errors, in a sentence: no ticket, wrong password (Kerberos), no such mechanism on this machine.
    [[nodiscard]] static tl::expected<std::unique_ptr<NegotiateInitiator>, std::string> begin(
        const InitiatorOptions& options);

    /// The next token for the server; empty if there is none to send. \param token the server's, empty at the start.
    /// Errors, in a sentence: the server is unknown to the KDC, is not who it should be, or speaks something else.
    [[nodiscard]] tl::expected<std::string, std::string> step(std::string_view token);

    /// Whether both sides are content. Before that nothing can be sealed.
    [[nodiscard]] bool complete() const noexcept { return protection_.has_value(); }

    /// As NegotiateContext's.
    [[nodiscard]] tl::expected<SealedMessage, std::string> seal(std::string_view clear);
    [[nodiscard]] tl::expected<std::string, std::string> unseal(std::string_view header, std::string_view data);

  private:
    NegotiateInitiator(GssCredential credential, GssName service, gss_OID mechanism, std::string_view end_point);

    GssCredential credential_;
    GssName service_;
    gss_OID mechanism_;
    ChannelBindings bindings_;
    GssContext context_;
    std::optional<MessageProtection> protection_;
};

}  // namespace tintype::security
