#pragma once
/// \file
/// Sealing and unsealing of messages once a log-on is complete, for both of its sides.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "security/gss.hpp"
#include "tintype/negotiate.hpp"

namespace tintype::security {

/// Thread safety: one call at a time. Ownership: the context must outlive it.
class MessageProtection {
  public:
    /// \param context complete. \param mechanism what it runs on inside. \param flags what it came with.
    MessageProtection(gss_ctx_id_t context, gss_const_OID mechanism, OM_uint32 flags);

    /// Errors: the two sides agreed on no sealing, or on keys that are too short; what GSSAPI says.
    [[nodiscard]] tl::expected<SealedMessage, std::string> seal(std::string_view clear);

    /// The clear text of the other side's next message. Errors as above, and: it was changed, it was sent before, it
    /// came out of order. After an error nothing is unsealed any more: the sides are out of step for good.
    [[nodiscard]] tl::expected<std::string, std::string> unseal(std::string_view header, std::string_view data);

  private:
    [[nodiscard]] tl::expected<SealedMessage, std::string> seal_ntlm(std::string_view clear);
    [[nodiscard]] tl::expected<SealedMessage, std::string> seal_kerberos(std::string_view clear);
    [[nodiscard]] tl::expected<std::string, std::string> unwrap(std::string_view header, std::string_view data);
    [[nodiscard]] bool follows(std::string_view header);

    gss_ctx_id_t context_;
    bool ntlm_;
    bool numbered_;           // GSSAPI itself watches the order of messages.
    std::string impossible_;  // Why nothing can be sealed.
    std::optional<std::uint64_t> last_number_;
    bool out_of_step_ = false;
};

}  // namespace tintype::security
