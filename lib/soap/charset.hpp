#pragma once
/// \file
/// Character sets of SOAP over HTTP: UTF-8 and UTF-16 in both byte orders.

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "soap/envelope.hpp"

namespace tintype::soap {

/// Media type and character set of a Content-Type value.
struct ContentType {
    std::string media_type;  ///< Lower case, without parameters; empty if there was none.
    std::string charset;     ///< Lower case; empty if there was none.
};
[[nodiscard]] ContentType parse_content_type(std::string_view value);

/// ContentType::charset alone.
[[nodiscard]] std::string charset_of(std::string_view content_type);

/// The message in UTF-8 without BOM, valid, and what it was in. `buffer` receives it when it had to be converted;
/// otherwise the result views `message`. Errors: ReadFault::charset, ReadFault::not_xml (bytes that are not valid).
struct Decoded {
    std::string_view text;
    Charset charset = Charset::utf8;
};
[[nodiscard]] tl::expected<Decoded, ReadError> decode(std::string_view message, std::string_view charset,
                                                      std::string& buffer);

/// UTF-8 into the given character set: UTF-16 gets a BOM, as Windows writes it. \param utf8 must be valid.
[[nodiscard]] std::string encode(std::string utf8, Charset charset);

/// `application/soap+xml;charset=UTF-8` or `…UTF-16`.
[[nodiscard]] std::string_view content_type(Charset charset) noexcept;

}  // namespace tintype::soap
