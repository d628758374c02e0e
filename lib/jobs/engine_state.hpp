#pragma once
/// \file
/// The engine's inside. engine_taking.cpp takes jobs and gives each its turn; engine_running.cpp runs and ends them;
/// engine_reading.cpp answers questions about them.
///
/// A job is live from before it is written down until its end is written down. So every job that was promised is in the
/// store, and where it is also live, the live record is the newer one.
///
/// Memory may run out anywhere. What a job needs on its way is set aside before it is written down, and what is not
/// noexcept here changes nothing when it throws.
///
/// No lock is held while the store, the executor or the work is called: a slow disk delays only who needs it.

#include <fmt/core.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "jobs/ascii_case.hpp"
#include "jobs/clock_steps.hpp"
#include "jobs/engine.hpp"
#include "jobs/job_chain.hpp"
#include "jobs/live_job.hpp"
#include "jobs/turns.hpp"

namespace tintype::jobs {

class Engine::State final : public LiveJobListener, public std::enable_shared_from_this<Engine::State> {
  public:
    using Clock = std::chrono::system_clock;   ///< For what a job's record says.
    using Steady = std::chrono::steady_clock;  ///< For how long to wait, whoever sets the other one.

    State(JobStore& store, Executor& executor, Options options);

    tl::expected<void, Refusal> submit(JobRecord& record, Work work);
    tl::expected<JobState, StopRefusal> request_stop(std::string_view id, Stop how);
    void expire() noexcept;
    bool drain(std::chrono::steady_clock::duration limit);
    /// Lets nothing begin any more and waits for what runs.
    void close();

    JobStoreResult<std::optional<JobRecord>> look_up(std::string_view id);
    std::vector<JobRecord> page(std::string_view after, std::size_t limit);
    [[nodiscard]] bool is_busy(std::string_view subject) const;
    [[nodiscard]] std::optional<std::string> request_about(std::string_view subject) const;
    [[nodiscard]] bool answers_from_memory() const noexcept { return store_.answers_from_memory(); }
    JobStoreResult<std::size_t> recover(const std::function<Settlement(const JobRecord&)>& settle);

    void progressed(LiveJob& job) override;
    void affects(LiveJob& job, std::string_view id) override;

  private:
    using Lock = std::unique_lock<std::mutex>;
    using JobPointer = std::shared_ptr<LiveJob>;

    /// Makes the job live and sets aside all that it needs until its end, so that memory which runs out once it is
    /// written down can't lose it.
    std::optional<Refusal> reserve(const JobPointer& job);
    /// Claims subjects and a place among its owner's jobs. What it claimed is to be released if this is refused.
    std::optional<Refusal> claim(const LiveJob& job);
    /// The opposite of reserve(), for a job that isn't taken.
    void forget(const LiveJob& job) noexcept;
    /// Takes the job out of every count of unfinished ones.
    void release(const LiveJob& job) noexcept;
    void release_subjects(const LiveJob& job) noexcept;
    /// Takes jobs as long as there are both jobs and places. With the mutex held; hand_over() follows without it.
    void take_turns(JobChain& begun) noexcept;
    /// Hands them to the executor; what it refuses waits on.
    void hand_over(JobChain& begun) noexcept;
    bool hand_over(const JobPointer& job) noexcept;
    /// Both; lets go of the lock meanwhile.
    void dispatch(Lock& lock) noexcept;
    void run(const JobPointer& job) noexcept;
    /// A job's end is written down first.
    bool write_end(const LiveJob& job, const JobEnd& end) noexcept;
    /// And then shown, with the mutex held. A job whose end can't be written stays live until it can.
    void settle(const JobPointer& job, JobEnd&& end, bool written) noexcept;
    /// Puts a job's record into the store, with `end` if it isn't the job's yet. \returns false when it can't be done
    /// now, which is logged as `what`.
    bool write(const LiveJob& job, const JobEnd* end, LogLevel level, std::string_view what) noexcept;
    /// The store knows the job's end now.
    void end_is_written(const LiveJob& job) noexcept;
    void retry_unwritten() noexcept;
    void sweep() noexcept;
    /// True when enough is over its retention to be worth a write.
    [[nodiscard]] bool sweep_is_worth_it() const;

    [[nodiscard]] static bool over_retention(const JobRecord& record, Clock::time_point oldest);
    /// The earliest end of a job whose retention is not over. With the mutex held.
    [[nodiscard]] Clock::time_point oldest_shown();
    /// Puts live records in the place of stored ones, and reads those again that ended in between.
    void bring_up_to_date(std::vector<JobRecord>& stored);

    [[nodiscard]] Clock::time_point now() const { return options_.now ? options_.now() : Clock::now(); }
    /// Of an engine with a clock of its own, that one: it is never set.
    [[nodiscard]] Steady::time_point steady_now() const {
        return options_.now ? Steady::time_point(options_.now().time_since_epoch()) : Steady::now();
    }
    /// What can't be said for want of memory is not said.
    template <class... Args>
    void log(LogLevel level, fmt::format_string<Args...> words, Args&&... args) const noexcept {
        if (!options_.log) return;
        try {
            options_.log(level, fmt::format(words, std::forward<Args>(args)...));
        } catch (...) {
            return;
        }
    }

    JobStore& store_;
    Executor& executor_;
    const Options options_;

    mutable std::mutex mutex_;  ///< Guards everything below.
    std::condition_variable ended_;
    // Jobs come and go all the time: what they are held by is used again.
    std::pmr::unsynchronized_pool_resource pool_;
    std::pmr::map<std::string_view, JobPointer> live_{&pool_};  ///< By id; the key is the job's own.
    std::pmr::unordered_map<std::string_view, const LiveJob*, CaselessHash, CaselessEqual> subjects_{&pool_};
    Turns turns_{pool_};
    JobChain unwritten_;                   ///< Ended, but the store does not know it yet.
    std::deque<Steady::time_point> ends_;  ///< When the finished jobs in the store ended, oldest first.
    Steady::time_point not_before_{};      ///< After a failure of the store: when to try again unasked.
    ClockSteps steps_;
    std::size_t unfinished_ = 0;                                     ///< Being written down, waiting, or running.
    std::map<std::string, std::size_t, std::less<>> unfinished_of_;  ///< Of these, by JobRecord::owner.
    std::size_t places_taken_ = 0;                                   ///< Handed to the executor and not ended.
    std::size_t running_ = 0;                                        ///< In run().
    bool refused_ = false;                                           ///< The executor did not take a job that waits.
    bool stopping_ = false;                                          ///< Takes no more jobs.
    bool halted_ = false;                                            ///< Begins no more jobs.
};

/// \param words short enough in a std::string to take no memory if that has run out.
[[nodiscard]] inline JobStoreError store_error(const char* words) noexcept {
    try {
        return {words};
    } catch (...) {
        return {"out of memory"};
    }
}

/// Calls a store that embedders may have written: an exception becomes an error like any other.
template <class Call>
auto ask_store(Call&& call) -> decltype(call()) {
    try {
        return call();
    } catch (const std::exception& error) {
        return tl::make_unexpected(store_error(error.what()));
    } catch (...) {
        return tl::make_unexpected(store_error("the store threw something that is no std::exception"));
    }
}

}  // namespace tintype::jobs
