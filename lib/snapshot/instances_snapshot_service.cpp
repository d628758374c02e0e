#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"

namespace tintype::snapshot {
namespace {

constexpr std::string_view service_name = "vssnapsvc";

}  // namespace

cim::Instance snapshot_service_instance(std::string_view host_name) {
    cim::Instance instance(snapshot_service_class);
    instance.set("SystemCreationClassName", computer_system_class.name)
        .set("SystemName", host_name)
        .set("CreationClassName", snapshot_service_class.name)
        .set("Name", service_name)
        .set("Caption", "Hyper-V Virtual System Snapshot Service")
        .set("Description", "Service for creating, destroying, and applying virtual machine snapshots")
        .set("ElementName", "Hyper-V Virtual System Snapshot Service")
        .set("OperationalStatus", numbers({2}))  // OK
        .set("StatusDescriptions", texts({"The service is running normally"}))
        .set("HealthState", 5)            // OK
        .set("EnabledState", 2)           // enabled
        .set("RequestedState", 12)        // not applicable
        .set("EnabledDefault", 2)         // enabled
        .set("TransitioningToState", 12)  // not applicable
        .set("Started", true);
    return instance;
}

cim::ObjectPath service_path(std::string_view host_name) {
    return make_path(snapshot_service_class, {{"SystemCreationClassName", computer_system_class.name},
                                              {"SystemName", host_name},
                                              {"CreationClassName", snapshot_service_class.name},
                                              {"Name", service_name}});
}

}  // namespace tintype::snapshot
