#pragma once
/// \file
/// Case of letters and blanks as protocols have them: of ASCII, whatever the locale of the program that embeds us. In a
/// Turkish one strncasecmp() takes BASIC for another word than Basic.

#include <algorithm>
#include <string>
#include <string_view>

namespace tintype::ascii {

constexpr std::string_view blanks = " \t";  ///< Within a line.

[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] inline std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = lower(c);
    return result;
}

/// But for case.
[[nodiscard]] constexpr bool same(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return x == y || lower(x) == lower(y); });
}

/// Whatever the case of either.
[[nodiscard]] constexpr bool begins_with(std::string_view text, std::string_view prefix) noexcept {
    return text.size() >= prefix.size() && same(text.substr(0, prefix.size()), prefix);
}

/// Without the blanks around it.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace tintype::ascii
