#include "inventory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tintype/cim/object_path.hpp"
#include "tintype/guid.hpp"

namespace tintype::client {
namespace {

constexpr std::string_view machine_class = "Msvm_ComputerSystem";
constexpr std::string_view settings_class = "Msvm_VirtualSystemSettingData";

std::string instance_id(const std::string& object_path) {
    const auto path = cim::parse_object_path(object_path);
    const auto* id = path ? path->key("InstanceID") : nullptr;
    return id != nullptr ? *id : std::string();
}

template <class T>
Result<const T*> only(const std::vector<const T*>& found, std::string_view kind, std::string_view called,
                      const std::vector<std::string>& candidates) {
    if (found.size() == 1) return found.front();
    if (found.empty()) return fail(ExitCode::not_found, fmt::format("There is no {} '{}'.", kind, called));
    std::string sentence = fmt::format("'{}' is the name of {} {}s; say which:", called, found.size(), kind);
    for (const auto& candidate : candidates) sentence += "\n  " + candidate;
    return fail(ExitCode::ambiguous, std::move(sentence));
}

}  // namespace

std::string_view Snapshot::guid() const noexcept {
    const std::string_view all = id;
    return all.substr(all.find(':') + 1);
}

Result<const Machine*> Inventory::machine(std::string_view called) const {
    std::vector<const Machine*> found;
    std::vector<std::string> candidates;
    for (const auto& each : machines) {
        if (each.name != called && !cim::equal_names(each.id, called)) continue;
        found.push_back(&each);
        candidates.push_back(fmt::format("{}  {}", each.id, each.name));
    }
    return only(found, "virtual machine", called, candidates);
}

Result<const Snapshot*> Inventory::snapshot(std::string_view called) const {
    std::vector<const Snapshot*> found;
    std::vector<std::string> candidates;
    const auto take = [&](const Snapshot& each) {
        const Machine* const owner = machine_of(each);
        found.push_back(&each);
        candidates.push_back(fmt::format("{}  {}/{}  {}", each.guid(), owner != nullptr ? owner->name : each.machine,
                                         each.name, each.created));
    };
    for (const auto& each : snapshots) {
        if (each.name == called || cim::equal_names(each.guid(), called) || cim::equal_names(each.id, called))
            take(each);
    }
    if (found.empty()) {
        for (const auto& each : snapshots) {
            const Machine* const owner = machine_of(each);
            if (owner != nullptr && owner->name + "/" + each.name == called) take(each);
        }
    }
    return only(found, "snapshot", called, candidates);
}

const Machine* Inventory::machine_of(const Snapshot& snapshot) const {
    const auto found = std::find_if(machines.begin(), machines.end(),
                                    [&](const Machine& each) { return each.id == snapshot.machine; });
    return found == machines.end() ? nullptr : &*found;
}

Result<Inventory> read_inventory(Session& session) {
    Inventory inventory;
    const auto systems = session.enumerate(machine_class);
    if (!systems) return tl::unexpected(systems.error());
    for (const auto& each : *systems) {
        // The host is one of them; its name is no GUID.
        if (!is_guid(each.text("Name"))) continue;
        inventory.machines.push_back(
            {upper_guid(each.text("Name")), each.text("ElementName"), each.number("EnabledState"), ""});
    }
    const auto settings = session.enumerate(settings_class);
    if (!settings) return tl::unexpected(settings.error());
    for (const auto& each : *settings) {
        const auto type = each.text("VirtualSystemType");
        const auto owner = upper_guid(each.text("VirtualSystemIdentifier"));
        const auto parent = instance_id(each.text("Parent"));
        if (type.find(":Snapshot:") != std::string::npos) {
            inventory.snapshots.push_back(
                {each.text("InstanceID"), each.text("ElementName"), owner, parent, each.text("CreationTime")});
        } else if (type.find(":System:Realized") != std::string::npos) {
            for (auto& machine : inventory.machines) {
                if (machine.id == owner) machine.current = parent;
            }
        }
    }
    std::stable_sort(inventory.machines.begin(), inventory.machines.end(),
                     [](const Machine& a, const Machine& b) { return a.name < b.name; });
    std::stable_sort(inventory.snapshots.begin(), inventory.snapshots.end(),
                     [](const Snapshot& a, const Snapshot& b) { return a.created < b.created; });
    return inventory;
}

std::string_view state_name(long enabled_state) noexcept {
    switch (enabled_state) {
        case 2:
            return "running";
        case 3:
            return "off";
        case 4:
            return "stopping";
        case 6:
        case 32769:
            return "saved";
        case 9:
        case 32768:
            return "paused";
        case 10:
            return "starting";
        default:
            return "unknown";
    }
}

cim::ObjectPath path_of(const Snapshot& snapshot) {
    return {.cim_namespace = std::string(virtualization),
            .class_name = std::string(settings_class),
            .keys = {{"InstanceID", snapshot.id}}};
}

cim::ObjectPath path_of(const Machine& machine) {
    return {.cim_namespace = std::string(virtualization),
            .class_name = std::string(machine_class),
            .keys = {{"CreationClassName", std::string(machine_class)}, {"Name", machine.id}}};
}

}  // namespace tintype::client
