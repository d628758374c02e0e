#pragma once
/// \file
/// Credentials that were right a moment ago, so that a client that sends them with each request costs one check.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "security/credential_digest.hpp"
#include "tintype/principal.hpp"

namespace tintype::security {

/// One set of credentials for each name, as a keyed digest and never as a password. Each thread has a copy of those
/// that it recalled last, and the number that all had at that time: while that is theirs still, a recall takes no lock.
/// Whatever is forgotten changes the number. Thread safety: every function from any thread.
class RememberedCredentials {
  public:
    /// When something was verified: before or after a forget().
    enum class Epoch : std::uint64_t {};

    /// \param memory how long each is remembered. \param limit how many: the one remembered longest ago goes first.
    RememberedCredentials(std::chrono::seconds memory, std::size_t limit);

    /// Who these credentials belong to, if they are remembered.
    [[nodiscard]] std::optional<Principal> recall(std::string_view user, std::string_view password);

    /// To be asked for before credentials are verified, and before what they are verified against is looked at.
    [[nodiscard]] Epoch epoch() const noexcept { return epoch_.load(std::memory_order_acquire); }
    /// Takes the place of what was remembered of this name. \param verified_in not of now: what is there to verify
    /// against has changed meanwhile, and nothing is remembered.
    void remember(Epoch verified_in, std::string_view user, std::string_view password, Principal principal);

    /// Forgets all. \param limit how many from now on.
    void forget(std::size_t limit);

  private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        std::string user;
        Digest digest{};
        Principal principal;
        Clock::time_point until;
    };
    using Entries = std::list<Entry>;

    const std::chrono::seconds memory_;
    const CredentialDigest digest_;
    std::atomic<std::uint64_t> number_;  ///< No other object has had it, nor this one before something was forgotten.
    std::atomic<Epoch> epoch_{};
    std::mutex lock_;  ///< Guards what follows, and is held when the two above change.
    std::size_t limit_;
    Entries entries_;  // The newest in front.
    std::unordered_map<std::string_view, Entries::iterator> by_user_;
};

}  // namespace tintype::security
