#include "http/log_line.hpp"

#include <fmt/format.h>
#include <openssl/asn1.h>

#include <algorithm>

namespace tintype::http {

std::string printable(std::string_view text, std::size_t limit) {
    const bool cut = text.size() > limit;
    // Nearly all text is of this kind.
    const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != '\\' && c != '"'; };
    if (!cut && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
    text = text.substr(0, limit);
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        unsigned long character = 0;
        const int length =
            UTF8_getc(reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()), &character);
        const bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
        // Line and paragraph separator, and what reverses the direction of writing, fool readers and their tools.
        const bool layout =
            (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
        if (length <= 0 || control || layout || character > 0x10FFFF || character == '\\' || character == '"') {
            const auto count = length <= 0 ? std::size_t{1} : static_cast<std::size_t>(length);
            for (const char byte : text.substr(0, count)) {
                result += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
            }
            text.remove_prefix(count);
        } else {
            result.append(text.substr(0, static_cast<std::size_t>(length)));
            text.remove_prefix(static_cast<std::size_t>(length));
        }
    }
    if (cut) result.append("…");
    return result;
}

}  // namespace tintype::http
