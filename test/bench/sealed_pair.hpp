#pragma once
/// \file
/// The two sides of a connection whose messages are sealed.

#include <cstddef>
#include <memory>

namespace tintype::bench {

/// A client that logged on by NTLM in SPNEGO, and its server.
class SealedPair {
  public:
    SealedPair() = default;
    SealedPair(const SealedPair&) = delete;
    SealedPair& operator=(const SealedPair&) = delete;
    virtual ~SealedPair() = default;

    /// Seals an answer of 1,600 bytes. \returns its size.
    virtual std::size_t seal() = 0;
    /// Seals a request of 2,255 bytes, for unseal().
    virtual void prepare_unseal() = 0;
    /// Unseals that request. \returns its size.
    virtual std::size_t unseal() = 0;
};

/// Null where there is no GSSAPI in the build, or no NTLM on this machine.
[[nodiscard]] std::unique_ptr<SealedPair> make_sealed_pair();

}  // namespace tintype::bench
