#pragma once
/// \file
/// The methods that take one snapshot and do something to it as a job. What they have in common is in start_task();
/// what each is, in a SnapshotTask.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/engine.hpp"
#include "snapshot/method_answer.hpp"
#include "snapshot/snapshot_jobs.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// What a task is called, and where its numbers come from. `{}` stands for the snapshot's name.
struct TaskDescription {
    std::string_view parameter;  ///< The method's reference parameter.
    ReturnTable table;
    JobType job_type;
    std::string_view caption;      ///< JobRecord::caption
    std::string_view description;  ///< JobRecord::description
    std::string_view failure;      ///< JobRecord::error_summary of one that failed
    std::string_view request;      ///< First word of JobRecord::request. Written down: never change it.
    bool damaged_too = false;      ///< It works on damaged snapshots, too.
};

/// Never changes. Thread safety: every function from any thread.
class SnapshotTask {
  public:
    explicit SnapshotTask(const TaskDescription& description) : description_(description) {}
    SnapshotTask(const SnapshotTask&) = delete;
    SnapshotTask& operator=(const SnapshotTask&) = delete;
    virtual ~SnapshotTask() = default;

    [[nodiscard]] constexpr const TaskDescription& description() const noexcept { return description_; }

    /// What the method answers without starting a job; nothing if a job shall start.
    [[nodiscard]] virtual std::optional<Outcome> answer_at_once(SnapshotBackend& backend,
                                                                const Snapshot& snapshot) const = 0;

    /// JobRecord::subjects: what no other job may work on meanwhile, the snapshot before all. As it comes: only that.
    /// \param subjects become these, whatever they are before.
    [[nodiscard]] virtual BackendResult<void> find_subjects(SnapshotBackend& backend, const Snapshot& snapshot,
                                                            std::vector<std::string>& subjects) const;

    /// What JobRecord::request says behind the snapshot's id. As it comes: nothing.
    [[nodiscard]] virtual std::string remark(SnapshotBackend& backend, const Snapshot& snapshot) const;

    /// Does it. \returns ids of what it touched.
    virtual BackendResult<std::vector<std::string>> run(SnapshotBackend& backend, std::string_view id,
                                                        Operation& operation) const = 0;

    /// What became of such a job that an earlier process left unfinished. \param snapshot as the backend has it now.
    /// \param remark as it was written down.
    [[nodiscard]] virtual jobs::Settlement settle(SnapshotBackend& backend, const JobRecord& record,
                                                  const std::optional<Snapshot>& snapshot,
                                                  std::string_view remark) const = 0;

  private:
    TaskDescription description_;
};

[[nodiscard]] const SnapshotTask& destroy_snapshot() noexcept;
[[nodiscard]] const SnapshotTask& destroy_snapshot_tree() noexcept;
[[nodiscard]] const SnapshotTask& apply_snapshot() noexcept;
[[nodiscard]] const SnapshotTask& clear_snapshot_state() noexcept;

/// Calls the method. \param reference its parameter. \param owner who asks. Errors: as find_snapshot() and submit().
[[nodiscard]] wsman::Result<MethodAnswer> start_task(const SnapshotTask& task, SnapshotBackend& backend,
                                                     jobs::Engine& engine, const cim::ObjectPath& reference,
                                                     std::string_view owner);

/// Settles a job of the task. \param rest of JobRecord::request behind its first word.
[[nodiscard]] jobs::Settlement settle_task(const SnapshotTask& task, SnapshotBackend& backend, const JobRecord& record,
                                           std::string_view rest);

/// True if the snapshot's machine runs.
[[nodiscard]] bool machine_runs(SnapshotBackend& backend, const Snapshot& snapshot);

}  // namespace tintype::snapshot
