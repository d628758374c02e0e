#include "security/basic.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <strings.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tintype::security {
namespace {

/// EVP_DecodeBlock skips blanks at both ends and takes padding in odd places, so what it gets is checked before.
bool is_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return false;
    const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
    const auto digits = text.substr(0, text.size() - padding);
    return digits.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") ==
           std::string_view::npos;
}

std::optional<std::vector<char>> decode_base64(std::string_view text) {
    if (!is_base64(text)) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
    std::vector<char> bytes(text.size() / 4 * 3);
    const int count =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (count != static_cast<int>(bytes.size())) return std::nullopt;
    bytes.resize(bytes.size() - padding);
    return bytes;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

}  // namespace

BasicCredentials::~BasicCredentials() {
    OPENSSL_cleanse(text_.data(), text_.size());
}

std::optional<BasicCredentials> read_basic(std::string_view authorization) {
    constexpr std::string_view scheme = "Basic";
    if (authorization.size() <= scheme.size() ||
        ::strncasecmp(authorization.data(), scheme.data(), scheme.size()) != 0 || authorization[scheme.size()] != ' ') {
        return std::nullopt;
    }
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' ', scheme.size()), authorization.size()));
    auto text = decode_base64(authorization);
    if (!text) return std::nullopt;
    const auto colon = std::find(text->begin(), text->end(), ':');
    const auto at = static_cast<std::size_t>(colon - text->begin());
    const bool fits = colon != text->end() && std::none_of(text->begin(), text->end(), is_control);
    BasicCredentials credentials(*std::move(text), at);
    if (!fits) return std::nullopt;
    return credentials;
}

}  // namespace tintype::security
