#include "security/log_on_limits.hpp"

#include <algorithm>
#include <cstring>

namespace tintype::security {
namespace {

using std::chrono::milliseconds;

// How soon to ask again when only the end of another log-on is waited for.
constexpr milliseconds short_wait{50};
constexpr unsigned most_doublings = 20;

}  // namespace

LogOnLimits::Entry* LogOnLimits::Table::find(std::uint64_t key) {
    const auto place = by_key_.find(key);
    if (place == by_key_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, place->second);
    return &entries_.front();
}

LogOnLimits::Entry& LogOnLimits::Table::at(std::uint64_t key, std::size_t limit) {
    if (auto* known = find(key)) return *known;
    if (entries_.size() >= limit) {
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
    }
    entries_.push_front(Entry{.key = key});
    by_key_.emplace(key, entries_.begin());
    return entries_.front();
}

LogOnLimits::LogOnLimits(LogOnLimitOptions options) : options_(options) {}

// Keyed, so that nobody can choose names that push out or share another's entry.
std::uint64_t LogOnLimits::key_of(std::string_view address, std::string_view user) const {
    const auto digest = digest_.of(address, user);
    std::uint64_t key = 0;
    std::memcpy(&key, digest.data(), sizeof key);
    return key;
}

milliseconds LogOnLimits::delay(unsigned failures, milliseconds longest) const {
    if (failures == 0) return milliseconds(0);
    return std::min(options_.first_delay * (1U << std::min(failures - 1, most_doublings)), longest);
}

unsigned LogOnLimits::failures_of(Table& table, std::uint64_t key, Clock::time_point now) const {
    const auto* entry = table.find(key);
    return entry == nullptr || now - entry->last > options_.memory ? 0 : entry->failures;
}

std::optional<LogOnLimits::Clock::time_point> LogOnLimits::begin(const LogOnSource& source, Clock::time_point arrived,
                                                                 Clock::time_point now) {
    if (options_.first_delay <= milliseconds(0)) return std::nullopt;
    const auto address = key_of(source.address, {});
    const auto user = key_of({}, source.user);
    const auto both = key_of(source.address, source.user);
    const auto beyond = [this](unsigned failures) {
        return failures > options_.free_failures ? failures - options_.free_failures : 0;
    };

    const std::lock_guard guard(lock_);
    auto until = arrived + delay(beyond(failures_of(addresses_, address, now)), options_.longest_by_address);
    if (source.user.empty()) return until > now ? std::optional(until) : std::nullopt;
    until = std::max(until, arrived + delay(beyond(failures_of(users_, user, now)), options_.longest_by_user));

    const auto failures = failures_of(pairs_, both, now);
    auto& entry = pairs_.at(both, options_.max_entries);
    if (failures == 0) entry.failures = 0;
    if (failures > 0) until = std::max(until, entry.last + delay(failures, options_.longest_delay));
    const bool full = failures > 0 ? entry.unsettled > 0 : !entry.proven && entry.unsettled >= options_.unsettled;
    if (full) until = std::max(until, now + short_wait);
    if (until > now) return until;
    ++entry.unsettled;
    return std::nullopt;
}

// An entry that was pushed out meanwhile has nothing to settle.
void LogOnLimits::settle(const LogOnSource& begun) {
    if (begun.user.empty()) return;
    if (auto* entry = pairs_.find(key_of(begun.address, begun.user)); entry != nullptr && entry->unsettled > 0) {
        --entry->unsettled;
    }
}

void LogOnLimits::count(Table& table, std::uint64_t key, Clock::time_point now) {
    const auto before = failures_of(table, key, now);
    auto& entry = table.at(key, options_.max_entries);
    entry.failures = std::min(before, ~0U - 1) + 1;
    entry.last = now;
    entry.proven = false;
}

void LogOnLimits::failed(const LogOnSource& begun, std::string_view user, Clock::time_point now) {
    if (options_.first_delay <= milliseconds(0)) return;
    const std::lock_guard guard(lock_);
    settle(begun);
    count(addresses_, key_of(begun.address, {}), now);
    if (user.empty()) return;
    count(users_, key_of({}, user), now);
    count(pairs_, key_of(begun.address, user), now);
}

void LogOnLimits::succeeded(const LogOnSource& begun, std::string_view user, Clock::time_point now) {
    if (options_.first_delay <= milliseconds(0)) return;
    const std::lock_guard guard(lock_);
    settle(begun);
    if (user.empty()) return;
    auto& entry = pairs_.at(key_of(begun.address, user), options_.max_entries);
    if (auto* address = addresses_.find(key_of(begun.address, {}))) {
        // Only this user's: whoever knows one password doesn't get all the guesses at others forgiven.
        address->failures -= std::min(address->failures, entry.failures);
    }
    if (auto* everywhere = users_.find(key_of({}, user))) everywhere->failures = 0;
    entry.failures = 0;
    entry.proven = true;
    entry.last = now;
}

void LogOnLimits::abandoned(const LogOnSource& begun) {
    if (options_.first_delay <= milliseconds(0)) return;
    const std::lock_guard guard(lock_);
    settle(begun);
}

}  // namespace tintype::security
