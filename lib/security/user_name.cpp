#include "security/user_name.hpp"

#include <openssl/asn1.h>

namespace tintype::security {

bool is_user_name(std::string_view text) noexcept {
    if (text.empty() || text.size() > max_user_name) return false;
    while (!text.empty()) {
        unsigned long character = 0;
        // Reading the bytes of a char as unsigned char is what the aliasing rules allow.
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
        const int length = UTF8_getc(bytes, static_cast<int>(text.size()), &character);
        if (length <= 0) return false;
        const bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
        const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
        if (control || surrogate || character > 0x10FFFF || character == ':') return false;
        text.remove_prefix(static_cast<std::size_t>(length));
    }
    return true;
}

}  // namespace tintype::security
