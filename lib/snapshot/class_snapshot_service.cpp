#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
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
constexpr auto properties = std::to_array<cim::PropertyDeclaration>({
    property("InstanceID", string),
    property("Caption", string),
    property("Description", string),
    property("ElementName", string),
    property("InstallDate", datetime),
    key("Name"),
    property("OperationalStatus", uint16, array),
    property("StatusDescriptions", string, array),
    property("Status", string),
    property("HealthState", uint16),
    property("CommunicationStatus", uint16),
    property("DetailedStatus", uint16),
    property("OperatingStatus", uint16),
    property("PrimaryStatus", uint16),
    property("EnabledState", uint16),
    property("OtherEnabledState", string),
    property("RequestedState", uint16),
    property("EnabledDefault", uint16),
    property("TimeOfLastStateChange", datetime),
    property("AvailableRequestedStates", uint16, array),
    property("TransitioningToState", uint16),
    key("SystemCreationClassName"),
    key("SystemName"),
    key("CreationClassName"),
    property("PrimaryOwnerName", string),
    property("PrimaryOwnerContact", string),
    property("StartMode", string),
    property("Started", boolean),
});

constexpr auto methods = std::to_array<cim::MethodDeclaration>({
    {.name = "ApplySnapshot"},
    {.name = "ClearSnapshotState"},
    {.name = "ConvertToReferencePoint"},
    {.name = "CreateSnapshot"},
    {.name = "DestroySnapshot"},
    {.name = "DestroySnapshotTree"},
    {.name = "RequestStateChange"},
    {.name = "StartService"},
    {.name = "StopService"},
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
