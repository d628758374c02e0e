#include <cstdint>
#include <string>
#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"

namespace tintype::snapshot {
namespace {

constexpr std::string_view service_capabilities_id = "Microsoft:SnapshotServiceCapabilities";
constexpr std::string_view machine_suffix = ":SnapshotCapabilities";

/// CreateSnapshot's SnapshotType of each kind that the backend creates.
cim::Array snapshot_types(const BackendCapabilities& backend) {
    constexpr std::uint64_t full = 2;
    constexpr std::uint64_t disk = 3;
    constexpr std::uint64_t recovery = 32768;
    cim::Array types;
    if (backend.creates_full) types.emplace_back(full);
    if (backend.creates_disk) types.emplace_back(disk);
    if (backend.creates_recovery) types.emplace_back(recovery);
    return types;
}

}  // namespace

cim::Instance snapshot_service_capabilities_instance(const BackendCapabilities& backend) {
    constexpr std::uint64_t create = 2;
    constexpr std::uint64_t destroy = 3;
    constexpr std::uint64_t apply = 4;
    const auto types = snapshot_types(backend);
    cim::Array methods;
    if (!types.empty()) methods.emplace_back(create);
    methods.emplace_back(destroy);
    if (backend.applies) methods.emplace_back(apply);
    cim::Instance instance(snapshot_service_capabilities_class);
    instance.set("InstanceID", service_capabilities_id)
        .set("Caption", "Hyper-V Virtual System Snapshot Service Capabilities")
        .set("Description", "What the snapshot service can do with the storage of this host")
        .set("ElementName", "Hyper-V Virtual System Snapshot Service Capabilities")
        .set("AynchronousMethodsSupported", methods)
        .set("SnapshotTypesSupported", types);
    return instance;
}

cim::Instance snapshot_capabilities_instance(const BackendCapabilities& backend, const Machine& machine) {
    const bool in_the_way = machine.state == MachineState::running && !backend.creates_running;
    const auto types = in_the_way ? cim::Array{} : snapshot_types(backend);
    cim::Instance instance(snapshot_capabilities_class);
    instance.set("InstanceID", snapshot_capabilities_id(machine.id))
        .set("Caption", "Hyper-V Virtual System Snapshot Capabilities")
        .set("Description", "Which snapshots can be taken of the machine as it is now")
        .set("ElementName", "Hyper-V Virtual System Snapshot Capabilities")
        .set("SnapshotTypesEnabled", types)
        .set("GuestOSNotificationEnabled", backend.application_consistent && !types.empty());
    return instance;
}

std::string snapshot_capabilities_id(std::string_view machine) {
    return settings_id(machine).append(machine_suffix);
}

std::optional<std::string> parse_snapshot_capabilities_id(std::string_view instance_id) {
    if (instance_id.size() < machine_suffix.size()) return std::nullopt;
    const auto at = instance_id.size() - machine_suffix.size();
    if (!cim::equal_names(instance_id.substr(at), machine_suffix)) return std::nullopt;
    return parse_settings_id(instance_id.substr(0, at));
}

cim::ObjectPath snapshot_capabilities_path(std::string_view machine) {
    return make_path(snapshot_capabilities_class, {{"InstanceID", snapshot_capabilities_id(machine)}});
}

cim::ObjectPath snapshot_service_capabilities_path() {
    return make_path(snapshot_service_capabilities_class, {{"InstanceID", service_capabilities_id}});
}

}  // namespace tintype::snapshot
