#include <cstdint>
#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"

namespace tintype::snapshot {
namespace {

/// Msvm_ComputerSystem.EnabledState.
std::uint16_t enabled_state(MachineState state) noexcept {
    switch (state) {
        case MachineState::running:
            return 2;
        case MachineState::off:
            return 3;
        case MachineState::paused:
            return 32768;
        case MachineState::saved:
            return 32769;
        case MachineState::unknown:
            break;
    }
    return 0;
}

/// What machines and their host have in common.
cim::Instance computer_system(std::string_view name, std::string_view element_name) {
    cim::Instance instance(computer_system_class);
    instance.set("CreationClassName", computer_system_class.name)
        .set("Name", name)
        .set("ElementName", element_name)
        .set("OperationalStatus", numbers({2}))  // OK
        .set("StatusDescriptions", texts({"Operating normally"}))
        .set("HealthState", 5)           // OK
        .set("RequestedState", 12)       // not applicable: no change is under way
        .set("EnabledDefault", 2)        // enabled
        .set("Dedicated", numbers({0}))  // not dedicated
        .set("ResetCapability", 1);      // other
    return instance;
}

}  // namespace

cim::Instance machine_instance(const Machine& machine) {
    cim::Instance instance = computer_system(machine.id, machine.name);
    instance.set("Caption", "Virtual Machine")
        .set("Description", "Microsoft Virtual Computer System")
        .set("InstallDate", time_or_null(machine.created))
        .set("EnabledState", enabled_state(machine.state))
        .set("OnTimeInMilliseconds", not_negative(machine.on_time.count()))
        // Nothing is replicated: disabled, not applicable, none.
        .set("ReplicationState", 0)
        .set("ReplicationHealth", 0)
        .set("ReplicationMode", 0)
        .set("FailedOverReplicationType", 0)
        .set("LastReplicationType", 0)
        .set("EnhancedSessionModeState", 3);  // not allowed
    if (machine.process_id) instance.set("ProcessID", *machine.process_id);
    return instance;
}

cim::Instance host_instance(std::string_view host_name) {
    cim::Instance instance = computer_system(host_name, host_name);
    instance.set("Caption", "Hosting Computer System")
        .set("Description", "Microsoft Hosting Computer System")
        .set("EnabledState", 2);
    return instance;
}

cim::ObjectPath machine_path(std::string_view id) {
    return make_path(computer_system_class, {{"CreationClassName", computer_system_class.name}, {"Name", id}});
}

}  // namespace tintype::snapshot
