#pragma once
/// \file
/// Values with units, as people write them in the configuration.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tintype::daemon {

/// A whole number with a unit: `250ms`, `60s`, `5m`, `2h`, `1d`. A number alone is refused: nobody remembers of what.
/// Errors: a sentence that quotes the text and says what is expected.
[[nodiscard]] tl::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text);

/// A whole number of bytes with or without a unit: `65536`, `512KiB`, `1MiB`, `1GiB`, `64KB` (1000 bytes each), `10B`.
/// Errors: as above.
[[nodiscard]] tl::expected<std::uint64_t, std::string> parse_size(std::string_view text);

/// In the largest unit that holds it exactly; parse_duration() gives the same back.
[[nodiscard]] std::string print_duration(std::chrono::milliseconds duration);

/// In the largest binary unit that holds it exactly; parse_size() gives the same back.
[[nodiscard]] std::string print_size(std::uint64_t bytes);

}  // namespace tintype::daemon
