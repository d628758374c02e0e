#pragma once
/// \file
/// Msvm_ComputerSystem.RequestStateChange in typed values: what a machine can be asked to become, as a job.

#include <cstdint>
#include <optional>
#include <string_view>

#include "jobs/engine.hpp"
#include "snapshot/method_answer.hpp"
#include "tintype/cim/value.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// First word of JobRecord::request, before the machine's id and the number that was asked for. Written down: never
/// change it.
inline constexpr std::string_view state_request = "request-state-change";

/// Starts the job. It holds the machine, so that a second change is in_use until the first one is done.
/// \param machine Machine::id. \param requested_state of the method's page. \param owner who asks.
/// Answers: not_supported if the backend changes no states; invalid_parameter without a state; invalid_state for a
/// number that asks for nothing, or for nothing that is possible from where the machine is. Errors:
/// DestinationUnreachable if there is no such machine; else as submit().
[[nodiscard]] wsman::Result<MethodAnswer> change_machine_state(SnapshotBackend& backend, jobs::Engine& engine,
                                                               std::string_view machine,
                                                               std::optional<std::uint16_t> requested_state,
                                                               std::string_view owner);

/// What became of such a job that an earlier process left unfinished: what the machine's state says now. \param rest of
/// JobRecord::request behind its first word.
[[nodiscard]] jobs::Settlement settle_state_change(SnapshotBackend& backend, const JobRecord& record,
                                                   std::string_view rest);

/// Msvm_ComputerSystem.AvailableRequestedStates: one number for each change that is possible from a state; null if the
/// state is unknown.
[[nodiscard]] cim::Value available_requested_states(MachineState state);

/// Msvm_ComputerSystem.RequestedState: the number that the machine's unfinished job was asked for, or 12, not
/// applicable.
[[nodiscard]] std::uint16_t requested_state(const jobs::Engine& engine, std::string_view machine);

}  // namespace tintype::snapshot
