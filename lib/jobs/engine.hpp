#pragma once
/// \file
/// The job engine: takes work, writes it down, runs it on the executor it was handed, one at a time a queue.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "jobs/packed_record.hpp"
#include "tintype/executor.hpp"
#include "tintype/job_store.hpp"
#include "tintype/log.hpp"

namespace tintype::jobs {

/// What running work says about itself, and hears. Any thread, until the work returns.
class Progress {
  public:
    Progress() = default;
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    virtual ~Progress() = default;

    virtual void percent(unsigned percent) = 0;     ///< 0 to 100; never goes back.
    virtual void affects(std::string_view id) = 0;  ///< Adds to JobRecord::affected (once each).
    [[nodiscard]] virtual bool stop_requested() const noexcept = 0;
    [[nodiscard]] virtual const PackedRecord& job() const noexcept = 0;  ///< As it was submitted.
};

struct JobError {
    std::uint16_t code = 2;  ///< JobRecord::error_code; not 0.
    std::string description;
    std::string summary;
    bool stopped = false;  ///< The work obeyed stop_requested(): the job ends as terminated instead of exception.
};

using Work = std::function<tl::expected<void, JobError>(Progress&)>;

/// What a new job is: the descriptive members of JobRecord (type … cancellable); the rest is ignored.
struct Submission {
    JobRecord record;
    Work work;
};

enum class Refusal {
    subject_busy,       ///< An unfinished job names one of the subjects.
    too_many,           ///< Options::max_unfinished is reached.
    too_many_of_owner,  ///< Options::max_unfinished_per_owner is.
    store_failed,       ///< It could not be written down, so it was not taken.
    stopping,           ///< drain() was called.
};

/// Why request_stop() did nothing.
enum class StopRefusal {
    not_found,        ///< No such job, or its retention is over.
    not_cancellable,  ///< It runs, and its record says that its work doesn't stop.
    finished,         ///< Too late.
};

/// How a job that is stopped ends: as terminated or as killed. The work hears the same of both, since one that stops
/// leaves nothing half done.
enum class Stop { terminate, kill };

struct Options {
    std::chrono::system_clock::duration retention = std::chrono::minutes(5);
    std::size_t max_running = 16;                                ///< Jobs side by side, over all queues; 1 or more.
    std::size_t max_unfinished = 10'000;                         ///< Waiting and running together.
    std::size_t max_unfinished_per_owner = 10'000;               ///< Of these, of one JobRecord::owner.
    std::function<std::chrono::system_clock::time_point()> now;  ///< Empty: the system's clock.
    LogSink log;
};

/// How an unfinished job of an earlier process ended, as the backend tells it.
struct Settlement {
    JobState state = JobState::exception;  ///< A finished state.
    std::uint16_t error_code = 2;
    std::string error_description;
    std::vector<std::string> affected;  ///< Added to what the record has.
};

/// Thread safety: every function from any thread. Ownership: store and executor must outlive the engine; the destructor
/// waits for running jobs.
class Engine {
  public:
    Engine(JobStore& store, Executor& executor, Options options);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Writes the job down, then queues it. When this returns a record, the job exists and is accounted for.
    tl::expected<JobRecord, Refusal> submit(Submission submission);

    /// The same. \param record becomes the job's record; what the caller has in its texts stays allocated, so who
    /// submits often can use one again.
    tl::expected<void, Refusal> submit(JobRecord& record, Work work);

    /// A job by its id (compared without regard to case); nothing if there is none or its retention is over. Errors:
    /// the store can't be read, so that nobody can say.
    JobStoreResult<std::optional<JobRecord>> look_up(std::string_view id);

    /// The same for whom it is all one: nothing where look_up() is an error, which is in the log.
    std::optional<JobRecord> find(std::string_view id);

    /// A page of jobs whose retention is not over, by id; `after` and `limit` as JobStore::page, and a shorter answer
    /// than `limit` means that there are no more.
    std::vector<JobRecord> page(std::string_view after, std::size_t limit);

    /// True when an unfinished job names this subject.
    [[nodiscard]] bool is_busy(std::string_view subject) const;

    /// JobRecord::request of the unfinished job that names this subject; nothing if there is none.
    [[nodiscard]] std::optional<std::string> request_about(std::string_view subject) const;

    /// True when find(), page() and submit() never wait for a disk or a network.
    [[nodiscard]] bool answers_from_memory() const noexcept;

    /// Asks a job to stop. One that waits ends at once and never runs; one that runs, and has a record that says that
    /// it is cancellable, goes to shutting_down and hears of it through Progress::stop_requested(). Asked again, it
    /// ends as the last one said. \returns the state it is in now.
    tl::expected<JobState, StopRefusal> request_stop(std::string_view id, Stop how = Stop::terminate);

    /// Settles what an earlier process left unfinished: asks `settle` for each and writes the answer down. Call once,
    /// before the first submit(). Errors: the store can't be read or written.
    JobStoreResult<std::size_t> recover(const std::function<Settlement(const JobRecord&)>& settle);

    /// Forgets what is over its retention; cheap when there is nothing to do. submit() calls it now and then.
    void expire();

    /// Takes no more jobs and waits until running and waiting ones ended or the time is up. Jobs that have not started
    /// by then stay unfinished in the store, for the next process to settle. \returns true if all ended.
    bool drain(std::chrono::steady_clock::duration limit);

  private:
    class State;
    std::shared_ptr<State> state_;
};

}  // namespace tintype::jobs
