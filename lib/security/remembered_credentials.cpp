#include "security/remembered_credentials.hpp"

#include <utility>

namespace tintype::security {

RememberedCredentials::RememberedCredentials(std::chrono::seconds memory, std::size_t limit)
    : memory_(memory), limit_(limit) {}

std::optional<Principal> RememberedCredentials::recall(std::string_view user, std::string_view password) {
    // Computed for names that are not there, too: what a name costs doesn't tell whether it is.
    const auto digest = digest_.of(user, password);
    const std::lock_guard guard(lock_);
    const auto place = by_user_.find(user);
    if (place == by_user_.end()) return std::nullopt;
    const Entry& known = *place->second;
    if (Clock::now() >= known.until || !CredentialDigest::same(digest, known.digest)) return std::nullopt;
    return known.principal;
}

void RememberedCredentials::remember(std::string_view user, std::string_view password, Principal principal) {
    const auto digest = digest_.of(user, password);
    const std::lock_guard guard(lock_);
    if (const auto place = by_user_.find(user); place != by_user_.end()) {
        const auto old = place->second;
        by_user_.erase(place);
        entries_.erase(old);
    } else if (entries_.size() >= limit_) {
        by_user_.erase(entries_.back().user);
        entries_.pop_back();
    }
    entries_.push_front({std::string(user), digest, std::move(principal), Clock::now() + memory_});
    by_user_.emplace(entries_.front().user, entries_.begin());
}

}  // namespace tintype::security
