#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"

namespace tintype::snapshot {
namespace {

/// What tells one service of the host from another, in the words of its reference page.
struct ServiceWords {
    std::string_view name;
    std::string_view caption;
    std::string_view description;
    std::string_view element_name;
};

constexpr ServiceWords snapshot_service{
    .name = "vssnapsvc",
    .caption = "Hyper-V Virtual System Snapshot Service",
    .description = "Service for creating, destroying, and applying virtual machine snapshots",
    .element_name = "Hyper-V Virtual System Snapshot Service",
};
constexpr ServiceWords management_service{
    .name = "vmms",
    .caption = "Virtual System Management Service",
    .description = "Service for creating, manipulating, and managing virtual machines",
    .element_name = "Hyper-V Virtual System Management Service",
};

cim::Instance service_instance(const cim::ClassDeclaration& declaration, const ServiceWords& words,
                               std::string_view host_name) {
    cim::Instance instance(declaration);
    instance.set("SystemCreationClassName", computer_system_class.name)
        .set(service_host_key, host_name)
        .set("CreationClassName", declaration.name)
        .set("Name", words.name)
        .set("Caption", words.caption)
        .set("Description", words.description)
        .set("ElementName", words.element_name)
        .set("OperationalStatus", numbers({2}))  // OK
        .set("StatusDescriptions", texts({"The service is running normally"}))
        .set("HealthState", 5)      // OK
        .set("EnabledState", 2)     // enabled
        .set("RequestedState", 12)  // not applicable
        .set("EnabledDefault", 2)   // enabled
        .set("Started", true);
    return instance;
}

cim::ObjectPath path_of(const cim::ClassDeclaration& declaration, const ServiceWords& words,
                        std::string_view host_name) {
    return make_path(declaration, {{"SystemCreationClassName", computer_system_class.name},
                                   {service_host_key, host_name},
                                   {"CreationClassName", declaration.name},
                                   {"Name", words.name}});
}

}  // namespace

// TransitioningToState is 12 (not applicable) on the one page and always null on the other.

cim::Instance snapshot_service_instance(std::string_view host_name) {
    auto instance = service_instance(snapshot_service_class, snapshot_service, host_name);
    instance.set("TransitioningToState", 12);
    return instance;
}

cim::Instance management_service_instance(std::string_view host_name) {
    return service_instance(management_service_class, management_service, host_name);
}

cim::ObjectPath service_path(std::string_view host_name) {
    return path_of(snapshot_service_class, snapshot_service, host_name);
}

cim::ObjectPath management_service_path(std::string_view host_name) {
    return path_of(management_service_class, management_service, host_name);
}

}  // namespace tintype::snapshot
