#include "backend/guid.hpp"

#include <cstddef>
#include <string_view>

namespace tintype::backend {

std::optional<Guid> Guid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Guid guid;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-') return std::nullopt;
            continue;
        }
        unsigned digit = 0;
        if (c >= '0' && c <= '9')
            digit = static_cast<unsigned>(c - '0');
        else if (c >= 'A' && c <= 'F')
            digit = static_cast<unsigned>(c - 'A') + 10U;
        else
            return std::nullopt;
        std::uint64_t& half = i < 19 ? guid.high : guid.low;  // the third dash is the middle
        half = half << 4U | digit;
    }
    return guid;
}

std::string Guid::text() const {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text(36, '-');
    for (std::size_t i = 0, shift = 64; i < text.size(); ++i) {
        if (i == 8 || i == 13 || i == 18 || i == 23) continue;
        shift = shift == 0 ? 60 : shift - 4;
        text[i] = digits[(i < 19 ? high : low) >> shift & 0xFU];  // the third dash is the middle
    }
    return text;
}

}  // namespace tintype::backend
