#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr std::string_view introduced = "CIM_VirtualSystemSnapshotService";
constexpr auto superclasses = superclass::service_superclasses(introduced);

constexpr std::string_view settings = "CIM_VirtualSystemSettingData";

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

constexpr auto methods = join(std::to_array<cim::MethodDeclaration>({
                                  {.name = "ApplySnapshot", .parameters = apply_parameters, .origin = introduced},
                                  {.name = "ClearSnapshotState", .parameters = clear_parameters},
                                  {.name = "ConvertToReferencePoint", .parameters = convert_parameters},
                                  {.name = "CreateSnapshot", .parameters = create_parameters, .origin = introduced},
                                  {.name = "DestroySnapshot", .parameters = destroy_parameters, .origin = introduced},
                                  {.name = "DestroySnapshotTree", .parameters = destroy_tree_parameters},
                              }),
                              superclass::service_methods);

}  // namespace

constinit const cim::ClassDeclaration snapshot_service_class{
    .name = "Msvm_VirtualSystemSnapshotService",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = superclass::service,
    .methods = methods,
    .singleton = true,
};

}  // namespace tintype::snapshot
