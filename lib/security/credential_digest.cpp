#include "security/credential_digest.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace tintype::security {

CredentialDigest::CredentialDigest() : hash_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
    if (!hash_ || RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error("OpenSSL can't make a keyed digest (SHA-256)");
}

CredentialDigest::~CredentialDigest() {
    OPENSSL_cleanse(key_.data(), key_.size());
}

Digest CredentialDigest::of(std::string_view user, std::string_view password) const {
    std::string text;
    text.reserve(key_.size() + sizeof(std::uint64_t) + user.size() + password.size());
    text.assign(key_.begin(), key_.end());
    // The length in front keeps "a" + "bc" apart from "ab" + "c".
    const auto length = static_cast<std::uint64_t>(user.size());
    for (std::size_t i = 0; i < sizeof length; ++i) text += static_cast<char>(length >> (8 * i));
    text.append(user).append(password);

    Digest digest{};
    unsigned written = 0;
    const bool done = EVP_Digest(text.data(), text.size(), digest.data(), &written, hash_.get(), nullptr) == 1;
    OPENSSL_cleanse(text.data(), text.size());
    if (!done || written != digest.size()) throw std::runtime_error("OpenSSL can't compute a digest");
    return digest;
}

bool CredentialDigest::same(const Digest& left, const Digest& right) noexcept {
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace tintype::security
