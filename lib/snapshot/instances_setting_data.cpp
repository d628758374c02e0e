#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"
#include "snapshot/settings_guid.hpp"

namespace tintype::snapshot {
namespace {

/// Msvm_VirtualSystemSettingData.UserSnapshotType: 5 holds memory and devices (test), 4 the disks' data (production
/// without fallback).
std::uint16_t user_snapshot_type(SnapshotKind kind) noexcept {
    return kind == SnapshotKind::full ? 5 : 4;
}

cim::Value parent_path(const std::optional<std::string>& parent, std::string_view host_name) {
    if (!parent) return {};
    cim::ObjectPath path = settings_path(*parent);
    path.host = host_name;
    return cim::Scalar(cim::to_string(path));
}

/// What a machine's present state and its snapshots have in common.
cim::Instance settings(std::string_view guid, std::string_view name, std::string_view notes, TimePoint created) {
    cim::Instance instance(virtual_system_setting_data_class);
    instance.set("InstanceID", settings_id(guid))
        .set("Caption", "Virtual Machine Settings")
        .set("ElementName", name)
        .set("CreationTime", time_or_null(created))
        .set("ConfigurationID", guid)
        .set("AllowReducedFcRedundancy", false)
        .set("IsAutomaticSnapshot", false);
    if (!notes.empty()) instance.set("Notes", texts({notes}));
    return instance;
}

}  // namespace

cim::Instance current_settings_instance(const Machine& machine, std::string_view host_name) {
    cim::Instance instance = settings(machine.id, machine.name, machine.notes, machine.created);
    instance.set("Description", "Active settings for the virtual machine")
        .set("VirtualSystemIdentifier", machine.id)
        .set("VirtualSystemType", "Microsoft:Hyper-V:System:Realized")
        .set("Parent", parent_path(machine.current_snapshot, host_name))
        .set("IsSaved", machine.state == MachineState::saved);
    return instance;
}

cim::Instance snapshot_instance(const Snapshot& snapshot, std::string_view host_name) {
    cim::Instance instance = settings(snapshot.id, snapshot.name, snapshot.notes, snapshot.created);
    instance.set("Description", "Snapshot settings for the virtual machine")
        .set("VirtualSystemIdentifier", snapshot.machine)
        .set("VirtualSystemType", snapshot.kind == SnapshotKind::recovery ? "Microsoft:Hyper-V:Snapshot:Recovery"
                                                                          : "Microsoft:Hyper-V:Snapshot:Realized")
        .set("Parent", parent_path(snapshot.parent, host_name))
        .set("UserSnapshotType", user_snapshot_type(snapshot.kind))
        .set("IsSaved", snapshot.holds_memory);
    return instance;
}

cim::ObjectPath settings_path(std::string_view guid) {
    return make_path(virtual_system_setting_data_class, {{"InstanceID", settings_id(guid)}});
}

std::string settings_id(std::string_view guid) {
    std::string id(settings_prefix);
    id += guid;
    return id;
}

std::optional<std::string> parse_settings_id(std::string_view instance_id) {
    const auto guid = settings_guid(instance_id);
    return guid ? std::optional<std::string>(guid->view()) : std::nullopt;
}

}  // namespace tintype::snapshot
