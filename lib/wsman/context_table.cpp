#include "wsman/context_table.hpp"

#include <algorithm>

#include "tintype/guid.hpp"

namespace tintype::wsman {

ContextTable::ContextTable(const Limits& limits)
    : max_contexts_(limits.max_contexts),
      max_contexts_per_user_(limits.max_contexts_per_user),
      idle_(limits.context_idle),
      longest_(limits.max_context_lifetime) {}

ContextTable::Entries::node_type ContextTable::remove(Entries::iterator at) {
    const auto counted = per_user_.find(at->second.user);
    if (counted != per_user_.end() && --counted->second == 0) per_user_.erase(counted);
    return entries_.extract(at);
}

void ContextTable::set_lifetime(Entry& entry, Lifetime lifetime, Clock::time_point now) const {
    entry.until_idle = lifetime.count() <= 0;
    entry.expires = now + (entry.until_idle ? idle_ : std::min(lifetime, longest_));
}

void ContextTable::expire(Clock::time_point now) {
    if (now < next_sweep_.load(std::memory_order_relaxed)) return;
    next_sweep_.store(now + std::chrono::seconds(1), std::memory_order_relaxed);
    std::vector<Entries::node_type> over;  // freed without the lock: a backend's cursor may take its time
    const std::lock_guard lock(mutex_);
    sweep(now, over);
}

void ContextTable::sweep(Clock::time_point now, std::vector<Entries::node_type>& over) {
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto next = std::next(at);
        if (is_over(at->second, now)) over.push_back(remove(at));
        at = next;
    }
}

Result<std::string> ContextTable::open(std::unique_ptr<EnumerationContext> context, const std::string& user,
                                       Lifetime lifetime) {
    const auto now = Clock::now();
    std::string name = "uuid:" + random_guid();
    Entry entry{std::move(context), user, true, {}};
    set_lifetime(entry, lifetime, now);
    std::vector<Entries::node_type> over;
    const std::lock_guard lock(mutex_);
    if (is_full(user)) {
        sweep(now, over);
        if (is_full(user)) {
            return fail(faults::quota_limit, "Too many enumerations are open: pull them to the end or release them.");
        }
    }
    ++per_user_[user];
    entries_.emplace(name, std::move(entry));
    return name;
}

bool ContextTable::is_full(const std::string& user) const {
    const auto of_user = per_user_.find(user);
    return entries_.size() >= max_contexts_ ||
           (of_user != per_user_.end() ? of_user->second : 0) >= max_contexts_per_user_;
}

Result<ContextTable::Entries::iterator> ContextTable::find(const std::string& name, const std::string& user,
                                                           Clock::time_point now) {
    const auto at = entries_.find(name);
    if (at == entries_.end() || at->second.user != user) return fail(faults::invalid_enumeration_context);
    // Left where it is: expire() and open() free such ones without the lock.
    if (is_over(at->second, now)) {
        return fail(faults::invalid_enumeration_context, "The enumeration context has expired.");
    }
    return at;
}

Result<ContextTable::Lease> ContextTable::borrow(const std::string& name, const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto at = find(name, user, Clock::now());
    if (!at) return tl::unexpected(at.error());
    auto& entry = (*at)->second;
    if (!entry.context) return fail(faults::concurrency, "Another request is using this enumeration context.");
    return Lease(*this, name, std::move(entry.context));
}

void ContextTable::give_back(const std::string& name, std::unique_ptr<EnumerationContext> context) {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(name);
    if (at == entries_.end()) return;  // released in the meantime
    at->second.context = std::move(context);
    if (at->second.until_idle) at->second.expires = Clock::now() + idle_;
}

Result<void> ContextTable::close(const std::string& name, const std::string& user) {
    Entries::node_type closed;
    const std::lock_guard lock(mutex_);
    const auto at = find(name, user, Clock::now());
    if (!at) return tl::unexpected(at.error());
    closed = remove(*at);
    return {};
}

Result<ContextTable::Lifetime> ContextTable::renew(const std::string& name, const std::string& user,
                                                   Lifetime lifetime) {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    const auto at = find(name, user, now);
    if (!at) return tl::unexpected(at.error());
    auto& entry = (*at)->second;
    set_lifetime(entry, lifetime, now);
    return std::chrono::ceil<Lifetime>(entry.expires - now);
}

Result<ContextTable::Lifetime> ContextTable::remaining(const std::string& name, const std::string& user) {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    const auto at = find(name, user, now);
    if (!at) return tl::unexpected(at.error());
    const auto& entry = (*at)->second;
    const bool starts_anew = !entry.context && entry.until_idle;  // when the Pull under way ends
    return starts_anew ? idle_ : std::max(Lifetime(0), std::chrono::ceil<Lifetime>(entry.expires - now));
}

std::size_t ContextTable::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace tintype::wsman
