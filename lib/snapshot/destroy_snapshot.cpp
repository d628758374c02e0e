#include "snapshot/destroy_snapshot.hpp"

#include <algorithm>
#include <array>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"

namespace tintype::snapshot {

namespace {

constexpr std::array served_besides{&computer_system_class, &snapshot_service_class, &concrete_job_class};
constexpr std::uint16_t job_type_delete = 72;
constexpr std::string_view request_prefix = "destroy-snapshot ";

// The backend's view of a running job.
class JobOperation final : public Operation {
  public:
    explicit JobOperation(jobs::Progress& progress) : progress_(&progress) {}
    void progress(unsigned percent) override { progress_->percent(percent); }
    [[nodiscard]] bool stop_requested() const noexcept override { return progress_->stop_requested(); }

  private:
    jobs::Progress* progress_;
};

tl::expected<void, jobs::JobError> work(SnapshotBackend& backend, const std::string& id, const std::string& name,
                                        jobs::Progress& progress) {
    JobOperation operation(progress);
    const auto destroyed = backend.destroy_snapshot(id, operation);
    if (!destroyed) {
        const auto& error = destroyed.error();
        return tl::unexpected(jobs::JobError{static_cast<std::uint16_t>(return_value(error.code)), error.message,
                                             "The snapshot '" + name + "' was not destroyed.",
                                             error.code == BackendErrorCode::cancelled});
    }
    for (const auto& gone : destroyed->snapshots) progress.affects(gone);
    progress.percent(100);
    return {};
}

wsman::Fault refusal_fault(jobs::Refusal refusal) {
    switch (refusal) {
        case jobs::Refusal::too_many:
            return {wsman::faults::quota_limit, "Too many jobs are waiting."};
        case jobs::Refusal::stopping:
            return {wsman::faults::endpoint_unavailable, "The service is stopping."};
        case jobs::Refusal::store_failed:
        case jobs::Refusal::subject_busy:
            break;
    }
    return {wsman::faults::internal_error, "The job could not be written down, so it was not started."};
}

}  // namespace

wsman::Result<DestroyAnswer> DestroySnapshot::operator()(const cim::ObjectPath& affected_snapshot,
                                                         std::string_view owner) {
    // A reference may name a superclass; one to another class that is served has the wrong type.
    if (!virtual_system_setting_data_class.is_a(affected_snapshot.class_name)) {
        const bool served = std::any_of(served_besides.begin(), served_besides.end(),
                                        [&](const auto* one) { return one->is_a(affected_snapshot.class_name); });
        if (served) return DestroyAnswer{ReturnValue::invalid_type, {}};
        return wsman::fail(
            wsman::faults::invalid_parameter,
            "AffectedSnapshot names the class " + affected_snapshot.class_name + ", which is not served here.");
    }
    const auto* instance_id = affected_snapshot.key("InstanceID");
    if (instance_id == nullptr) {
        return wsman::fail(wsman::faults::invalid_parameter, "AffectedSnapshot has no key InstanceID.");
    }
    const auto id = parse_settings_id(*instance_id);
    if (!id) return DestroyAnswer{ReturnValue::invalid_parameter, {}};

    const auto snapshot = backend_->snapshot(*id);
    if (snapshot) return start_job(*snapshot, owner);
    if (snapshot.error().code != BackendErrorCode::not_found) return tl::unexpected(backend_fault(snapshot.error()));
    const auto machine = backend_->machine(*id);
    if (machine) return DestroyAnswer{ReturnValue::invalid_state, {}};  // its current settings are no snapshot
    if (machine.error().code != BackendErrorCode::not_found) return tl::unexpected(backend_fault(machine.error()));
    return DestroyAnswer{ReturnValue::invalid_parameter, {}};
}

wsman::Result<DestroyAnswer> DestroySnapshot::start_job(const Snapshot& snapshot, std::string_view owner) {
    if (!backend_->capabilities().destroys_running) {
        const auto machine = backend_->machine(snapshot.machine);
        if (machine && machine->state == MachineState::running) return DestroyAnswer{ReturnValue::invalid_state, {}};
    }
    jobs::Submission submission;
    auto& record = submission.record;
    record.type = job_type_delete;
    record.caption = "Destroying Snapshot";
    record.description = "Destroying the snapshot '" + snapshot.name + "'";
    record.element_name = record.caption;
    record.owner = owner;
    record.queue = snapshot.machine;
    record.subjects = {snapshot.id};
    record.request = std::string(request_prefix) + snapshot.id;
    submission.work = [backend = backend_, id = snapshot.id, name = snapshot.name](jobs::Progress& progress) {
        return work(*backend, id, name, progress);
    };
    const auto job = jobs_->submit(std::move(submission));
    if (job) return DestroyAnswer{ReturnValue::job_started, job->id};
    if (job.error() == jobs::Refusal::subject_busy) return DestroyAnswer{ReturnValue::invalid_state, {}};
    return tl::unexpected(refusal_fault(job.error()));
}

jobs::Settlement DestroySnapshot::settle(const JobRecord& record) const {
    jobs::Settlement settlement;
    if (!record.request.starts_with(request_prefix)) {
        settlement.error_description =
            "The service stopped before the job was done, and what it was to do is not known.";
        return settlement;
    }
    const auto id = record.request.substr(request_prefix.size());
    const auto snapshot = backend_->snapshot(id);
    if (snapshot) {
        settlement.error_description =
            "The service stopped before the snapshot was destroyed. The snapshot is still there.";
    } else if (snapshot.error().code == BackendErrorCode::not_found) {
        settlement.state = JobState::completed;
        settlement.error_code = 0;
        settlement.affected = {id};
    } else {
        settlement.error_description =
            "The service stopped while the job ran, and what became of the snapshot is not known: " +
            snapshot.error().message;
    }
    return settlement;
}

}  // namespace tintype::snapshot
