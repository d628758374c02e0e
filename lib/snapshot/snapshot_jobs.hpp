#pragma once
/// \file
/// Work of the backend as a job: how it is submitted, how it ends, how it is settled after a crash.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/engine.hpp"
#include "snapshot/method_answer.hpp"
#include "tintype/job_store.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// Msvm_ConcreteJob.JobType (its reference page).
enum class JobType : std::uint16_t {
    start = 12,
    turn_off = 13,
    save = 14,
    restore = 15,
    shut_down = 16,
    pause = 26,
    resume = 27,
    reset = 28,
    create = 70,
    apply = 71,
    destroy = 72,
    clear_state = 73,
};

/// The backend's view of a running job.
class JobOperation final : public Operation {
  public:
    explicit JobOperation(jobs::Progress& progress) : progress_(&progress) {}
    void progress(unsigned percent) override { progress_->percent(percent); }
    [[nodiscard]] bool stop_requested() const noexcept override { return progress_->stop_requested(); }

  private:
    jobs::Progress* progress_;
};

struct JobPlan {
    JobRecord record;  ///< type, caption, description, owner, queue, subjects, request, cancellable.
    ReturnTable table = ReturnTable::cim;
    std::string failure;  ///< A sentence that says what did not happen: ErrorSummaryDescription.
    /// On a worker thread. \returns ids of what it touched.
    std::function<BackendResult<std::vector<std::string>>(Operation&)> work;
};

/// Runs a backend's work as a job's: what came of it becomes the job's end. \param failure says, as a sentence, what
/// did not happen. \param work returns ids of what it touched.
template <class Failure, class BackendWork>
[[nodiscard]] tl::expected<void, jobs::JobError> run_job(jobs::Progress& progress, ReturnTable table, Failure failure,
                                                         BackendWork work) {
    JobOperation operation(progress);
    const BackendResult<std::vector<std::string>> touched = work(operation);
    if (!touched) {
        const auto& error = touched.error();
        return tl::unexpected(jobs::JobError{job_error_code(error.code, table), error.message, failure(),
                                             error.code == BackendErrorCode::cancelled});
    }
    for (const auto& id : *touched) progress.affects(id);
    progress.percent(100);
    return {};
}

/// As below, with work that knows of jobs.
[[nodiscard]] wsman::Result<MethodAnswer> submit(jobs::Engine& engine, JobRecord& record, jobs::Work work);

/// Gives the job to the engine. The answer is job_started, or in_use when another job works on one of its subjects.
/// Errors: QuotaLimit when too many jobs wait, EndpointUnavailable when the service stops, InternalError when the job
/// can't be written down.
[[nodiscard]] wsman::Result<MethodAnswer> submit(jobs::Engine& engine, JobPlan plan);

/// A job that a crash cut and that did nothing, or what it did can't be told. \param words follow on "The service
/// stopped before the job was done" as a sentence of their own.
[[nodiscard]] jobs::Settlement settled_as_failed(ReturnTable table, std::string_view words);

/// A job that a crash cut after all was done.
[[nodiscard]] jobs::Settlement settled_as_done(std::vector<std::string> affected);

/// What a client gets who asks about a job while the store of jobs can't be read: whether there is one can't be said.
[[nodiscard]] wsman::Fault unreadable_jobs(const JobStoreError& error);

}  // namespace tintype::snapshot
