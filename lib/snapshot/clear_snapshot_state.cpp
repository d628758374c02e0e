// ClearSnapshotState.

#include "snapshot/snapshot_task.hpp"

namespace tintype::snapshot {

namespace {

class ClearSnapshotState final : public SnapshotTask {
  public:
    ClearSnapshotState()
        : SnapshotTask({.parameter = "SnapshotSettingData",
                        .table = ReturnTable::vendor,
                        .job_type = JobType::clear_state,
                        .caption = "Clearing Snapshot State",
                        .description = "Clearing the saved state of the snapshot '{}'",
                        .failure = "The saved state of the snapshot '{}' was not cleared.",
                        .request = "clear-snapshot-state"}) {}

    [[nodiscard]] std::optional<Outcome> answer_at_once(SnapshotBackend& backend,
                                                        const Snapshot& snapshot) const override {
        if (!snapshot.holds_memory) return Outcome::completed;
        if (!backend.capabilities().clears_saved_state) return Outcome::not_supported;
        return std::nullopt;
    }

    BackendResult<std::vector<std::string>> run(SnapshotBackend& backend, std::string_view id,
                                                Operation& operation) const override {
        const auto cleared = backend.clear_saved_state(id, operation);
        if (!cleared) return tl::unexpected(cleared.error());
        return std::vector<std::string>{std::string(id)};
    }

    [[nodiscard]] jobs::Settlement settle(SnapshotBackend& /*backend*/, const JobRecord& /*record*/,
                                          const std::optional<Snapshot>& snapshot,
                                          std::string_view /*remark*/) const override {
        if (!snapshot) return settled_as_failed(ReturnTable::vendor, "The snapshot is not there any more.");
        if (snapshot->holds_memory) return settled_as_failed(ReturnTable::vendor, "The saved state is still there.");
        return settled_as_done({snapshot->id});
    }
};

}  // namespace

const SnapshotTask& clear_snapshot_state() noexcept {
    static const ClearSnapshotState task;
    return task;
}

}  // namespace tintype::snapshot
