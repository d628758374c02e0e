#include "backend/guid.hpp"

#include <array>
#include <cstddef>
#include <cstring>
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

namespace {

using Text = std::array<char, 36>;

Text text_of(const Guid& guid) {
    // Two digits at a time, each group's bytes from the highest.
    static constexpr auto digits = [] {
        constexpr std::string_view one = "0123456789ABCDEF";
        std::array<std::array<char, 2>, 256> all{};
        for (std::size_t byte = 0; byte < all.size(); ++byte) all[byte] = {one[byte >> 4U], one[byte & 0xFU]};
        return all;
    }();
    Text text{};
    char* at = text.data();
    const auto append = [&at](std::uint64_t half, unsigned first, unsigned count) {
        for (unsigned byte = first; byte < first + count; ++byte, at += 2)
            std::memcpy(at, digits[half >> (56U - 8U * byte) & 0xFFU].data(), 2);
    };
    append(guid.high, 0, 4);
    *at++ = '-';
    append(guid.high, 4, 2);
    *at++ = '-';
    append(guid.high, 6, 2);
    *at++ = '-';
    append(guid.low, 0, 2);
    *at++ = '-';
    append(guid.low, 2, 6);
    return text;
}

}  // namespace

std::string Guid::text() const {
    const auto text = text_of(*this);
    return {text.data(), text.size()};
}

void Guid::write_to(std::string& text) const {
    const auto own = text_of(*this);
    text.assign(own.data(), own.size());
}

}  // namespace tintype::backend
