#pragma once
/// \file
/// Base64 as HTTP's log-on schemes carry bytes (RFC 4648 4).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::security {

/// Nothing if it is empty, holds anything but Base64's digits, or lacks its padding.
[[nodiscard]] std::optional<std::vector<char>> decode_base64(std::string_view text);

/// With padding, in one line.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace tintype::security
