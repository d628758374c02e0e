#include "http/sealed_message.hpp"

#include <utility>

#include "security/encrypted_body.hpp"

namespace tintype::http {

tl::expected<ClearMessage, std::string> unseal(NegotiateContext& context, std::string_view content_type,
                                               std::string_view body) {
    const auto parts = security::read_encrypted_body(content_type, body);
    if (!parts) return tl::unexpected(parts.error());
    auto clear = context.unseal(parts->header, parts->data);
    if (!clear) return tl::unexpected("it can't be unsealed: " + clear.error());
    auto message = security::original_message(*parts, *std::move(clear));
    if (!message) return tl::unexpected(message.error());
    return ClearMessage{std::string(parts->original_type), *std::move(message), parts->protocol};
}

tl::expected<std::string, std::string> seal(NegotiateContext& context, NegotiateScheme protocol,
                                            std::string_view content_type, std::string_view body) {
    const auto sealed = context.seal(body);
    if (!sealed) return tl::unexpected(sealed.error());
    return security::write_encrypted_body(protocol, content_type, body.size(), *sealed);
}

}  // namespace tintype::http
