#include "jobs/guid.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace tintype::jobs {

std::string random_guid() {
    std::array<unsigned char, 16> bytes{};
    // The kernel never gives up to 256 bytes in part, so only an interruption asks for another try.
    while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
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

}  // namespace tintype::jobs
