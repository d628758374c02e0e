#include "snapshot/snapshot_task.hpp"

#include <utility>

#include "jobs/reused_record.hpp"
#include "snapshot/named_objects.hpp"

namespace tintype::snapshot {

namespace {

constexpr std::string_view place = "{}";

/// \param out becomes `text` with the name in its place.
void write_named(std::string& out, std::string_view text, std::string_view name) {
    const auto at = text.find(place);
    out.assign(text.substr(0, at)).append(name).append(text.substr(at + place.size()));
}

/// The name that write_named() put into a text.
std::string_view name_in(std::string_view text, std::string_view pattern) {
    const auto at = pattern.find(place);
    text.remove_prefix(at);
    text.remove_suffix(pattern.size() - at - place.size());
    return text;
}

/// What JobRecord::request says behind its first word.
struct Asked {
    std::string_view snapshot;
    std::string_view remark;
};
Asked read_request(std::string_view rest) {
    const auto space = rest.find(' ');
    return {rest.substr(0, space), space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1)};
}

/// Does what the job's record says, so that the work itself holds nothing of it.
tl::expected<void, jobs::JobError> run_task(const SnapshotTask& task, SnapshotBackend& backend,
                                            jobs::Progress& progress) {
    const auto& description = task.description();
    const auto& job = progress.job();
    const auto id = read_request(job.request().substr(description.request.size() + 1)).snapshot;
    return run_job(
        progress, description.table,
        [&] {
            std::string failure;
            write_named(failure, description.failure, name_in(job.description(), description.description));
            return failure;
        },
        [&](Operation& operation) { return task.run(backend, id, operation); });
}

}  // namespace

BackendResult<void> SnapshotTask::find_subjects(SnapshotBackend& /*backend*/, const Snapshot& snapshot,
                                                std::vector<std::string>& subjects) const {
    subjects.resize(1);
    subjects.front() = snapshot.id;
    return {};
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

    const jobs::ReusedRecord record;
    if (auto found = task.find_subjects(backend, *snapshot, record->subjects); !found)
        return unreadable(found.error(), description.table).answer;
    record->type = static_cast<std::uint16_t>(description.job_type);
    record->caption = description.caption;
    record->element_name = description.caption;
    write_named(record->description, description.description, snapshot->name);
    record->owner = owner;
    record->queue = snapshot->machine;
    record->request.assign(description.request).append(" ").append(snapshot->id);
    if (const auto remark = task.remark(backend, *snapshot); !remark.empty())
        record->request.append(" ").append(remark);
    record->cancellable = backend.capabilities().stops;
    record->affected.clear();
    return submit(engine, *record,
                  [&task, &backend](jobs::Progress& progress) { return run_task(task, backend, progress); });
}

jobs::Settlement settle_task(const SnapshotTask& task, SnapshotBackend& backend, const JobRecord& record,
                             std::string_view rest) {
    const auto [id, remark] = read_request(rest);
    auto snapshot = backend.snapshot(id);
    if (snapshot) return task.settle(backend, record, *std::move(snapshot), remark);
    if (snapshot.error().code == BackendErrorCode::not_found) return task.settle(backend, record, {}, remark);
    return settled_as_failed(task.description().table,
                             "What became of the snapshot is not known: " + snapshot.error().message);
}

}  // namespace tintype::snapshot
