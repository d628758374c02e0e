#include "backend/guid_text.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <random>

namespace tintype::backend {

std::optional<std::string> upper_case_guid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::string guid(text);
    for (std::size_t i = 0; i < guid.size(); ++i) {
        char& c = guid[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
        const bool digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !digit) return std::nullopt;
    }
    return guid;
}

std::string fresh_guid() {
    std::random_device source;
    const std::uint32_t first = source();
    const std::uint32_t second = (source() & 0xFFFF0FFFU) | 0x00004000U;  // version 4
    const std::uint32_t third = (source() & 0x3FFFFFFFU) | 0x80000000U;   // the variant of RFC 4122
    const std::uint32_t fourth = source();
    return fmt::format("{:08X}-{:04X}-{:04X}-{:04X}-{:04X}{:08X}", first, second >> 16U, second & 0xFFFFU, third >> 16U,
                       third & 0xFFFFU, fourth);
}

}  // namespace tintype::backend
