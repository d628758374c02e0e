#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr auto capabilities = with_keys(superclass::managed_element, {"InstanceID"});

constexpr std::string_view service_superclass = "CIM_VirtualSystemSnapshotServiceCapabilities";
constexpr auto service_superclasses =
    std::to_array<std::string_view>({service_superclass, "CIM_Capabilities", "CIM_ManagedElement"});
// The CIM schema has the second of them without its first S, and so have its clients.
constexpr auto service_properties =
    join(capabilities, introduced_by(service_superclass, property("SynchronousMethodsSupported", uint16, array),
                                     property("AynchronousMethodsSupported", uint16, array),
                                     property("SnapshotTypesSupported", uint16, array)));

constexpr std::string_view machine_superclass = "CIM_VirtualSystemSnapshotCapabilities";
constexpr auto machine_superclasses =
    std::to_array<std::string_view>({machine_superclass, "CIM_Capabilities", "CIM_ManagedElement"});
constexpr auto machine_properties =
    join(capabilities, introduced_by(machine_superclass, property("SnapshotTypesEnabled", uint16, array),
                                     property("GuestOSNotificationEnabled", boolean)));

constexpr std::array<std::string_view, 1> element_superclasses{"CIM_ElementCapabilities"};
constexpr auto element_properties = introduced_by(
    "CIM_ElementCapabilities",
    cim::PropertyDeclaration{
        .name = "ManagedElement", .type = reference, .key = true, .reference_class = "CIM_ManagedElement"},
    cim::PropertyDeclaration{
        .name = "Capabilities", .type = reference, .key = true, .reference_class = "CIM_Capabilities"},
    property("Characteristics", uint16, array));

}  // namespace

constinit const cim::ClassDeclaration snapshot_service_capabilities_class{
    .name = "Msvm_VirtualSystemSnapshotServiceCapabilities",
    .cim_namespace = cim_namespace,
    .superclasses = service_superclasses,
    .properties = service_properties,
    .methods = {},
    .singleton = true,
};

constinit const cim::ClassDeclaration snapshot_capabilities_class{
    .name = "Msvm_VirtualSystemSnapshotCapabilities",
    .cim_namespace = cim_namespace,
    .superclasses = machine_superclasses,
    .properties = machine_properties,
    .methods = {},
};

constinit const cim::ClassDeclaration element_capabilities_class{
    .name = "Msvm_ElementCapabilities",
    .cim_namespace = cim_namespace,
    .superclasses = element_superclasses,
    .properties = element_properties,
    .methods = {},
    .association = true,
};

}  // namespace tintype::snapshot
