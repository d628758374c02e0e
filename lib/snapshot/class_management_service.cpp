#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/management_service.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr std::string_view introduced = "CIM_VirtualSystemManagementService";

constexpr auto superclasses = std::to_array<std::string_view>({
    introduced,
    "CIM_Service",
    "CIM_EnabledLogicalElement",
    "CIM_LogicalElement",
    "CIM_ManagedSystemElement",
    "CIM_ManagedElement",
});

// As of the snapshot service: the keys are those of CIM_Service.
constexpr auto properties =
    join(superclass::managed_element, with_keys(superclass::managed_system_element, {"Name"}),
         superclass::enabled_logical_element,
         introduced_by("CIM_Service", key("SystemCreationClassName"), key("SystemName"), key("CreationClassName"),
                       property("PrimaryOwnerName", string), property("PrimaryOwnerContact", string),
                       property("StartMode", string), property("Started", boolean)));

constexpr std::array modify_parameters{in_instance("SystemSettings", "CIM_VirtualSystemSettingData"), out_job};

constexpr auto methods = std::to_array<cim::MethodDeclaration>({
    {.name = "ModifySystemSettings", .parameters = modify_parameters, .origin = introduced},
});

}  // namespace

constinit const cim::ClassDeclaration management_service_class{
    .name = "Msvm_VirtualSystemManagementService",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = methods,
    .singleton = true,
};

}  // namespace tintype::snapshot
