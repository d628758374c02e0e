#include "security/basic.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <string>
#include <utility>

#include "ascii/ascii.hpp"
#include "security/base64.hpp"

namespace tintype::security {
namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

}  // namespace

BasicCredentials::~BasicCredentials() {
    OPENSSL_cleanse(text_.data(), text_.size());
}

std::optional<BasicCredentials> read_basic(std::string_view authorization) {
    constexpr std::string_view scheme = "Basic ";
    if (!ascii::begins_with(authorization, scheme)) return std::nullopt;
    authorization.remove_prefix(scheme.size());
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
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
