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

/// Appends the text of 16 bytes.
inline void append_guid(std::string& out, const std::array<unsigned char, 16>& bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::array<char, 36> text{};
    std::size_t at = 0;
    for (const unsigned char byte : bytes) {
        if (at == 8 || at == 13 || at == 18 || at == 23) text[at++] = '-';
        text[at++] = digits[byte >> 4U];
        text[at++] = digits[byte & 0x0FU];
    }
    out.append(text.data(), text.size());
}

/// The bytes with six of their bits as the version 4 has them (RFC 4122, 4.4).
[[nodiscard]] constexpr std::array<unsigned char, 16> as_version_4(std::array<unsigned char, 16> bytes) noexcept {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
    return bytes;
}

/// The GUID of version 4 that 16 bytes make.
[[nodiscard]] inline std::string format_guid(const std::array<unsigned char, 16>& bytes) {
    std::string guid;
    append_guid(guid, as_version_4(bytes));
    return guid;
}

/// Appends a new one: RFC 4122 version 4, 122 random bits from the kernel. Any thread.
/// Errors: throws std::system_error if the kernel gives no random bytes, which Linux does only before it has booted.
inline void append_random_guid(std::string& out) {
    // Asked each time: bytes kept for later would be the same in a forked child.
    std::array<unsigned char, 16> bytes{};
    while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    append_guid(out, as_version_4(bytes));
}

/// The same by itself.
[[nodiscard]] inline std::string random_guid() {
    std::string guid;
    append_random_guid(guid);
    return guid;
}

}  // namespace tintype
