#include "snapshot/snapshot_jobs.hpp"

#include <utility>

namespace tintype::snapshot {

namespace {

// The backend's view of a running job.
class JobOperation final : public Operation {
  public:
    explicit JobOperation(jobs::Progress& progress) : progress_(&progress) {}
    void progress(unsigned percent) override { progress_->percent(percent); }
    [[nodiscard]] bool stop_requested() const noexcept override { return progress_->stop_requested(); }

  private:
    jobs::Progress* progress_;
};

wsman::Fault refusal_fault(jobs::Refusal refusal) {
    switch (refusal) {
        case jobs::Refusal::too_many:
            return {wsman::faults::quota_limit, "Too many jobs are waiting."};
        case jobs::Refusal::too_many_of_owner:
            return {wsman::faults::quota_limit, "Too many jobs of this user are waiting: let some of them end."};
        case jobs::Refusal::stopping:
            return {wsman::faults::endpoint_unavailable, "The service is stopping."};
        case jobs::Refusal::store_failed:
        case jobs::Refusal::subject_busy:
            break;
    }
    return {wsman::faults::internal_error, "The job could not be written down, so it was not started."};
}

}  // namespace

wsman::Result<MethodAnswer> submit(jobs::Engine& engine, JobPlan plan) {
    jobs::Submission submission;
    submission.record = std::move(plan.record);
    submission.record.element_name = submission.record.caption;
    submission.work = [table = plan.table, failure = std::move(plan.failure),
                       work = std::move(plan.work)](jobs::Progress& progress) -> tl::expected<void, jobs::JobError> {
        JobOperation operation(progress);
        const auto touched = work(operation);
        if (!touched) {
            const auto& error = touched.error();
            return tl::unexpected(jobs::JobError{job_error_code(error.code, table), error.message, failure,
                                                 error.code == BackendErrorCode::cancelled});
        }
        for (const auto& id : *touched) progress.affects(id);
        progress.percent(100);
        return {};
    };
    const auto job = engine.submit(std::move(submission));
    if (job) return MethodAnswer{Outcome::job_started, job->id, {}};
    if (job.error() == jobs::Refusal::subject_busy) return MethodAnswer{Outcome::in_use, {}, "Another job is at it."};
    return tl::unexpected(refusal_fault(job.error()));
}

wsman::Fault unreadable_jobs(const JobStoreError& /*in the log*/) {
    return {wsman::faults::internal_error, "The jobs can't be read at the moment."};
}

jobs::Settlement settled_as_failed(ReturnTable table, std::string_view words) {
    jobs::Settlement settlement;
    settlement.error_code = static_cast<std::uint16_t>(return_value(Outcome::failed, table));
    settlement.error_description = "The service stopped before the job was done. ";
    settlement.error_description += words;
    return settlement;
}

jobs::Settlement settled_as_done(std::vector<std::string> affected) {
    jobs::Settlement settlement;
    settlement.state = JobState::completed;
    settlement.error_code = 0;
    settlement.affected = std::move(affected);
    return settlement;
}

}  // namespace tintype::snapshot
