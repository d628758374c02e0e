#pragma once
/// \file
/// One log-on, from the client's first token to the last sealed message.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "security/gss.hpp"
#include "security/message_protection.hpp"
#include "security/negotiate_credentials.hpp"
#include "tintype/negotiate.hpp"

namespace tintype::security {

/// Bytes of the longest token that is looked at: a ticket of a user in a thousand groups has some 48 KiB.
inline constexpr std::size_t longest_token = std::size_t{64} * 1024;

class AcceptorContext final : public NegotiateContext {
  public:
    /// \param binding as asked for; `end_point` empty: there is nothing to bind to.
    AcceptorContext(std::shared_ptr<const NegotiateCredentials> credentials, NegotiateScheme scheme,
                    ChannelBinding binding, std::string_view end_point);

    [[nodiscard]] NegotiateStep accept(std::string_view token) override;
    [[nodiscard]] std::chrono::system_clock::time_point expires() const noexcept override { return expires_; }
    [[nodiscard]] tl::expected<SealedMessage, std::string> seal(std::string_view clear) override;
    [[nodiscard]] tl::expected<std::string, std::string> unseal(std::string_view header,
                                                                std::string_view data) override;

  private:
    [[nodiscard]] std::string objection(std::string_view token);
    [[nodiscard]] std::string in_words(OM_uint32 major, OM_uint32 minor) const;
    [[nodiscard]] NegotiateStep refuse(std::string why, std::string_view token = {});
    [[nodiscard]] NegotiateStep complete(gss_name_t source, gss_const_OID mechanism, OM_uint32 flags,
                                         std::string_view token);
    [[nodiscard]] std::string objection_to(OM_uint32 flags);
    [[nodiscard]] std::string canonical(const std::string& shown, gss_const_OID mechanism) const;

    const std::shared_ptr<const NegotiateCredentials> credentials_;
    const NegotiateScheme scheme_;
    const bool bound_;  // The client has to say which channel it is on.
    ChannelBindings bindings_;
    gss_cred_id_t credential_ = GSS_C_NO_CREDENTIAL;  // Of credentials_; chosen by the first token.
    GssContext context_;
    int tokens_ = 0;
    bool over_ = false;
    std::string user_;
    std::chrono::system_clock::time_point expires_{};
    std::optional<MessageProtection> protection_;
};

}  // namespace tintype::security
