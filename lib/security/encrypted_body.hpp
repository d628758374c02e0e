#pragma once
/// \file
/// The body that carries a sealed message over HTTP: `multipart/encrypted` as MS-WSMV 2.2.9.1 has it. Only its form;
/// what seals is NegotiateContext.

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tintype/negotiate.hpp"

namespace tintype::security {

/// A sealed message, as views into the body that it was read from.
struct EncryptedBody {
    NegotiateScheme protocol = NegotiateScheme::negotiate;  ///< Of the Content-Type; an answer uses the request's.
    std::string_view original_type{};  ///< Content-Type of the clear text: `application/soap+xml;charset=UTF-8`.
    std::size_t length = 0;            ///< Bytes of clear text that the client says there are; at most data's size.
    std::string_view header{};         ///< What NegotiateContext::unseal takes; never empty.
    std::string_view data{};           ///< The ciphertext: anything, also what looks like a boundary.
};

/// Whether a Content-Type announces a sealed message. Looks at the media type only: whether the rest of it is right is
/// read_encrypted_body's to say.
[[nodiscard]] bool is_encrypted(std::string_view content_type) noexcept;

/// Takes a body apart. Clients differ, and all of this is taken: part headers indented or not, a line break after the
/// closing boundary or none, any boundary that RFC 2046 allows, quoted or not, names and media types in any case.
/// \param content_type the request's Content-Type. \param body must outlive the result.
/// Errors, in a sentence for the log and the client (nothing of the message is in it): what is missing, unknown or
/// does not fit.
[[nodiscard]] tl::expected<EncryptedBody, std::string> read_encrypted_body(std::string_view content_type,
                                                                           std::string_view body);

/// The message itself, once it was unsealed: checks that it is as long as was said, and takes off the two NUL bytes
/// that one family of clients puts behind an 8-bit text and counts. Error, in a sentence: another length.
[[nodiscard]] tl::expected<std::string, std::string> original_message(const EncryptedBody& body, std::string clear);

/// Content-Type of what write_encrypted_body writes.
[[nodiscard]] std::string_view encrypted_content_type(NegotiateScheme protocol) noexcept;

/// A body in just the form that Windows writes, which clients read with fixed offsets and string searches.
/// \param original_type Content-Type of the clear text. \param length its bytes.
[[nodiscard]] std::string write_encrypted_body(NegotiateScheme protocol, std::string_view original_type,
                                               std::size_t length, const SealedMessage& message);

}  // namespace tintype::security
