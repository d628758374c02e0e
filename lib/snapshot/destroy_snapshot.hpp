#pragma once
/// \file
/// DestroySnapshot in typed values (class page Msvm_VirtualSystemSnapshotService, method DestroySnapshot).

#include <optional>
#include <string>
#include <string_view>

#include "jobs/engine.hpp"
#include "snapshot/backend_faults.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/fault.hpp"

namespace tintype::snapshot {

struct DestroyAnswer {
    ReturnValue return_value = ReturnValue::failed;
    std::string job;  ///< Id of the job when return_value is job_started.
};

/// Destroys snapshots as jobs. Thread safety: every function from any thread.
class DestroySnapshot {
  public:
    DestroySnapshot(SnapshotBackend& backend, jobs::Engine& jobs) : backend_(&backend), jobs_(&jobs) {}

    /// \param affected_snapshot the parameter as the client gave it.
    /// \param owner who asks.
    /// Errors: InvalidParameter for a reference to a class that is not served here; what backend_fault() says;
    /// QuotaLimit when too many jobs wait.
    wsman::Result<DestroyAnswer> operator()(const cim::ObjectPath& affected_snapshot, std::string_view owner);

    /// What became of such a job that an earlier process left unfinished.
    [[nodiscard]] jobs::Settlement settle(const JobRecord& record) const;

  private:
    wsman::Result<DestroyAnswer> start_job(const Snapshot& snapshot, std::string_view owner);

    SnapshotBackend* backend_;
    jobs::Engine* jobs_;
};

}  // namespace tintype::snapshot
