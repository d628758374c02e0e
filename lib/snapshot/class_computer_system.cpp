#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr auto superclasses = std::to_array<std::string_view>({
    "CIM_ComputerSystem",
    "CIM_System",
    "CIM_EnabledLogicalElement",
    "CIM_LogicalElement",
    "CIM_ManagedSystemElement",
    "CIM_ManagedElement",
});

// The page calls InstanceID a key, but CIM_ManagedElement does not make it one: Hyper-V names a machine by the keys of
// CIM_System.
constexpr auto properties = std::to_array<cim::PropertyDeclaration>({
    property("InstanceID", string),
    property("Caption", string),
    property("Description", string),
    property("ElementName", string),
    property("InstallDate", datetime),
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
    key("CreationClassName"),
    key("Name"),
    property("PrimaryOwnerName", string),
    property("PrimaryOwnerContact", string),
    property("Roles", string, array),
    property("NameFormat", string),
    property("OtherIdentifyingInfo", string, array),
    property("IdentifyingDescriptions", string, array),
    property("Dedicated", uint16, array),
    property("OtherDedicatedDescriptions", string, array),
    property("ResetCapability", uint16),
    property("PowerManagementCapabilities", uint16, array),
    property("OnTimeInMilliseconds", uint64),
    property("ProcessID", uint32),
    property("TimeOfLastConfigurationChange", datetime),
    property("NumberOfNumaNodes", uint16),
    property("ReplicationState", uint16),
    property("ReplicationHealth", uint16),
    property("ReplicationMode", uint16),
    property("FailedOverReplicationType", uint16),
    property("LastReplicationType", uint16),
    property("LastApplicationConsistentReplicationTime", datetime),
    property("LastReplicationTime", datetime),
    property("LastSuccessfulBackupTime", datetime),
    property("EnhancedSessionModeState", uint16),
});

constexpr auto methods = std::to_array<cim::MethodDeclaration>({
    {.name = "InjectNonMaskableInterrupt"},
    {.name = "RequestReplicationStateChange"},
    {.name = "RequestReplicationStateChangeEx"},
    {.name = "RequestStateChange"},
    {.name = "SetPowerState"},
});

}  // namespace

constinit const cim::ClassDeclaration computer_system_class{
    .name = "Msvm_ComputerSystem",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = methods,
    .singleton = false,
};

}  // namespace tintype::snapshot
