#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
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
// CIM_System, which overrides Name and has it in a place of its own.
constexpr auto properties = join(
    superclass::managed_element, without(superclass::managed_system_element, "Name"),
    superclass::enabled_logical_element, introduced_by("CIM_System", key("CreationClassName")),
    introduced_by("CIM_ManagedSystemElement", key("Name")),
    introduced_by("CIM_System", property("PrimaryOwnerName", string), property("PrimaryOwnerContact", string),
                  property("Roles", string, array), property("NameFormat", string),
                  property("OtherIdentifyingInfo", string, array), property("IdentifyingDescriptions", string, array)),
    introduced_by("CIM_ComputerSystem", property("Dedicated", uint16, array),
                  property("OtherDedicatedDescriptions", string, array), property("ResetCapability", uint16),
                  property("PowerManagementCapabilities", uint16, array)),
    std::array{
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

constexpr std::array interrupt_parameters{out_job};
constexpr std::array replication_parameters{in("RequestedState", uint16), out_job, in("TimeoutPeriod", datetime)};
constexpr std::array replication_ex_parameters{in_instance("ReplicationRelationship", "Msvm_ReplicationRelationship"),
                                               in("RequestedState", uint16), out_job, in("TimeoutPeriod", datetime)};
constexpr std::array power_parameters{in("PowerState", uint32), in("Time", datetime)};

constexpr auto methods = std::to_array<cim::MethodDeclaration>({
    {.name = "InjectNonMaskableInterrupt", .parameters = interrupt_parameters},
    {.name = "RequestReplicationStateChange", .parameters = replication_parameters},
    {.name = "RequestReplicationStateChangeEx", .parameters = replication_ex_parameters},
    {.name = "RequestStateChange",
     .parameters = superclass::request_state_change,
     .origin = "CIM_EnabledLogicalElement"},
    {.name = "SetPowerState", .parameters = power_parameters, .origin = "CIM_ComputerSystem"},
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
