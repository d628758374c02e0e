#pragma once
/// \file
/// GUIDs as text, the names of machines, snapshots and jobs: `8-4-4-4-12` hexadecimal digits without braces, upper case
/// in answers, either case in requests.

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace tintype {

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
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

/// The GUID of version 4 that 16 bytes make; six of their bits become the version (RFC 4122, 4.4).
[[nodiscard]] inline std::string format_guid(std::array<unsigned char, 16> bytes) {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string guid(36, '-');
    std::size_t at = 0;
    for (const unsigned char byte : bytes) {
        if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
        guid[at++] = digits[byte >> 4U];
        guid[at++] = digits[byte & 0x0FU];
    }
    return guid;
}

/// A new one: RFC 4122 version 4, 122 random bits from the kernel. Any thread.
/// Errors: throws std::system_error if the kernel gives no random bytes, which Linux does only before it has booted.
[[nodiscard]] inline std::string random_guid() {
    // Asked each time: bytes kept for later would be the same in a forked child.
    std::array<unsigned char, 16> bytes{};
    while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return format_guid(bytes);
}

}  // namespace tintype
