#pragma once
/// \file
/// GUIDs as text: `8-4-4-4-12` hexadecimal digits, no braces; upper case in answers, any case in requests.

#include <cstddef>
#include <string>
#include <string_view>

namespace tintype::snapshot {

/// True for a GUID in either case.
[[nodiscard]] constexpr bool is_guid(std::string_view text) noexcept {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !digit) return false;
    }
    return true;
}

/// The same GUID in upper case.
[[nodiscard]] inline std::string upper_guid(std::string_view guid) {
    std::string out(guid);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

}  // namespace tintype::snapshot
