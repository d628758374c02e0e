#include "snapshot/snapshot_jobs.hpp"

#include <utility>

namespace tintype::snapshot {

namespace {

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
    plan.record.element_name = plan.record.caption;
    return submit(
        engine, plan.record,
        [table = plan.table, failure = std::move(plan.failure), work = std::move(plan.work)](jobs::Progress& progress) {
            return run_job(
                progress, table, [&] { return failure; }, work);
        });
}

wsman::Result<MethodAnswer> submit(jobs::Engine& engine, JobRecord& record, jobs::Work work) {
    const auto submitted = engine.submit(record, std::move(work));
    if (submitted) return MethodAnswer{Outcome::job_started, record.id, {}};
    if (submitted.error() == jobs::Refusal::subject_busy)
        return MethodAnswer{Outcome::in_use, {}, "Another job is at it."};
    return tl::unexpected(refusal_fault(submitted.error()));
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
