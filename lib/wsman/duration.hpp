#pragma once
/// \file
/// xs:duration and xs:dateTime as control headers and expirations use them.

#include <chrono>
#include <optional>
#include <string_view>

namespace tintype::wsman {

/// Reads `PT60.000S`, `PT1M30S`, `P1D`, `-PT5S`; years count as 365 days, months as 30. Nothing if it is no duration or
/// does not fit in 64 bits of milliseconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// Reads `2026-11-22T10:00:00Z`, with fraction and offset; without an offset it is UTC. Nothing if it is no dateTime.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_date_time(std::string_view text) noexcept;

}  // namespace tintype::wsman
