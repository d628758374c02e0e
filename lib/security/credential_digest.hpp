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

/// HMAC-SHA-256 of credentials under a key that is random, of this object, and never leaves it.
/// Thread safety: every function from any thread.
class CredentialDigest {
  public:
    /// Throws std::runtime_error if OpenSSL has no randomness or no HMAC.
    CredentialDigest();

    /// Different credentials, also ones whose parts only join to the same text, have different digests.
    /// Throws std::runtime_error if OpenSSL runs out of memory.
    [[nodiscard]] Digest of(std::string_view user, std::string_view password) const;

    /// Takes the same time wherever they differ.
    [[nodiscard]] static bool same(const Digest& left, const Digest& right) noexcept;

  private:
    struct Free {
        void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
    };
    std::unique_ptr<EVP_MAC_CTX, Free> keyed_;  // Only ever copied from: setting a key is the dear part.
};

}  // namespace tintype::security
