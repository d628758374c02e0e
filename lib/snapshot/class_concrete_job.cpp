#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
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
constexpr auto properties = join(
    with_keys(superclass::managed_element, {"InstanceID"}), superclass::managed_system_element,
    introduced_by("CIM_Job", property("JobStatus", string), property("TimeSubmitted", datetime),
                  property("ScheduledStartTime", datetime), property("StartTime", datetime),
                  property("ElapsedTime", datetime), property("JobRunTimes", uint32), property("RunMonth", uint8),
                  property("RunDay", sint8), property("RunDayOfWeek", sint8), property("RunStartInterval", datetime),
                  property("LocalOrUtcTime", uint16), property("UntilTime", datetime), property("Notify", string),
                  property("Owner", string), property("Priority", uint32), property("PercentComplete", uint16),
                  property("DeleteOnCompletion", boolean), property("ErrorCode", uint16),
                  property("ErrorDescription", string), property("ErrorSummaryDescription", string),
                  property("RecoveryAction", uint16), property("OtherRecoveryAction", string)),
    introduced_by("CIM_ConcreteJob", property("JobState", uint16), property("TimeOfLastStateChange", datetime),
                  property("TimeBeforeRemoval", datetime)),
    std::array{property("Cancellable", boolean), property("JobType", uint16)});

constexpr std::array get_error_parameters{out_instance("Error", "Msvm_Error")};
constexpr std::array get_error_ex_parameters{out_instance("Errors", "Msvm_Error", array)};
constexpr std::array kill_job_parameters{in("DeleteOnKill", boolean)};
constexpr std::array state_change_parameters{in("RequestedState", uint16), in("TimeoutPeriod", datetime)};

constexpr auto methods = std::to_array<cim::MethodDeclaration>({
    {.name = "GetError", .parameters = get_error_parameters, .origin = "CIM_ConcreteJob"},
    {.name = "GetErrorEx", .parameters = get_error_ex_parameters},
    {.name = "KillJob", .parameters = kill_job_parameters, .origin = "CIM_Job"},
    {.name = "RequestStateChange", .parameters = state_change_parameters, .origin = "CIM_ConcreteJob"},
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
