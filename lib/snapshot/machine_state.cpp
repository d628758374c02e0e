#include "snapshot/machine_state.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "snapshot/named_objects.hpp"
#include "snapshot/snapshot_jobs.hpp"

namespace tintype::snapshot {

namespace {

constexpr auto table = ReturnTable::vendor;

/// States to start from, as bits.
using States = unsigned;
constexpr States at(MachineState state) {
    return 1U << static_cast<unsigned>(state);
}
constexpr States off = at(MachineState::off);
constexpr States saved = at(MachineState::saved);
constexpr States paused = at(MachineState::paused);
constexpr States running = at(MachineState::running);

struct Change {
    std::uint16_t number;  ///< RequestedState on the page of RequestStateChange.
    StateRequest request;
    States from;
    bool plain;  ///< The number that AvailableRequestedStates has for it.
};

// 10 is the page's "from Off or Saved to Running", 32777 its "from Paused to Running"; 32773, 32776 and 32780 name the
// way to what 6, 9 and 32779 name.
constexpr std::array changes{
    Change{2, StateRequest::start, off | saved | paused, true},
    Change{3, StateRequest::turn_off, running | paused, true},
    Change{4, StateRequest::shut_down, running, true},
    Change{6, StateRequest::save, running | paused, true},
    Change{9, StateRequest::pause, running, true},
    Change{10, StateRequest::start, off | saved, false},
    Change{11, StateRequest::reset, running, true},
    Change{32773, StateRequest::save, running | paused, false},
    Change{32776, StateRequest::pause, running, false},
    Change{32777, StateRequest::start, paused, false},
    Change{32779, StateRequest::save, running | paused, false},
    Change{32780, StateRequest::save, running | paused, false},
};

const Change* find_change(std::uint16_t number) {
    const auto* const found =
        std::find_if(changes.begin(), changes.end(), [&](const Change& one) { return one.number == number; });
    return found == changes.end() ? nullptr : found;
}

bool possible(const Change& change, MachineState from) {
    return from == MachineState::unknown || (change.from & at(from)) != 0;
}

/// What a change is called. Starting has three names.
struct Words {
    JobType type;
    std::string_view doing;
    std::string_view done;
};

Words words_of(StateRequest request, MachineState from) {
    switch (request) {
        case StateRequest::start:
            if (from == MachineState::saved) return {JobType::restore, "Restoring", "restored"};
            if (from == MachineState::paused) return {JobType::resume, "Resuming", "resumed"};
            break;
        case StateRequest::turn_off:
            return {JobType::turn_off, "Turning Off", "turned off"};
        case StateRequest::shut_down:
            return {JobType::shut_down, "Shutting Down", "shut down"};
        case StateRequest::pause:
            return {JobType::pause, "Pausing", "paused"};
        case StateRequest::save:
            return {JobType::save, "Saving", "saved"};
        case StateRequest::reset:
            return {JobType::reset, "Resetting", "reset"};
    }
    return {JobType::start, "Starting", "started"};
}

/// Where a change leads to; nothing if the state doesn't tell that it was done.
std::optional<MachineState> state_after(StateRequest request) {
    switch (request) {
        case StateRequest::start:
            return MachineState::running;
        case StateRequest::turn_off:
        case StateRequest::shut_down:
            return MachineState::off;
        case StateRequest::pause:
            return MachineState::paused;
        case StateRequest::save:
            return MachineState::saved;
        case StateRequest::reset:
            break;
    }
    return std::nullopt;
}

std::uint16_t read_number(std::string_view text) {
    std::uint16_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

JobPlan plan_change(SnapshotBackend& backend, const Machine& machine, const Change& change, std::string_view owner) {
    const auto words = words_of(change.request, machine.state);
    const auto named = "the machine '" + machine.name + '\'';
    JobPlan plan;
    auto& record = plan.record;
    record.type = static_cast<std::uint16_t>(words.type);
    record.caption = std::string(words.doing) + " Virtual Machine";
    record.description = std::string(words.doing) + ' ' + named;
    record.owner = owner;
    record.queue = machine.id;
    record.subjects = {machine.id};
    record.request = std::string(state_request) + ' ' + machine.id + ' ' + std::to_string(change.number);
    record.cancellable = backend.capabilities().stops_state_changes;
    plan.table = table;
    plan.failure = "The machine '" + machine.name + "' was not " + std::string(words.done) + '.';
    plan.work = [&backend, id = machine.id,
                 request = change.request](Operation& operation) -> BackendResult<std::vector<std::string>> {
        const auto changed = backend.request_state(id, request, operation);
        if (!changed) return tl::unexpected(changed.error());
        return std::vector<std::string>{};  // the machine is affected as the job's queue
    };
    return plan;
}

}  // namespace

wsman::Result<MethodAnswer> change_machine_state(SnapshotBackend& backend, jobs::Engine& engine,
                                                 std::string_view machine, std::optional<std::uint16_t> requested_state,
                                                 std::string_view owner) {
    const auto found = backend.machine(machine);
    if (!found && found.error().code == BackendErrorCode::not_found)
        return wsman::fail(wsman::faults::destination_unreachable, "There is no such machine.");
    if (!found) return unreadable(found.error(), table).answer;
    if (!backend.capabilities().changes_state)
        return MethodAnswer{Outcome::not_supported, {}, "The backend changes no machine's state."};
    if (!requested_state) return MethodAnswer{Outcome::invalid_parameter, {}, "RequestedState is missing."};
    const auto* const change = find_change(*requested_state);
    if (change == nullptr) return MethodAnswer{Outcome::invalid_state, {}, "No machine can be asked for that state."};
    // Before the state: while another change is under way, that is what is in the way.
    if (engine.is_busy(found->id)) return MethodAnswer{Outcome::in_use, {}, "Another change of state is under way."};
    if (!possible(*change, found->state))
        return MethodAnswer{Outcome::invalid_state, {}, "The machine is in no state for that."};
    return submit(engine, plan_change(backend, *found, *change, owner));
}

jobs::Settlement settle_state_change(SnapshotBackend& backend, const JobRecord& record, std::string_view rest) {
    const auto space = rest.find(' ');
    const auto* const change =
        space == std::string_view::npos ? nullptr : find_change(read_number(rest.substr(space + 1)));
    if (change == nullptr) return settled_as_failed(table, "Which state it was to be is not known.");
    if (!record.started) return settled_as_failed(table, "It had not begun.");
    const auto machine = backend.machine(rest.substr(0, space));
    if (!machine && machine.error().code == BackendErrorCode::not_found)
        return settled_as_failed(table, "The machine is not there any more.");
    if (!machine)
        return settled_as_failed(table, "What became of the machine is not known: " + machine.error().message);
    const auto wanted = state_after(change->request);
    if (!wanted || machine->state == MachineState::unknown)
        return settled_as_failed(table, "Whether it was done can't be told from the machine's state.");
    if (machine->state != *wanted) return settled_as_failed(table, "The machine is not in the state asked for.");
    return settled_as_done({});
}

cim::Value available_requested_states(MachineState state) {
    if (state == MachineState::unknown) return {};
    cim::Array numbers;
    for (const auto& one : changes)
        if (one.plain && possible(one, state)) numbers.emplace_back(std::uint64_t{one.number});
    return numbers;
}

std::uint16_t requested_state(const jobs::Engine& engine, std::string_view machine) {
    constexpr std::uint16_t not_applicable = 12;
    const auto request = engine.request_about(machine);
    if (!request || request->rfind(state_request, 0) != 0) return not_applicable;
    return read_number(std::string_view(*request).substr(request->rfind(' ') + 1));
}

}  // namespace tintype::snapshot
