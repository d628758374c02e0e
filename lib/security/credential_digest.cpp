#include "security/credential_digest.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace tintype::security {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

CredentialDigest::CredentialDigest() {
    EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    keyed_.reset(EVP_MAC_CTX_new(hmac));
    EVP_MAC_free(hmac);
    std::array<unsigned char, digest_size> key{};
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
        OSSL_PARAM_construct_end()};
    const bool ready = keyed_ && RAND_bytes(key.data(), static_cast<int>(key.size())) == 1 &&
                       EVP_MAC_init(keyed_.get(), key.data(), key.size(), parameters.data()) == 1;
    OPENSSL_cleanse(key.data(), key.size());
    if (!ready) throw std::runtime_error("OpenSSL can't make a keyed digest (HMAC-SHA-256)");
}

Digest CredentialDigest::of(std::string_view user, std::string_view password) const {
    // The length in front keeps "a" + "bc" apart from "ab" + "c".
    const auto length = static_cast<std::uint64_t>(user.size());
    std::array<unsigned char, sizeof length> prefix{};
    for (std::size_t i = 0; i < prefix.size(); ++i) prefix.at(i) = static_cast<unsigned char>(length >> (8 * i));

    const std::unique_ptr<EVP_MAC_CTX, Free> context(EVP_MAC_CTX_dup(keyed_.get()));
    Digest digest{};
    std::size_t written = 0;
    const bool done = context && EVP_MAC_update(context.get(), prefix.data(), prefix.size()) == 1 &&
                      EVP_MAC_update(context.get(), bytes_of(user), user.size()) == 1 &&
                      EVP_MAC_update(context.get(), bytes_of(password), password.size()) == 1 &&
                      EVP_MAC_final(context.get(), digest.data(), &written, digest.size()) == 1;
    if (!done || written != digest.size()) throw std::runtime_error("OpenSSL can't compute a digest");
    return digest;
}

bool CredentialDigest::same(const Digest& left, const Digest& right) noexcept {
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace tintype::security
