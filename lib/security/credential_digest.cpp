#include "security/credential_digest.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <tuple>

namespace tintype::security {

namespace {

struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// To make one takes as long as to hash with it. What it was given last is wiped when it gives the digest.
EVP_MD_CTX* context_of_this_thread() noexcept {
    static thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    return context.get();
}

}  // namespace

CredentialDigest::CredentialDigest() : hash_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
    if (!hash_ || RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error("OpenSSL can't make a keyed digest (SHA-256)");
}

CredentialDigest::~CredentialDigest() {
    OPENSSL_cleanse(key_.data(), key_.size());
}

Digest CredentialDigest::of(std::string_view user, std::string_view password) const {
    // The length in front keeps "a" + "bc" apart from "ab" + "c".
    const auto length = static_cast<std::uint32_t>(user.size());
    std::array<unsigned char, std::tuple_size_v<decltype(key_)> + sizeof length> front{};
    std::memcpy(front.data(), key_.data(), key_.size());
    std::memcpy(front.data() + key_.size(), &length, sizeof length);

    Digest digest{};
    unsigned written = 0;
    auto* const context = context_of_this_thread();
    const bool done = context != nullptr && EVP_DigestInit_ex2(context, hash_.get(), nullptr) == 1 &&
                      EVP_DigestUpdate(context, front.data(), front.size()) == 1 &&
                      EVP_DigestUpdate(context, user.data(), user.size()) == 1 &&
                      EVP_DigestUpdate(context, password.data(), password.size()) == 1 &&
                      EVP_DigestFinal_ex(context, digest.data(), &written) == 1;
    OPENSSL_cleanse(front.data(), front.size());
    if (!done || written != digest.size()) throw std::runtime_error("OpenSSL can't compute a digest");
    return digest;
}

bool CredentialDigest::same(const Digest& left, const Digest& right) noexcept {
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace tintype::security
