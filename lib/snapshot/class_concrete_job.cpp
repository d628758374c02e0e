#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr auto superclasses = std::to_array<std::string_view>({
    "CIM_ConcreteJob",
    "CIM_Job",
    "CIM_LogicalElement",
    "CIM_ManagedSystemElement",
    "CIM_ManagedElement",
});

// The page calls Name a key too, but CIM_ConcreteJob has InstanceID as its only one.
constexpr auto properties = std::to_array<cim::PropertyDeclaration>({
    key("InstanceID"),
    property("Caption", string),
    property("Description", string),
    property("ElementName", string),
    property("InstallDate", datetime),
    property("Name", string),
    property("OperationalStatus", uint16, array),
    property("StatusDescriptions", string, array),
    property("Status", string),
    property("HealthState", uint16),
    property("CommunicationStatus", uint16),
    property("DetailedStatus", uint16),
    property("OperatingStatus", uint16),
    property("PrimaryStatus", uint16),
    property("JobStatus", string),
    property("TimeSubmitted", datetime),
    property("ScheduledStartTime", datetime),
    property("StartTime", datetime),
    property("ElapsedTime", datetime),
    property("JobRunTimes", uint32),
    property("RunMonth", uint8),
    property("RunDay", sint8),
    property("RunDayOfWeek", sint8),
    property("RunStartInterval", datetime),
    property("LocalOrUtcTime", uint16),
    property("UntilTime", datetime),
    property("Notify", string),
    property("Owner", string),
    property("Priority", uint32),
    property("PercentComplete", uint16),
    property("DeleteOnCompletion", boolean),
    property("ErrorCode", uint16),
    property("ErrorDescription", string),
    property("ErrorSummaryDescription", string),
    property("RecoveryAction", uint16),
    property("OtherRecoveryAction", string),
    property("JobState", uint16),
    property("TimeOfLastStateChange", datetime),
    property("TimeBeforeRemoval", datetime),
    property("Cancellable", boolean),
    property("JobType", uint16),
});

constexpr auto methods = std::to_array<cim::MethodDeclaration>({
    {.name = "GetError"},
    {.name = "GetErrorEx"},
    {.name = "KillJob"},
    {.name = "RequestStateChange"},
});

}  // namespace

constinit const cim::ClassDeclaration concrete_job_class{
    .name = "Msvm_ConcreteJob",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = methods,
    .singleton = false,
};

}  // namespace tintype::snapshot
