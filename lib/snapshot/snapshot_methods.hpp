#pragma once
/// \file
/// The methods of Msvm_VirtualSystemSnapshotService, and Msvm_ComputerSystem's, in typed values: no XML, no gSOAP.

#include <cstdint>
#include <optional>
#include <string_view>

#include "jobs/engine.hpp"
#include "snapshot/create_snapshot.hpp"
#include "snapshot/machine_state.hpp"
#include "snapshot/method_answer.hpp"
#include "snapshot/snapshot_task.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// Thread safety: every function from any thread. Ownership: backend and engine outlive it.
class SnapshotMethods {
  public:
    SnapshotMethods(SnapshotBackend& backend, jobs::Engine& engine) : backend_(&backend), engine_(&engine) {}

    [[nodiscard]] wsman::Result<MethodAnswer> create(const CreateParameters& parameters, std::string_view owner) {
        return create_snapshot(*backend_, *engine_, parameters, owner);
    }

    /// DestroySnapshot, DestroySnapshotTree, ApplySnapshot, ClearSnapshotState.
    [[nodiscard]] wsman::Result<MethodAnswer> run(const SnapshotTask& task, const cim::ObjectPath& reference,
                                                  std::string_view owner) {
        return start_task(task, *backend_, *engine_, reference, owner);
    }

    /// ConvertToReferencePoint: invalid_state for what is no recovery snapshot, not_supported for one, since no backend
    /// has reference points.
    [[nodiscard]] wsman::Result<MethodAnswer> convert(const cim::ObjectPath& reference);

    /// Msvm_ComputerSystem.RequestStateChange.
    [[nodiscard]] wsman::Result<MethodAnswer> change_machine_state(std::string_view machine,
                                                                   std::optional<std::uint16_t> requested_state,
                                                                   std::string_view owner) {
        return snapshot::change_machine_state(*backend_, *engine_, machine, requested_state, owner);
    }

    /// Settles a job of any of these methods that an earlier process left unfinished.
    [[nodiscard]] jobs::Settlement settle(const JobRecord& record) const;

  private:
    SnapshotBackend* backend_;
    jobs::Engine* engine_;
};

/// RequestStateChange of the service: it is always enabled, which is the only state that it can be asked for.
/// \param requested_state of the method's page, 2 is Enabled.
[[nodiscard]] Outcome request_state_change(std::optional<std::uint16_t> requested_state) noexcept;

}  // namespace tintype::snapshot
