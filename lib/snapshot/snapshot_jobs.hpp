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

struct JobPlan {
    JobRecord record;  ///< type, caption, description, owner, queue, subjects, request, cancellable.
    ReturnTable table = ReturnTable::cim;
    std::string failure;  ///< A sentence that says what did not happen: ErrorSummaryDescription.
    /// On a worker thread. \returns ids of what it touched.
    std::function<BackendResult<std::vector<std::string>>(Operation&)> work;
};

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
