#pragma once
/// \file
/// LIKE patterns of WQL.

#include <string_view>

namespace tintype::cim {

/// `%` any text, `_` one character, `[abc]`, `[a-c]`, `[^a-c]` one of (or none of) these; letters without regard to
/// case in ASCII. Time is bounded by the product of both lengths, whatever the pattern.
[[nodiscard]] bool is_like(std::string_view text, std::string_view pattern) noexcept;

}  // namespace tintype::cim
