#pragma once
/// \file
/// Credentials that were right a moment ago, so that a client that sends them with each request costs one check.

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "security/credential_digest.hpp"
#include "tintype/principal.hpp"

namespace tintype::security {

/// One set of credentials for each name, as a keyed digest and never as a password. Thread safety: every function from
/// any thread.
class RememberedCredentials {
  public:
    /// \param memory how long each is remembered. \param limit how many: the one remembered longest ago goes first.
    RememberedCredentials(std::chrono::seconds memory, std::size_t limit);

    /// Who these credentials belong to, if they are remembered.
    [[nodiscard]] std::optional<Principal> recall(std::string_view user, std::string_view password);

    void remember(std::string_view user, std::string_view password, Principal principal);

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
    const std::size_t limit_;
    const CredentialDigest digest_;
    std::mutex lock_;
    Entries entries_;  // The newest in front.
    std::unordered_map<std::string_view, Entries::iterator> by_user_;
};

}  // namespace tintype::security
