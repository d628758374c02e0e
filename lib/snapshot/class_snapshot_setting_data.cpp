#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr auto superclasses = std::to_array<std::string_view>({"CIM_SettingData", "CIM_ManagedElement"});

// Notes are our own: a snapshot has them, and its page has nothing to give them by when it is created.
constexpr auto properties =
    join(with_keys(superclass::managed_element, {"InstanceID"}),
         std::array{property("ConsistencyLevel", uint8), property("IgnoreNonSnapshottableDisks", boolean),
                    property("GuestBackupType", uint8), property("Notes", string, array)});

}  // namespace

constinit const cim::ClassDeclaration snapshot_setting_data_class{
    .name = "Msvm_VirtualSystemSnapshotSettingData",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = {},
    .singleton = false,
};

}  // namespace tintype::snapshot
