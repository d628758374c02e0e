#pragma once
/// \file
/// xs:duration as control headers and expirations use it.

#include <chrono>
#include <optional>
#include <string_view>

namespace tintype::wsman {

/// Reads `PT60.000S`, `PT1M30S`, `P1D`, `-PT5S`; years count as 365 days, months as 30. Nothing if it is no duration or
/// longer than 10,000 years.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

}  // namespace tintype::wsman
