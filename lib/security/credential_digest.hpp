#pragma once
/// \file
/// A short proof that a password was right a moment ago, from which nobody gets the password back.

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace tintype::security {

inline constexpr std::size_t digest_size = 32;
using Digest = std::array<unsigned char, digest_size>;

/// SHA-256 of credentials behind a key that is random, of this object, and never leaves it. Each request with a
/// password takes one, so it is a hash in one go and no HMAC, which takes four times as long: what HMAC adds is for
/// digests that others see and might prolong, and nobody sees these. Thread safety: every function from any thread.
class CredentialDigest {
  public:
    /// Throws std::runtime_error if OpenSSL has no randomness or no SHA-256.
    CredentialDigest();
    ~CredentialDigest();
    CredentialDigest(const CredentialDigest&) = delete;
    CredentialDigest& operator=(const CredentialDigest&) = delete;

    /// Different credentials, also ones whose parts only join to the same text, have different digests.
    /// Throws std::runtime_error if OpenSSL runs out of memory.
    [[nodiscard]] Digest of(std::string_view user, std::string_view password) const;

    /// Takes the same time wherever they differ.
    [[nodiscard]] static bool same(const Digest& left, const Digest& right) noexcept;

  private:
    struct Free {
        void operator()(EVP_MD* hash) const noexcept { EVP_MD_free(hash); }
    };
    // SHA-256 takes 64 bytes at a time, of which nine are its own: with names and passwords of 35 this is one step.
    std::array<unsigned char, 16> key_{};
    std::unique_ptr<EVP_MD, Free> hash_;  // Looked up once.
};

}  // namespace tintype::security
