#pragma once
/// \file
/// The Hyper-V snapshot service over an embedder's backend: jobs, retention, recovery after a crash. Hand it to an
/// Endpoint to serve it.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "tintype/executor.hpp"
#include "tintype/job_store.hpp"
#include "tintype/log.hpp"
#include "tintype/service.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype {

struct SnapshotServiceOptions {
    std::chrono::seconds job_retention{300};   ///< How long a finished job stays visible (TimeBeforeRemoval).
    std::size_t max_running_jobs = 16;         ///< Side by side, over all machines; one machine has one at a time.
    std::size_t max_unfinished_jobs = 10'000;  ///< Running or waiting; more are wsman:QuotaLimit.
    std::size_t max_unfinished_jobs_per_user = 1'000;  ///< Of these, of one user.
    LogSink log{};
};

/// Thread safety: every function from any thread.
/// Ownership: backend, store and workers must outlive it. The destructor waits for running jobs.
class SnapshotService final : public Service {
  public:
    /// \param workers run the jobs, which may take as long as they want: give them others than the Server has, which
    /// log-ons wait for.
    SnapshotService(SnapshotBackend& backend, JobStore& store, Executor& workers, SnapshotServiceOptions options = {});
    ~SnapshotService() override;

    /// Settles jobs that an earlier process left unfinished against what the backend really did: Completed or
    /// Exception with an error that says so. Call once, before serving. \returns how many there were.
    JobStoreResult<std::size_t> recover();

    /// Takes no more jobs and waits for those that run, at most so long. \returns true if all ended.
    bool drain(std::chrono::steady_clock::duration limit);

    void add_to(wsman::Router& router, const std::string& host_name) override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tintype
