#pragma once
/// \file
/// Character sets and letters' cases, as names of users need them.

#include <optional>
#include <string>
#include <string_view>

namespace tintype::security {

/// What is no UTF-16 ends the text.
[[nodiscard]] std::string utf8_of_utf16le(std::string_view bytes);

/// Nothing if it is no UTF-8.
[[nodiscard]] std::optional<std::string> utf16le_of_utf8(std::string_view text);

/// A form in which names are the same that differ in the case of letters only, whatever the alphabet. What is no UTF-8
/// stays as it is.
[[nodiscard]] std::string without_case(std::string_view utf8);

}  // namespace tintype::security
