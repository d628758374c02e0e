#pragma once
/// \file
/// A message between its sealed form on the wire and its clear one (MS-WSMV 2.2.9.1).

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tintype/negotiate.hpp"

namespace tintype::http {

struct ClearMessage {
    std::string content_type;  ///< Of the clear text, as the client says it.
    std::string body;
    NegotiateScheme protocol = NegotiateScheme::negotiate;  ///< That the answer is sealed with.
};

/// Errors, in a sentence for the log: a body of another form, one that was changed, replayed or sealed by somebody
/// else, a length that is not the message's.
[[nodiscard]] tl::expected<ClearMessage, std::string> unseal(NegotiateContext& context, std::string_view content_type,
                                                             std::string_view body);

/// The body of an answer; its Content-Type is security::encrypted_content_type(protocol). Errors: what GSSAPI says.
[[nodiscard]] tl::expected<std::string, std::string> seal(NegotiateContext& context, NegotiateScheme protocol,
                                                          std::string_view content_type, std::string_view body);

}  // namespace tintype::http
