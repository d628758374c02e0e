#pragma once
/// \file
/// Sixteen bytes of XML at a time.

#include <bit>
#include <cstdint>
#include <cstring>

namespace tintype::soap {

/// Behind the printable ASCII from `at` on that stands for itself everywhere in XML: all but `<`, `>`, `&`, `]` and the
/// quotation marks. May stop before, but never beyond.
inline const char* skip_printable(const char* at, const char* end) noexcept {
    // A register where the processor has such, which GCC and clang know; otherwise they write it out.
    using Block [[gnu::vector_size(16)]] = signed char;
    while (end - at >= static_cast<std::ptrdiff_t>(sizeof(Block))) {
        Block block;
        std::memcpy(&block, at, sizeof block);
        // Signed: beyond ASCII is less than a blank, too. `<` and `>` differ in one bit, `&` and the quotation marks in
        // two; that takes `#` for one of these.
        const auto special = (block < 0x20) | ((block & ~2) == '<') | ((block & ~5) == '"') | (block == ']');
        std::uint64_t first = 0;
        std::uint64_t second = 0;
        std::memcpy(&first, &special, sizeof first);
        std::memcpy(&second, reinterpret_cast<const char*>(&special) + sizeof first, sizeof second);
        if ((first | second) != 0) {
            const auto bytes_before = [](std::uint64_t half) {
                return (std::endian::native == std::endian::little ? std::countr_zero(half) : std::countl_zero(half)) /
                       8;
            };
            return at + (first != 0 ? bytes_before(first) : 8 + bytes_before(second));
        }
        at += sizeof block;
    }
    return at;
}

}  // namespace tintype::soap
