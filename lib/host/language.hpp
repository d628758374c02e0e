#pragma once
/// \file
/// Linux locales as Windows names languages.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tintype::host {

struct Language {
    std::string tag;                  ///< `en-US` (RFC 5646).
    std::optional<std::uint16_t> id;  ///< LANGID, 0x0409; none for a language that the table lacks.
};

/// \param locale `en_US.UTF-8`, `C`, `POSIX`: the latter two are English, as their messages are.
[[nodiscard]] Language language_of(std::string_view locale);

}  // namespace tintype::host
