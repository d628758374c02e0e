#include "backend/snapshot_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace tintype::backend {
namespace {

template <class Value>
std::vector<Value> page(const std::map<std::string, Value, std::less<>>& all, std::string_view after,
                        std::size_t limit) {
    std::vector<Value> values;
    for (auto at = all.upper_bound(after); at != all.end() && values.size() < limit; ++at) values.push_back(at->second);
    return values;
}

tl::unexpected<BackendError> not_found(std::string_view what) {
    return tl::unexpected(BackendError{BackendErrorCode::not_found, fmt::format("there is no such {}", what)});
}

}  // namespace

void SnapshotIndex::put(MachineView view) {
    const std::unique_lock guard(mutex_);
    std::vector<std::string>& ids = ids_[view.machine.id];
    for (const std::string& id : ids) {
        snapshots_.erase(id);
        troubled_.erase(id);
    }
    ids.clear();
    for (Snapshot& snapshot : view.snapshots) {
        ids.push_back(snapshot.id);
        snapshots_.insert_or_assign(ids.back(), std::move(snapshot));
    }
    for (auto& [id, error] : view.troubled) {
        ids.push_back(id);
        troubled_.insert_or_assign(id, Trouble{view.machine.id, std::move(error)});
    }
    std::sort(ids.begin(), ids.end());
    std::string id = view.machine.id;
    machines_.insert_or_assign(std::move(id), std::move(view.machine));
}

/// With the mutex held.
bool SnapshotIndex::has(std::string_view id) const {
    return machines_.find(id) != machines_.end() || snapshots_.find(id) != snapshots_.end() ||
           troubled_.find(id) != troubled_.end();
}

std::string SnapshotIndex::clash(const MachineView& view) const {
    const std::shared_lock guard(mutex_);
    if (has(view.machine.id)) return view.machine.id;
    for (const Snapshot& snapshot : view.snapshots) {
        if (has(snapshot.id) || snapshot.id == view.machine.id) return snapshot.id;
    }
    for (const auto& [id, error] : view.troubled) {
        if (has(id) || id == view.machine.id) return id;
    }
    return {};
}

std::vector<Machine> SnapshotIndex::machines(std::string_view after, std::size_t limit) const {
    const std::shared_lock guard(mutex_);
    return page(machines_, after, limit);
}

std::vector<Snapshot> SnapshotIndex::snapshots(std::string_view after, std::size_t limit) const {
    const std::shared_lock guard(mutex_);
    return page(snapshots_, after, limit);
}

std::vector<Snapshot> SnapshotIndex::snapshots_of(std::string_view machine, std::string_view after,
                                                  std::size_t limit) const {
    const std::shared_lock guard(mutex_);
    std::vector<Snapshot> values;
    const auto own = ids_.find(machine);
    if (own == ids_.end()) return values;
    for (auto id = std::upper_bound(own->second.begin(), own->second.end(), after);
         id != own->second.end() && values.size() < limit; ++id) {
        if (const auto found = snapshots_.find(*id); found != snapshots_.end()) values.push_back(found->second);
    }
    return values;
}

BackendResult<Machine> SnapshotIndex::machine(std::string_view id) const {
    const std::shared_lock guard(mutex_);
    const auto found = machines_.find(id);
    if (found == machines_.end()) return not_found("machine");
    return found->second;
}

BackendResult<Snapshot> SnapshotIndex::snapshot(std::string_view id) const {
    const std::shared_lock guard(mutex_);
    if (const auto found = snapshots_.find(id); found != snapshots_.end()) return found->second;
    if (const auto found = troubled_.find(id); found != troubled_.end()) return tl::unexpected(found->second.error);
    return not_found("snapshot");
}

BackendResult<std::string> SnapshotIndex::machine_of(std::string_view snapshot) const {
    const std::shared_lock guard(mutex_);
    if (const auto found = snapshots_.find(snapshot); found != snapshots_.end()) return found->second.machine;
    if (const auto found = troubled_.find(snapshot); found != troubled_.end()) return found->second.machine;
    return not_found("snapshot");
}

}  // namespace tintype::backend
