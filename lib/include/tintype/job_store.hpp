#pragma once
/// \file
/// Jobs as they are kept: the record of one piece of work, and the store that survives a crash.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/log.hpp"

namespace tintype {

/// Msvm_ConcreteJob.JobState (its reference page). Values below `completed` are unfinished.
enum class JobState : std::uint16_t {
    fresh = 2,  ///< New: written down, waits for its turn.
    starting = 3,
    running = 4,
    suspended = 5,
    shutting_down = 6,
    completed = 7,
    terminated = 8,
    killed = 9,
    exception = 10,
    completed_with_warnings = 32768,
};

/// True once nothing more will happen to a job in this state.
[[nodiscard]] constexpr bool is_finished(JobState state) noexcept {
    return static_cast<std::uint16_t>(state) >= static_cast<std::uint16_t>(JobState::completed);
}

/// One job, as clients see it in Msvm_ConcreteJob and as it is written down.
struct JobRecord {
    std::string id{};        ///< GUID by time (version 7), upper case; Msvm_ConcreteJob.InstanceID.
    std::uint16_t type = 0;  ///< Msvm_ConcreteJob.JobType: 70 create, 71 apply, 72 delete, 73 clear state, 12 start …
    std::string caption{};
    std::string description{};
    std::string element_name{};
    std::string owner{};                  ///< Who asked, as the log-on named them.
    std::string queue{};                  ///< Jobs of one queue run one after the other: the machine's id.
    std::vector<std::string> subjects{};  ///< Ids that no other unfinished job may name: the snapshot's id.
    std::string request{};                ///< What is to be done, for settling it after a crash; opaque to the engine.
    std::vector<std::string> affected{};  ///< Ids of what the job touched (Msvm_AffectedJobElement).
    bool cancellable = false;             ///< Its work stops when it is asked to; one that waits can be stopped anyway.

    JobState state = JobState::fresh;
    std::uint16_t percent_complete = 0;  ///< 0 to 100.
    std::chrono::system_clock::time_point submitted{};
    std::optional<std::chrono::system_clock::time_point> started{};
    std::chrono::system_clock::time_point last_change{};  ///< Of state; for a finished job, when it ended.
    std::uint16_t error_code = 0;                         ///< 0 if all is well; otherwise a code of the method's table.
    std::string error_description{};                      ///< Empty if all is well.
    std::string error_summary{};

    bool operator==(const JobRecord&) const = default;
};

/// Why a store could not read or write, in a sentence for the log.
struct JobStoreError {
    std::string message{};
};

template <class T>
using JobStoreResult = tl::expected<T, JobStoreError>;

/// Where jobs are kept.
///
/// Thread safety: every function may be called from several threads at once.
/// Durability: when insert() or update() returns success, the record survives what the store promises to survive
/// (nothing for memory, a crash of process or machine for SQLite).
class JobStore {
  public:
    JobStore() = default;
    JobStore(const JobStore&) = delete;
    JobStore& operator=(const JobStore&) = delete;
    virtual ~JobStore() = default;

    /// True when no function here waits for a disk or a network.
    [[nodiscard]] virtual bool answers_from_memory() const noexcept = 0;

    /// False when the records go with this process. Then update() is called for a job's end only, and not for what only
    /// the next process would want to know: that it began, and how far it is.
    [[nodiscard]] virtual bool is_durable() const noexcept { return true; }

    /// Adds a record; an id that is there already is an error.
    virtual JobStoreResult<void> insert(const JobRecord& record) = 0;

    /// Replaces the record of the same id; an unknown id is an error.
    virtual JobStoreResult<void> update(const JobRecord& record) = 0;

    /// The record, or nothing.
    virtual JobStoreResult<std::optional<JobRecord>> find(std::string_view id) = 0;

    /// A page of all records in ascending order of id. \param after only ids greater than this; empty for the first
    /// page. \param limit at most so many, 1 or more; a shorter answer means that there are no more.
    virtual JobStoreResult<std::vector<JobRecord>> page(std::string_view after, std::size_t limit) = 0;

    /// Every record that is_finished() denies, for settling after a restart.
    virtual JobStoreResult<std::vector<JobRecord>> unfinished() = 0;

    /// Removes finished records whose last_change is before `time`; says how many.
    virtual JobStoreResult<std::size_t> remove_finished_before(std::chrono::system_clock::time_point time) = 0;
};

/// A store that forgets at exit.
[[nodiscard]] std::unique_ptr<JobStore> make_memory_job_store();

/// A store in an SQLite database (WAL), made if it is not there. \param path the file; its folder must exist.
/// Errors: the file can't be opened, is no database, or was written by a newer version. Removed or renamed while it is
/// open, it is written anew from what is open, and `log` says so; where that can't be, nothing is written down.
[[nodiscard]] JobStoreResult<std::unique_ptr<JobStore>> open_sqlite_job_store(const std::string& path,
                                                                              LogSink log = {});

/// What can be told without opening the database: whether its folder is there, and the file, if it is, is one and can
/// be written. Makes and changes nothing, and takes no lock that an endpoint has; not for a database that this process
/// has open. Errors: as open_sqlite_job_store().
[[nodiscard]] JobStoreResult<void> check_sqlite_job_store(const std::string& path);

}  // namespace tintype
