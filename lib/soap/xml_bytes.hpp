#pragma once
/// \file
/// What XmlScanner's files know of single bytes and characters.

#include <array>
#include <boost/locale/utf.hpp>
#include <cstdint>
#include <string_view>

namespace tintype::soap::xml {

using Utf8 = boost::locale::utf::utf_traits<char>;

/// What a byte can be, as far as that can be said of it alone. `>` is none but itself: see XmlScanner::end_.
enum : std::uint8_t {
    name_start = 1,
    name_part = 2,
    plain_text = 4,   ///< In text; `]` is looked at for `]]>`, CR for CR LF.
    plain_value = 8,  ///< In an attribute's value, which either quotation mark may end.
    plain_comment = 16,
    blank = 32
};

inline constexpr std::array<std::uint8_t, 256> classes = [] {
    std::array<std::uint8_t, 256> table{};
    const auto add = [&](unsigned char first, unsigned char last, int what) {
        for (unsigned c = first; c <= last; ++c) {
            auto& entry = table[c];
            entry = static_cast<std::uint8_t>(entry | what);
        }
    };
    const auto remove = [&](char c, int what) {
        auto& entry = table[static_cast<unsigned char>(c)];
        entry = static_cast<std::uint8_t>(entry & ~what);
    };
    add('A', 'Z', name_start | name_part);
    add('a', 'z', name_start | name_part);
    add('_', '_', name_start | name_part);
    add('0', '9', name_part);
    add('-', '.', name_part);
    add(' ', '\x7F', plain_text | plain_value | plain_comment);
    add('\t', '\n', plain_text | plain_comment | blank);
    add('\r', '\r', plain_comment | blank);
    add(' ', ' ', blank);
    remove('>', plain_text | plain_value | plain_comment);
    for (const char c : {'<', '&'}) remove(c, plain_text | plain_value);
    for (const char c : {'"', '\''}) remove(c, plain_value);
    remove(']', plain_text);
    remove('-', plain_comment);
    return table;
}();

inline bool is(char c, int what) {
    return (classes[static_cast<unsigned char>(c)] & what) != 0;
}

inline bool is_ascii(char c) {
    return static_cast<signed char>(c) >= 0;
}

/// The first byte that is not `what`. Something that is none must follow.
inline const char* skip(const char* at, int what) {
    for (;; at += 4) {
        if (!is(at[0], what)) return at;
        if (!is(at[1], what)) return at + 1;
        if (!is(at[2], what)) return at + 2;
        if (!is(at[3], what)) return at + 3;
    }
}

/// XML 1.0, production 2, of a character that is valid Unicode already.
inline bool is_character(boost::locale::utf::code_point c) {
    return (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') && c != 0xFFFE && c != 0xFFFF;
}

inline std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

inline constexpr const char* bad_character = "a character that XML does not allow, or bytes that are none";

}  // namespace tintype::soap::xml
