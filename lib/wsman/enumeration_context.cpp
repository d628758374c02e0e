#include "wsman/enumeration_context.hpp"

#include <algorithm>

#include "cim/instance_xml.hpp"
#include "tintype/guid.hpp"

namespace tintype::wsman {

namespace {
// How many instances are asked of a cursor at once: few enough for constant memory, enough to spread a backend's cost.
constexpr std::size_t fetch_size = 64;
}  // namespace

EnumerationContext::EnumerationContext(std::vector<Resource*> resources, ItemForm form, cim::UriStyle style,
                                       std::optional<Filter> filter)
    : resources_(std::move(resources)), form_(form), style_(style) {
    if (filter) filter_ = std::move(*filter);
}

// A condition that fixes the keys names one instance: it is looked up, all others are never made.
Result<void> EnumerationContext::open_next() {
    auto& resource = *resources_[next_resource_++];
    const auto keys = cim::fixed_keys(filter_.condition, resource.declaration());
    const cim::ObjectPath path{{}, {}, std::string(resource.declaration().name), keys};
    const auto required = resource.required_keys();
    const bool fixed = !required.empty() && std::all_of(required.begin(), required.end(), [&](std::string_view name) {
        return path.key(name) != nullptr;
    });
    if (!fixed) {
        auto cursor = resource.enumerate();
        if (!cursor) return tl::unexpected(std::move(cursor.error()));
        cursor_ = std::move(*cursor);
        return {};
    }
    auto instance = resource.get(path);
    if (!instance) return tl::unexpected(std::move(instance.error()));
    if (*instance && cim::matches(filter_.condition, **instance)) fetched_.push_back(std::move(**instance));
    return {};
}

Result<void> EnumerationContext::fetch() {
    while (fetched_.empty() && (cursor_ || next_resource_ < resources_.size())) {
        if (!cursor_) {
            if (auto opened = open_next(); !opened) return opened;
            continue;
        }
        auto page = cursor_->next(fetch_size);
        if (!page) return tl::unexpected(std::move(page.error()));
        if (page->size() < fetch_size) cursor_.reset();
        for (auto& instance : *page) {
            if (cim::matches(filter_.condition, instance)) fetched_.push_back(std::move(instance));
        }
    }
    return {};
}

Result<const cim::Instance*> EnumerationContext::peek() {
    if (fetched_.empty()) {
        if (auto fetched = fetch(); !fetched) return tl::unexpected(std::move(fetched.error()));
    }
    return fetched_.empty() ? nullptr : &fetched_.front();
}

void EnumerationContext::take() {
    fetched_.pop_front();
}

void EnumerationContext::append(std::string& out, const cim::Instance& instance) const {
    if (form_ == ItemForm::object_and_reference) out += "<w:Item>";
    if (form_ != ItemForm::reference) {
        if (filter_.properties.empty()) {
            cim::append_instance(out, instance, style_);
        } else {
            cim::append_fragment(out, instance, filter_.properties, style_);
        }
    }
    if (form_ != ItemForm::object) cim::append_epr(out, instance.path(), style_);
    if (form_ == ItemForm::object_and_reference) out += "</w:Item>";
}

ContextTable::ContextTable(const Limits& limits)
    : max_contexts_(limits.max_contexts),
      max_contexts_per_user_(limits.max_contexts_per_user),
      idle_limit_(limits.context_idle) {}

bool ContextTable::is_over(const Entry& entry, Clock::time_point now) const noexcept {
    return entry.context && (now - entry.idle_since > idle_limit_ || now > entry.expires);
}

void ContextTable::remove(Entries::iterator at) {
    const auto counted = per_user_.find(at->second.user);
    if (counted != per_user_.end() && --counted->second == 0) per_user_.erase(counted);
    entries_.erase(at);
}

// At most once a second, so that opening stays cheap however many are open.
void ContextTable::sweep(Clock::time_point now) {
    if (now - swept_ < std::chrono::seconds(1)) return;
    swept_ = now;
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto next = std::next(at);
        if (is_over(at->second, now)) remove(at);
        at = next;
    }
}

Result<std::string> ContextTable::open(std::unique_ptr<EnumerationContext> context, const std::string& user,
                                       std::chrono::milliseconds lifetime) {
    const auto now = Clock::now();
    const auto expires = lifetime.count() > 0 ? now + lifetime : Clock::time_point::max();
    std::string name = "uuid:" + random_guid();
    const std::lock_guard lock(mutex_);
    sweep(now);
    auto& of_user = per_user_[user];
    if (of_user >= max_contexts_per_user_ || entries_.size() >= max_contexts_) {
        if (of_user == 0) per_user_.erase(user);
        return fail(faults::quota_limit, "Too many enumerations are open: pull them to the end or release them.");
    }
    ++of_user;
    entries_.emplace(name, Entry{std::move(context), user, now, expires});
    return name;
}

ContextTable::Entries::iterator ContextTable::find(const std::string& name, const std::string& user) {
    const auto at = entries_.find(name);
    if (at == entries_.end()) return at;
    if (is_over(at->second, Clock::now())) {
        remove(at);
        return entries_.end();
    }
    return at->second.user == user ? at : entries_.end();
}

Result<ContextTable::Lease> ContextTable::borrow(const std::string& name, const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto at = find(name, user);
    if (at == entries_.end()) return fail(faults::invalid_enumeration_context);
    if (!at->second.context) return fail(faults::concurrency, "Another request is using this enumeration context.");
    return Lease(*this, name, std::move(at->second.context));
}

void ContextTable::give_back(const std::string& name, std::unique_ptr<EnumerationContext> context) {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(name);
    if (at == entries_.end()) return;  // released in the meantime
    at->second.context = std::move(context);
    at->second.idle_since = Clock::now();
}

Result<void> ContextTable::close(const std::string& name, const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto at = find(name, user);
    if (at == entries_.end()) return fail(faults::invalid_enumeration_context);
    remove(at);
    return {};
}

std::size_t ContextTable::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace tintype::wsman
