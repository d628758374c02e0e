#pragma once
/// \file
/// What the CIM_ classes introduce that the Hyper-V classes derive from, in the order of their reference pages. A
/// property that a class further down overrides stands with the one that introduced it.

#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"

namespace tintype::snapshot::superclass {

using cim::Type;

inline constexpr auto managed_element =
    introduced_by("CIM_ManagedElement", property("InstanceID", Type::string), property("Caption", Type::string),
                  property("Description", Type::string), property("ElementName", Type::string));

inline constexpr auto managed_system_element = introduced_by(
    "CIM_ManagedSystemElement", property("InstallDate", Type::datetime), property("Name", Type::string),
    property("OperationalStatus", Type::uint16, array), property("StatusDescriptions", Type::string, array),
    property("Status", Type::string), property("HealthState", Type::uint16),
    property("CommunicationStatus", Type::uint16), property("DetailedStatus", Type::uint16),
    property("OperatingStatus", Type::uint16), property("PrimaryStatus", Type::uint16));

inline constexpr auto enabled_logical_element = introduced_by(
    "CIM_EnabledLogicalElement", property("EnabledState", Type::uint16), property("OtherEnabledState", Type::string),
    property("RequestedState", Type::uint16), property("EnabledDefault", Type::uint16),
    property("TimeOfLastStateChange", Type::datetime), property("AvailableRequestedStates", Type::uint16, array),
    property("TransitioningToState", Type::uint16));

/// What CIM_EnabledLogicalElement's RequestStateChange takes and gives.
inline constexpr std::array request_state_change{in("RequestedState", Type::uint16), out_job,
                                                 in("TimeoutPeriod", Type::datetime)};

/// What a CIM_Service has. A page that calls InstanceID a key too is wrong: it is null.
inline constexpr auto service =
    join(managed_element, with_keys(managed_system_element, {"Name"}), enabled_logical_element,
         introduced_by("CIM_Service", key("SystemCreationClassName"), key("SystemName"), key("CreationClassName"),
                       property("PrimaryOwnerName", Type::string), property("PrimaryOwnerContact", Type::string),
                       property("StartMode", Type::string), property("Started", Type::boolean)));

inline constexpr std::array service_methods{
    cim::MethodDeclaration{
        .name = "RequestStateChange", .parameters = request_state_change, .origin = "CIM_EnabledLogicalElement"},
    cim::MethodDeclaration{.name = "StartService", .origin = "CIM_Service"},
    cim::MethodDeclaration{.name = "StopService", .origin = "CIM_Service"},
};

/// The superclasses of a service. \param nearest the one that is a CIM_Service itself.
constexpr auto service_superclasses(std::string_view nearest) {
    return std::array<std::string_view, 6>{nearest,
                                           "CIM_Service",
                                           "CIM_EnabledLogicalElement",
                                           "CIM_LogicalElement",
                                           "CIM_ManagedSystemElement",
                                           "CIM_ManagedElement"};
}

}  // namespace tintype::snapshot::superclass
