#pragma once
/// \file
/// What a user's name may look like.

#include <string_view>

namespace tintype::security {

/// Bytes of the longest name.
inline constexpr std::size_t max_user_name = 256;

/// UTF-8 of 1 to max_user_name bytes without a colon (the separator of RFC 7617 and of the users file) and without
/// control characters.
[[nodiscard]] bool is_user_name(std::string_view text) noexcept;

}  // namespace tintype::security
