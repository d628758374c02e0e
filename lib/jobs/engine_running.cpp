// Running and ending jobs.

#include <exception>
#include <utility>

#include "jobs/engine_state.hpp"
#include "jobs/reused_record.hpp"

namespace tintype::jobs {
namespace {

constexpr auto progress_interval = std::chrono::seconds(5);  ///< Between two writes of nothing but progress.
constexpr auto retry_interval = std::chrono::seconds(1);     ///< Before a failed write is tried again unasked.

JobError job_error(const char* description, bool stopped = false) noexcept {
    JobError error{.code = 2, .description = {}, .summary = {}, .stopped = stopped};
    try {
        error.description = description;
    } catch (...) {
        error.description = "out of memory";  // takes none: it is short
    }
    return error;
}

/// Runs the work and turns everything that can come of it into a value.
tl::expected<void, JobError> perform(LiveJob& job) noexcept {
    try {
        auto outcome = job.work(job);
        job.work = nullptr;
        return outcome;
    } catch (const std::exception& error) {
        return tl::make_unexpected(job_error(error.what()));
    } catch (...) {
        return tl::make_unexpected(job_error("The work threw something that is no std::exception."));
    }
}

tl::expected<void, JobError> stopped_before_start() noexcept {
    return tl::make_unexpected(job_error("The job was stopped before it began.", true));
}

JobEnd end_of(tl::expected<void, JobError>&& outcome, Stop stopped_as,
              std::chrono::system_clock::time_point when) noexcept {
    JobEnd end;
    end.when = when;
    if (outcome) {
        end.state = JobState::completed;
        end.percent = std::uint16_t{100};
        return end;
    }
    JobError& error = outcome.error();
    if (error.stopped) end.state = stopped_as == Stop::kill ? JobState::killed : JobState::terminated;
    end.error_code = error.code == 0 ? std::uint16_t{2} : error.code;
    end.error_description = std::move(error.description);
    end.error_summary = std::move(error.summary);
    return end;
}

}  // namespace

void Engine::State::run(const JobPointer& job) noexcept {
    bool runs = false;
    {
        const Lock lock(mutex_);
        if (halted_) {
            job->change_state(JobState::fresh, now());
            turns_.give_back(job);
            --places_taken_;
            return;
        }
        ++running_;
        runs = !job->stop_requested();
        if (runs) {
            const auto time = now();
            job->change_state(JobState::running, time);
            job->started = time;
            job->written = time;
        }
    }
    if (runs && store_.is_durable())
        write(*job, nullptr, LogLevel::warning, "The start of a job can't be written down, it runs all the same");
    auto outcome = runs ? perform(*job) : stopped_before_start();

    Stop stopped_as{};
    if (!outcome) {
        const Lock lock(mutex_);
        stopped_as = job->stopped_as;
    }
    auto end = end_of(std::move(outcome), stopped_as, now());
    const bool written = write_end(*job, end);

    Lock lock(mutex_);
    settle(job, std::move(end), written);
    --places_taken_;
    turns_.release(*job);
    dispatch(lock);
    --running_;  // last of all: from here on, store and executor may be gone
    ended_.notify_all();
}

bool Engine::State::write(const LiveJob& job, const JobEnd* end, LogLevel level, std::string_view what) noexcept {
    try {
        const ReusedRecord record;
        {
            const Lock lock(mutex_);
            job.write_current(*record);
        }
        if (end) end->write_to(*record);
        if (record->state == JobState::exception && end)
            log(LogLevel::warning, "{} for {} has failed (job {}): {}", record->caption, record->owner, record->id,
                record->error_description);
        const auto written = ask_store([&] { return store_.update(*record); });
        if (!written) log(level, "{} (job {}): {}", what, record->id, written.error().message);
        return written.has_value();
    } catch (const std::exception& error) {
        log(level, "{} (job {}): {}", what, job.submitted.id(), error.what());
        return false;
    }
}

void Engine::State::end_is_written(const LiveJob& job) noexcept {
    try {
        ends_.push_back(steady_now());
    } catch (const std::bad_alloc&) {
        // It is removed with the next job that ends.
    }
    live_.erase(job.submitted.id());
}

bool Engine::State::write_end(const LiveJob& job, const JobEnd& end) noexcept {
    return write(job, &end, LogLevel::error, "The end of a job can't be written down yet");
}

void Engine::State::settle(const JobPointer& job, JobEnd&& end, bool written) noexcept {
    if (written) {
        end_is_written(*job);
    } else {
        job->take_end(std::move(end));
        unwritten_.push_back(job);
        not_before_ = steady_now() + retry_interval;
    }
    release(*job);
}

tl::expected<JobState, StopRefusal> Engine::State::request_stop(std::string_view id, Stop how) {
    const std::string key = upper_case(id);
    JobPointer job;
    {
        const Lock lock(mutex_);
        const auto found = live_.find(key);
        if (found != live_.end() && !is_finished(found->second->state)) {
            job = found->second;
            const bool waits = job->state == JobState::fresh || job->state == JobState::starting;
            if (!waits && !job->submitted.cancellable()) return tl::make_unexpected(StopRefusal::not_cancellable);
            job->stopped_as = how;
            job->stop.store(true, std::memory_order_release);
            if (!turns_.withdraw(*job)) {
                if (job->state == JobState::running) job->change_state(JobState::shutting_down, now());
                return JobState::shutting_down;
            }
        }
    }
    if (!job)
        return tl::make_unexpected(look_up(id).value_or(std::nullopt) ? StopRefusal::finished : StopRefusal::not_found);

    auto end = end_of(stopped_before_start(), how, now());
    const JobState state = end.state;
    const bool written = write_end(*job, end);
    const Lock lock(mutex_);
    settle(job, std::move(end), written);
    return state;
}

void Engine::State::progressed(LiveJob& job) {
    if (!store_.is_durable()) return;
    const auto time = now();
    auto before = job.written.load();
    if (time >= before && time - before < progress_interval) return;
    if (!job.written.compare_exchange_strong(before, time)) return;  // another thread is about to write it
    write(job, nullptr, LogLevel::warning, "The progress of a job can't be written down");
}

void Engine::State::affects(LiveJob& job, std::string_view id) {
    const Lock lock(mutex_);
    job.add_affected(id);
}

void Engine::State::retry_unwritten() noexcept {
    std::size_t left = 0;
    {
        const Lock lock(mutex_);
        left = unwritten_.size();
    }
    for (; left > 0; --left) {
        JobPointer job;
        {
            const Lock lock(mutex_);
            job = unwritten_.pop_front();
        }
        if (!job) return;  // another thread is at it
        const bool written = write(*job, nullptr, LogLevel::error, "The end of a job still can't be written down");
        const Lock lock(mutex_);
        if (written) {
            end_is_written(*job);
        } else {
            unwritten_.push_back(std::move(job));
            not_before_ = steady_now() + retry_interval;
        }
    }
}

bool Engine::State::sweep_is_worth_it() const {
    const auto time = steady_now();
    if (time < not_before_) return false;
    // A quarter of the retention late: then one write removes many, instead of each submit() removing one.
    return refused_ || !unwritten_.empty() ||
           (!ends_.empty() && ends_.front() + options_.retention + options_.retention / 4 < time);
}

void Engine::State::sweep() noexcept {
    const auto time = steady_now();
    Clock::time_point oldest;
    {
        const Lock lock(mutex_);
        if (ends_.empty() || ends_.front() >= time - options_.retention) return;
        oldest = oldest_shown();
    }
    const auto removed = ask_store([&] { return store_.remove_finished_before(oldest); });
    if (!removed) log(LogLevel::error, "Old jobs can't be removed: {}", removed.error().message);
    const Lock lock(mutex_);
    if (removed)
        while (!ends_.empty() && ends_.front() < time - options_.retention) ends_.pop_front();
    else
        not_before_ = time + retry_interval;
}

void Engine::State::expire() noexcept {
    retry_unwritten();
    sweep();
    Lock lock(mutex_);
    dispatch(lock);  // an executor that refused a job may take it now
}

bool Engine::State::drain(std::chrono::steady_clock::duration limit) {
    bool all_ended = false;
    {
        Lock lock(mutex_);
        stopping_ = true;
        if (refused_) dispatch(lock);
        all_ended = ended_.wait_for(lock, limit, [this] { return unfinished_ == 0; });
        halted_ = true;
    }
    retry_unwritten();
    return all_ended;
}

void Engine::State::close() {
    {
        Lock lock(mutex_);
        stopping_ = true;
        halted_ = true;
        ended_.wait(lock, [this] { return running_ == 0; });
    }
    retry_unwritten();
}

}  // namespace tintype::jobs
