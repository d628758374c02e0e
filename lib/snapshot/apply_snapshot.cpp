// ApplySnapshot.

#include "snapshot/snapshot_task.hpp"

namespace tintype::snapshot {

namespace {

/// In JobRecord::request: which snapshot was the machine's current one when the job was submitted.
constexpr std::string_view was = "was ";

class ApplySnapshot final : public SnapshotTask {
  public:
    ApplySnapshot()
        : SnapshotTask({.parameter = "Snapshot",
                        .table = ReturnTable::apply,
                        .job_type = JobType::apply,
                        .caption = "Applying Snapshot",
                        .description = "Applying the snapshot '{}'",
                        .failure = "The snapshot '{}' was not applied.",
                        .request = "apply-snapshot"}) {}

    [[nodiscard]] std::optional<Outcome> answer_at_once(SnapshotBackend& backend,
                                                        const Snapshot& snapshot) const override {
        const auto capabilities = backend.capabilities();
        if (!capabilities.applies) return Outcome::not_supported;
        if (!capabilities.applies_running && machine_runs(backend, snapshot)) return Outcome::invalid_state;
        return std::nullopt;
    }

    [[nodiscard]] std::string remark(SnapshotBackend& backend, const Snapshot& snapshot) const override {
        const auto machine = backend.machine(snapshot.machine);
        if (!machine || !machine->current_snapshot) return {};
        return std::string(was) + *machine->current_snapshot;
    }

    BackendResult<std::vector<std::string>> run(SnapshotBackend& backend, std::string_view id,
                                                Operation& operation) const override {
        const auto machine = backend.apply_snapshot(id, operation);
        if (!machine) return tl::unexpected(machine.error());
        return std::vector<std::string>{std::string(id)};
    }

    /// The backend finishes or undoes what a crash cut, so that the machine's current snapshot says which it was,
    /// unless it was this one before.
    [[nodiscard]] jobs::Settlement settle(SnapshotBackend& backend, const JobRecord& record,
                                          const std::optional<Snapshot>& snapshot,
                                          std::string_view remark) const override {
        if (!record.started) return settled_as_failed(ReturnTable::apply, "It had not begun.");
        if (!snapshot) return settled_as_failed(ReturnTable::apply, "The snapshot is not there any more.");
        const auto machine = backend.machine(snapshot->machine);
        if (!machine) {
            return settled_as_failed(ReturnTable::apply,
                                     "What became of the machine is not known: " + machine.error().message);
        }
        if (machine->current_snapshot != snapshot->id)
            return settled_as_failed(ReturnTable::apply, "The machine is not at the snapshot.");
        if (remark == std::string(was) + snapshot->id) {
            return settled_as_failed(ReturnTable::apply,
                                     "The snapshot was the machine's last one before, so that it can't be told "
                                     "whether it was applied again.");
        }
        return settled_as_done({snapshot->id});
    }
};

}  // namespace

const SnapshotTask& apply_snapshot() noexcept {
    static const ApplySnapshot task;
    return task;
}

}  // namespace tintype::snapshot
