#include "libvirt/known_machines.hpp"

#include <utility>

namespace tintype::libvirt {
namespace {

// libvirt tells nobody of a snapshot that was redefined (virsh snapshot-edit): this long a listing may show its old
// description. One that came or went shows at once, and one that is asked for by its id is always read.
constexpr std::chrono::seconds details_age{2};

}  // namespace

void KnownMachines::note_state(Entry& entry) {
    const auto state = entry.machine.value.state;
    if (state != MachineState::running && state != MachineState::paused) {
        entry.running_since.reset();
    } else if (!entry.running_since) {
        entry.running_since = Clock::now();
    }
}

KnownMachine KnownMachines::seen(const Entry& entry) {
    auto machine = entry.machine;
    machine.value.on_time = on_time(entry);
    return machine;
}

std::chrono::milliseconds KnownMachines::on_time(const Entry& entry) {
    if (!entry.running_since) return std::chrono::milliseconds(0);
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - *entry.running_since);
}

KnownMachine KnownMachines::put(KnownMachine machine) {
    const std::lock_guard lock(mutex_);
    auto& entry = entries_[machine.value.id];
    if (entry.machine.read <= machine.read) {
        // What was whole before an operation began is whole while it runs.
        for (auto& snapshot : machine.snapshots) {
            const auto* const earlier = entry.machine.find(snapshot.value.id);
            if (earlier != nullptr && earlier->settled) snapshot.settled = true;
        }
        entry.machine = std::move(machine);
        entry.changed = false;
        note_state(entry);
    }
    return seen(entry);
}

void KnownMachines::remove(std::string_view id) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(id); found != entries_.end()) entries_.erase(found);
}

void KnownMachines::keep_only(const std::set<std::string, std::less<>>& ids, Clock::time_point asked) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_,
                  [&](const auto& one) { return one.second.machine.read < asked && !ids.contains(one.first); });
}

std::optional<KnownMachine> KnownMachines::machine(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::nullopt;
    return seen(found->second);
}

std::optional<KnownMachine> KnownMachines::reusable(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.changed) return std::nullopt;
    if (Clock::now() - found->second.machine.details_read > details_age) return std::nullopt;
    return found->second.machine;
}

std::optional<KnownMachine> KnownMachines::owner_of(std::string_view snapshot) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_) {
        if (entry.machine.find(snapshot) != nullptr) return seen(entry);
    }
    return std::nullopt;
}

std::vector<std::string> KnownMachines::ids() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    ids.reserve(entries_.size());
    for (const auto& [id, entry] : entries_) ids.push_back(id);
    return ids;
}

void KnownMachines::mark_changed(std::string_view id) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(id); found != entries_.end()) found->second.changed = true;
}

void KnownMachines::set_state(std::string_view id, MachineState state) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    found->second.machine.value.state = state;
    note_state(found->second);
}

}  // namespace tintype::libvirt
