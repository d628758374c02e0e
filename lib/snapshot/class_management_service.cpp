#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

constexpr std::string_view introduced = "CIM_VirtualSystemManagementService";
constexpr auto superclasses = superclass::service_superclasses(introduced);

constexpr std::array modify_parameters{in_instance("SystemSettings", "CIM_VirtualSystemSettingData"), out_job};

constexpr auto methods =
    join(std::array{cim::MethodDeclaration{
             .name = "ModifySystemSettings", .parameters = modify_parameters, .origin = introduced}},
         superclass::service_methods);

}  // namespace

constinit const cim::ClassDeclaration management_service_class{
    .name = "Msvm_VirtualSystemManagementService",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = superclass::service,
    .methods = methods,
    .singleton = true,
};

}  // namespace tintype::snapshot
