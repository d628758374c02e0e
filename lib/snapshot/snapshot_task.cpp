#include "snapshot/snapshot_task.hpp"

#include <utility>

#include "snapshot/named_objects.hpp"

namespace tintype::snapshot {

namespace {

std::string named(std::string_view text, const std::string& name) {
    std::string out(text);
    return out.replace(out.find("{}"), 2, name);
}

}  // namespace

BackendResult<std::vector<std::string>> SnapshotTask::subjects(SnapshotBackend& /*backend*/,
                                                               const Snapshot& snapshot) const {
    return std::vector<std::string>{snapshot.id};
}

std::string SnapshotTask::remark(SnapshotBackend& /*backend*/, const Snapshot& /*snapshot*/) const {
    return {};
}

bool machine_runs(SnapshotBackend& backend, const Snapshot& snapshot) {
    const auto machine = backend.machine(snapshot.machine);
    return machine && machine->state == MachineState::running;
}

wsman::Result<MethodAnswer> start_task(const SnapshotTask& task, SnapshotBackend& backend, jobs::Engine& engine,
                                       const cim::ObjectPath& reference, std::string_view owner) {
    const auto& description = task.description();
    const auto snapshot =
        find_snapshot(backend, reference, description.parameter, description.table, description.damaged_too);
    if (!snapshot) return snapshot.error().answer;
    if (const auto outcome = task.answer_at_once(backend, *snapshot)) return MethodAnswer{*outcome, {}, {}};
    auto subjects = task.subjects(backend, *snapshot);
    if (!subjects) return unreadable(subjects.error(), description.table).answer;

    JobPlan plan;
    auto& record = plan.record;
    record.type = static_cast<std::uint16_t>(description.job_type);
    record.caption = description.caption;
    record.description = named(description.description, snapshot->name);
    record.owner = owner;
    record.queue = snapshot->machine;
    record.subjects = *std::move(subjects);
    record.request = std::string(description.request) + ' ' + snapshot->id;
    if (const auto remark = task.remark(backend, *snapshot); !remark.empty()) record.request += ' ' + remark;
    record.cancellable = backend.capabilities().stops;
    plan.table = description.table;
    plan.failure = named(description.failure, snapshot->name);
    plan.work = [&task, &backend, id = snapshot->id](Operation& operation) { return task.run(backend, id, operation); };
    return submit(engine, std::move(plan));
}

jobs::Settlement settle_task(const SnapshotTask& task, SnapshotBackend& backend, const JobRecord& record,
                             std::string_view rest) {
    const auto space = rest.find(' ');
    const auto id = rest.substr(0, space);
    const auto remark = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
    auto snapshot = backend.snapshot(id);
    if (snapshot) return task.settle(backend, record, *std::move(snapshot), remark);
    if (snapshot.error().code == BackendErrorCode::not_found) return task.settle(backend, record, {}, remark);
    return settled_as_failed(task.description().table,
                             "What became of the snapshot is not known: " + snapshot.error().message);
}

}  // namespace tintype::snapshot
