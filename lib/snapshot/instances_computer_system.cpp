#include <cstddef>
#include <cstdint>
#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"
#include "snapshot/value_table.hpp"

namespace tintype::snapshot {
namespace {

/// Msvm_ComputerSystem.EnabledState.
std::uint64_t enabled_state(MachineState state) noexcept {
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

/// A machine, or the host of them all. Lives no longer than what it is made of.
struct System {
    std::string_view name, element_name;
    const Machine* machine = nullptr;  ///< Null: the host.
};

using Row = ValueTable<System>::Row;

template <const std::string_view& OfMachine, const std::string_view& OfHost>
void set_text(const System& from, cim::Instance& into, std::size_t at) {
    into.set_text_at(at, {from.machine != nullptr ? OfMachine : OfHost});
}

template <std::uint64_t Number>
void set_number(const System& /*from*/, cim::Instance& into, std::size_t at) {
    into.set_at(at, Number);
}

/// Of a machine only.
template <std::uint64_t Number>
void set_of_machine(const System& from, cim::Instance& into, std::size_t at) {
    if (from.machine != nullptr) into.set_at(at, Number);
}

constexpr std::string_view machine_caption = "Virtual Machine";
constexpr std::string_view host_caption = "Hosting Computer System";
constexpr std::string_view machine_description = "Microsoft Virtual Computer System";
constexpr std::string_view host_description = "Microsoft Hosting Computer System";

const ValueTable<System>& values() {
    static const ValueTable<System> table(
        computer_system_class,
        {
            Row{"Caption", set_text<machine_caption, host_caption>},
            Row{"Description", set_text<machine_description, host_description>},
            Row{"ElementName", [](const System& from, cim::Instance& into,
                                  std::size_t at) { into.set_text_at(at, {from.element_name}); }},
            Row{"InstallDate",
                [](const System& from, cim::Instance& into, std::size_t at) {
                    if (from.machine != nullptr) into.set_at(at, time_or_null(from.machine->created));
                }},
            Row{"OperationalStatus",
                [](const System&, cim::Instance& into, std::size_t at) { into.set_at(at, numbers({2})); }},  // OK
            Row{"StatusDescriptions", [](const System&, cim::Instance& into,
                                         std::size_t at) { into.set_at(at, texts({"Operating normally"})); }},
            Row{"HealthState", set_number<5>},  // OK
            Row{"CreationClassName", [](const System&, cim::Instance& into,
                                        std::size_t at) { into.set_text_at(at, {computer_system_class.name}); }},
            Row{"Name",
                [](const System& from, cim::Instance& into, std::size_t at) { into.set_text_at(at, {from.name}); }},
            Row{"EnabledState",
                [](const System& from, cim::Instance& into, std::size_t at) {
                    constexpr std::uint64_t enabled = 2;
                    into.set_at(at, from.machine != nullptr ? enabled_state(from.machine->state) : enabled);
                }},
            Row{"RequestedState", set_number<12>},  // not applicable: no change is under way
            Row{"EnabledDefault", set_number<2>},   // enabled
            Row{"Dedicated", [](const System&, cim::Instance& into,
                                std::size_t at) { into.set_at(at, numbers({0})); }},  // not dedicated
            Row{"ResetCapability", set_number<1>},                                    // other
            Row{"OnTimeInMilliseconds",
                [](const System& from, cim::Instance& into, std::size_t at) {
                    if (from.machine != nullptr) into.set_at(at, not_negative(from.machine->on_time.count()));
                }},
            Row{"ProcessID",
                [](const System& from, cim::Instance& into, std::size_t at) {
                    if (from.machine != nullptr && from.machine->process_id)
                        into.set_at(at, std::uint64_t{*from.machine->process_id});
                }},
            // Nothing is replicated: disabled, not applicable, none.
            Row{"ReplicationState", set_of_machine<0>}, Row{"ReplicationHealth", set_of_machine<0>},
            Row{"ReplicationMode", set_of_machine<0>}, Row{"FailedOverReplicationType", set_of_machine<0>},
            Row{"LastReplicationType", set_of_machine<0>},
            Row{"EnhancedSessionModeState", set_of_machine<3>},  // not allowed
        });
    return table;
}

}  // namespace

void describe_machine(const Machine& machine, cim::Instance& into) {
    values().set({machine.id, machine.name, &machine}, into);
}

cim::Instance machine_instance(const Machine& machine) {
    cim::Instance instance(computer_system_class);
    describe_machine(machine, instance);
    return instance;
}

cim::Instance host_instance(std::string_view host_name) {
    cim::Instance instance(computer_system_class);
    values().set({host_name, host_name, nullptr}, instance);
    return instance;
}

cim::ObjectPath machine_path(std::string_view id) {
    return make_path(computer_system_class, {{"CreationClassName", computer_system_class.name}, {"Name", id}});
}

}  // namespace tintype::snapshot
