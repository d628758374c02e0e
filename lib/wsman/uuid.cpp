#include "wsman/uuid.hpp"

#include <sys/random.h>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace tintype::wsman {

namespace {

constexpr std::size_t uuid_bytes = 16;

// One system call fills enough for many names: an answer should not cost one each.
class RandomBytes {
  public:
    const unsigned char* take() {
        if (used_ == buffer_.size()) {
            // Up to 256 bytes come whole (getrandom(2)).
            if (::getrandom(buffer_.data(), buffer_.size(), 0) != static_cast<ssize_t>(buffer_.size())) {
                throw std::runtime_error("the kernel gives no random bytes");
            }
            used_ = 0;
        }
        const auto* bytes = buffer_.data() + used_;
        used_ += uuid_bytes;
        return bytes;
    }

  private:
    std::array<unsigned char, 256> buffer_{};
    std::size_t used_ = buffer_.size();
};

}  // namespace

std::string make_uuid_uri() {
    thread_local RandomBytes random;
    const auto* bytes = random.take();
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out = "uuid:00000000-0000-0000-0000-000000000000";
    std::size_t at = 5;
    for (std::size_t i = 0; i < uuid_bytes; ++i) {
        unsigned byte = bytes[i];
        if (i == 6) byte = (byte & 0x0FU) | 0x40U;
        if (i == 8) byte = (byte & 0x3FU) | 0x80U;
        if (out[at] == '-') ++at;
        out[at++] = hex[byte >> 4U];
        out[at++] = hex[byte & 0x0FU];
    }
    return out;
}

}  // namespace tintype::wsman
