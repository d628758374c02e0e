#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr auto superclasses = std::to_array<std::string_view>({
    "CIM_VirtualSystemSnapshotService",
    "CIM_Service",
    "CIM_EnabledLogicalElement",
    "CIM_LogicalElement",
    "CIM_ManagedSystemElement",
    "CIM_ManagedElement",
});

// The page calls InstanceID a key too, but it is null: the keys are those of CIM_Service.
constexpr auto properties =
    join(superclass::managed_element, with_keys(superclass::managed_system_element, {"Name"}),
         superclass::enabled_logical_element,
         introduced_by("CIM_Service", key("SystemCreationClassName"), key("SystemName"), key("CreationClassName"),
                       property("PrimaryOwnerName", string), property("PrimaryOwnerContact", string),
                       property("StartMode", string), property("Started", boolean)));

constexpr std::string_view settings = "CIM_VirtualSystemSettingData";
constexpr std::string_view introduced = "CIM_VirtualSystemSnapshotService";

constexpr std::array apply_parameters{in_reference("Snapshot", settings), out_job};
constexpr std::array clear_parameters{in_reference("SnapshotSettingData", settings), out_job};
constexpr std::array convert_parameters{
    in_reference("AffectedSnapshot", settings), in("ReferencePointSettings", string),
    inout_reference("ResultingReferencePoint", "Msvm_VirtualSystemReferencePoint"), out_job};
constexpr std::array create_parameters{in_reference("AffectedSystem", "CIM_ComputerSystem"),
                                       in_instance("SnapshotSettings", "CIM_SettingData"), in("SnapshotType", uint16),
                                       inout_reference("ResultingSnapshot", settings), out_job};
constexpr std::array destroy_parameters{in_reference("AffectedSnapshot", settings), out_job};
constexpr std::array destroy_tree_parameters{in_reference("SnapshotSettingData", settings), out_job};

constexpr auto methods = std::to_array<cim::MethodDeclaration>({
    {.name = "ApplySnapshot", .parameters = apply_parameters, .origin = introduced},
    {.name = "ClearSnapshotState", .parameters = clear_parameters},
    {.name = "ConvertToReferencePoint", .parameters = convert_parameters},
    {.name = "CreateSnapshot", .parameters = create_parameters, .origin = introduced},
    {.name = "DestroySnapshot", .parameters = destroy_parameters, .origin = introduced},
    {.name = "DestroySnapshotTree", .parameters = destroy_tree_parameters},
    {.name = "RequestStateChange",
     .parameters = superclass::request_state_change,
     .origin = "CIM_EnabledLogicalElement"},
    {.name = "StartService", .origin = "CIM_Service"},
    {.name = "StopService", .origin = "CIM_Service"},
});

}  // namespace

constinit const cim::ClassDeclaration snapshot_service_class{
    .name = "Msvm_VirtualSystemSnapshotService",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = methods,
    .singleton = true,
};

}  // namespace tintype::snapshot
