#include "security/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace tintype::security {
namespace {

constexpr auto digits = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

std::size_t padding_of(std::string_view text) {
    if (text.ends_with("==")) return 2;
    return text.ends_with('=') ? 1 : 0;
}

/// EVP_DecodeBlock skips blanks at both ends and takes padding in odd places, so what it gets is checked before.
bool is_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return false;
    text.remove_suffix(padding_of(text));
    return std::all_of(text.begin(), text.end(), [](char c) { return digits[static_cast<unsigned char>(c)]; });
}

}  // namespace

std::optional<std::vector<char>> decode_base64(std::string_view text) {
    if (!is_base64(text)) return std::nullopt;
    std::vector<char> bytes(text.size() / 4 * 3);
    const int count =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (count != static_cast<int>(bytes.size())) return std::nullopt;
    bytes.resize(bytes.size() - padding_of(text));
    return bytes;
}

std::string encode_base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock puts a NUL behind.
    const int count =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(count));
    return text;
}

}  // namespace tintype::security
