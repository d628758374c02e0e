#include "security/remembered_credentials.hpp"

#include <array>
#include <utility>

#include "security/state_number.hpp"

namespace tintype::security {
namespace {

/// What this thread recalled last. Many push each other out, which costs them the lock.
struct Copy {
    std::uint64_t number = 0;
    Digest digest{};  ///< Of name and password, so that it tells of both whether they are the same.
    Principal principal;
    std::chrono::steady_clock::time_point until;
};
Copy& copy_of(const Digest& digest) noexcept {
    static thread_local std::array<Copy, 16> all;
    return all[digest.front() % all.size()];
}

}  // namespace

RememberedCredentials::RememberedCredentials(std::chrono::seconds memory, std::size_t limit)
    : memory_(memory), number_(next_state_number()), limit_(limit) {}

std::optional<Principal> RememberedCredentials::recall(std::string_view user, std::string_view password) {
    // Computed for names that are not there, too: what a name costs doesn't tell whether it is.
    const auto digest = digest_.of(user, password);
    const auto now = Clock::now();
    auto& copy = copy_of(digest);
    if (copy.number != 0 && copy.number == number_.load(std::memory_order_acquire)) {
        if (now < copy.until && CredentialDigest::same(digest, copy.digest)) return copy.principal;
    } else {
        copy = {};
    }
    const std::lock_guard guard(lock_);
    const auto place = by_user_.find(user);
    if (place == by_user_.end()) return std::nullopt;
    const Entry& known = *place->second;
    if (now >= known.until || !CredentialDigest::same(digest, known.digest)) return std::nullopt;
    copy = {number_.load(std::memory_order_relaxed), digest, known.principal, known.until};
    return known.principal;
}

void RememberedCredentials::remember(Epoch verified_in, std::string_view user, std::string_view password,
                                     Principal principal) {
    const auto digest = digest_.of(user, password);
    const std::lock_guard guard(lock_);
    if (verified_in != epoch_.load(std::memory_order_relaxed) || limit_ == 0) return;
    const auto drop = [this](Entries::iterator entry) {
        by_user_.erase(entry->user);
        entries_.erase(entry);
        number_.store(next_state_number(), std::memory_order_release);
    };
    if (const auto place = by_user_.find(user); place != by_user_.end()) {
        drop(place->second);
    } else if (entries_.size() >= limit_) {
        drop(std::prev(entries_.end()));
    }
    entries_.push_front({std::string(user), digest, std::move(principal), Clock::now() + memory_});
    by_user_.emplace(entries_.front().user, entries_.begin());
}

void RememberedCredentials::forget(std::size_t limit) {
    const std::lock_guard guard(lock_);
    limit_ = limit;
    by_user_.clear();
    entries_.clear();
    epoch_.store(static_cast<Epoch>(static_cast<std::uint64_t>(epoch_.load(std::memory_order_relaxed)) + 1),
                 std::memory_order_release);
    number_.store(next_state_number(), std::memory_order_release);
}

}  // namespace tintype::security
