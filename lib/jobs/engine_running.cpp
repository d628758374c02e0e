// Taking, running and ending jobs.

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "jobs/engine_state.hpp"
#include "tintype/guid.hpp"

namespace tintype::jobs {
namespace {

constexpr auto progress_interval = std::chrono::seconds(5);  ///< Between two writes of nothing but progress.
constexpr auto retry_interval = std::chrono::seconds(1);     ///< Before a failed write is tried again unasked.

/// Runs the work and turns everything that can come of it into a value.
tl::expected<void, JobError> perform(LiveJob& job) {
    const auto broken = [](std::string_view what) {
        return tl::make_unexpected(JobError{.code = 2, .description = std::string(what), .summary = {}});
    };
    try {
        auto outcome = job.work(job);
        job.work = nullptr;
        return outcome;
    } catch (const std::exception& error) {
        return broken(error.what());
    } catch (...) {
        return broken("The work threw something that is no std::exception.");
    }
}

void apply(JobRecord& record, const tl::expected<void, JobError>& outcome, Stop stopped_as) {
    if (outcome) {
        record.state = JobState::completed;
        record.percent_complete = 100;
        return;
    }
    const JobError& error = outcome.error();
    record.state = !error.stopped             ? JobState::exception
                   : stopped_as == Stop::kill ? JobState::killed
                                              : JobState::terminated;
    record.error_code = error.code == 0 ? std::uint16_t{2} : error.code;
    record.error_description = error.description;
    record.error_summary = error.summary;
}

const JobError stopped_before_start{
    .code = 2, .description = "The job was stopped before it began.", .summary = {}, .stopped = true};

}  // namespace

Engine::State::State(JobStore& store, Executor& executor, Options options)
    : store_(store), executor_(executor), options_(std::move(options)) {
    // What an earlier process finished did not end later than now, so it is gone from the store one retention from now.
    ends_.push_back(steady_now());
}

tl::expected<void, Refusal> Engine::State::submit(JobRecord& record, Work work) {
    const auto time = now();
    record.id.clear();
    append_random_guid(record.id);
    record.state = JobState::fresh;
    record.percent_complete = 0;
    record.submitted = time;
    record.started.reset();
    record.last_change = time;
    record.error_code = 0;
    record.error_description.clear();
    record.error_summary.clear();
    const auto job = std::make_shared<LiveJob>(*this, record, std::move(work));
    job->written = time;

    if (const auto refusal = reserve(*job)) return tl::make_unexpected(*refusal);
    if (const auto stored = ask_store([&] { return store_.insert(record); }); !stored) {
        {
            const Lock lock(mutex_);
            release(*job);
        }
        log(LogLevel::error,
            fmt::format("A job was refused since it can't be written down: {}", stored.error().message));
        return tl::make_unexpected(Refusal::store_failed);
    }

    bool worth_sweeping = false;
    {
        Lock lock(mutex_);
        live_.emplace(job->submitted.id(), job);
        turns_.add(job);
        dispatch(lock);
        worth_sweeping = sweep_is_worth_it();
    }
    if (worth_sweeping) expire();
    return {};
}

std::optional<Refusal> Engine::State::reserve(const LiveJob& job) {
    const Lock lock(mutex_);
    if (stopping_) return Refusal::stopping;
    for (std::size_t i = 0; i < job.submitted.subjects(); ++i) {
        const auto [entry, added] = subjects_.try_emplace(job.submitted.subject(i), &job);
        if (!added && entry->second != &job) {
            release_subjects(job);
            return Refusal::subject_busy;
        }
    }
    if (unfinished_ + unwritten_.size() >= options_.max_unfinished) {
        release_subjects(job);
        return Refusal::too_many;
    }
    auto of_owner = unfinished_of_.find(job.submitted.owner());
    if (of_owner != unfinished_of_.end() && of_owner->second >= options_.max_unfinished_per_owner) {
        release_subjects(job);
        return Refusal::too_many_of_owner;
    }
    if (of_owner == unfinished_of_.end()) of_owner = unfinished_of_.emplace(job.submitted.owner(), 0).first;
    ++of_owner->second;
    ++unfinished_;
    return std::nullopt;
}

void Engine::State::release(const LiveJob& job) {
    release_subjects(job);
    --unfinished_;
    const auto of_owner = unfinished_of_.find(job.submitted.owner());
    if (of_owner != unfinished_of_.end() && --of_owner->second == 0) unfinished_of_.erase(of_owner);
    ended_.notify_all();
}

void Engine::State::release_subjects(const LiveJob& job) {
    for (std::size_t i = 0; i < job.submitted.subjects(); ++i) {
        const auto entry = subjects_.find(job.submitted.subject(i));
        if (entry != subjects_.end() && entry->second == &job) subjects_.erase(entry);
    }
}

void Engine::State::dispatch(Lock& lock) {
    const std::size_t places = std::max<std::size_t>(options_.max_running, 1);
    while (!halted_ && places_taken_ < places) {
        auto job = turns_.take();
        if (!job) return;
        ++places_taken_;
        job->change_state(JobState::starting, now());
        lock.unlock();
        std::string failure;
        try {
            executor_.post([self = shared_from_this(), job] { self->run(job); });
        } catch (const std::exception& error) {
            failure = fmt::format("The executor does not take job {}, it waits: {}", job->submitted.id(), error.what());
            log(LogLevel::error, failure);
        }
        lock.lock();
        if (failure.empty()) continue;
        job->change_state(JobState::fresh, now());
        turns_.give_back(std::move(job));
        --places_taken_;
        return;
    }
}

void Engine::State::run(const JobPointer& job) {
    JobRecord begun;
    {
        const Lock lock(mutex_);
        if (halted_) {
            job->change_state(JobState::fresh, now());
            turns_.give_back(job);
            --places_taken_;
            return;
        }
        ++running_;
        if (!job->stop_requested()) {
            const auto time = now();
            job->change_state(JobState::running, time);
            job->started = time;
            job->written = time;
        }
        begun = job->current();
    }

    tl::expected<void, JobError> outcome = tl::make_unexpected(stopped_before_start);
    if (begun.state == JobState::running) {
        if (const auto written = ask_store([&] { return store_.update(begun); }); !written)
            log(LogLevel::warning, fmt::format("The start of job {} can't be written down, it runs all the same: {}",
                                               begun.id, written.error().message));
        outcome = perform(*job);
    }

    JobRecord end;
    {
        const Lock lock(mutex_);
        end = job->current();
        apply(end, outcome, job->stopped_as);
    }
    end.last_change = now();
    if (end.state == JobState::exception)
        log(LogLevel::warning,
            fmt::format("{} for {} has failed (job {}): {}", end.caption, end.owner, end.id, end.error_description));
    conclude(job, end);

    Lock lock(mutex_);
    --places_taken_;
    turns_.release(job->submitted.queue());
    dispatch(lock);
    --running_;  // last of all: from here on, store and executor may be gone
    ended_.notify_all();
}

void Engine::State::conclude(const JobPointer& job, const JobRecord& end) {
    const auto written = ask_store([&] { return store_.update(end); });
    if (!written)
        log(LogLevel::error,
            fmt::format("The end of job {} can't be written down yet: {}", end.id, written.error().message));

    const Lock lock(mutex_);
    if (written) {
        ends_.push_back(steady_now());
        live_.erase(job->submitted.id());
    } else {
        job->take_outcome(end);
        unwritten_.push_back(job);
        not_before_ = steady_now() + retry_interval;
    }
    release(*job);
}

tl::expected<JobState, StopRefusal> Engine::State::request_stop(std::string_view id, Stop how) {
    JobPointer job;
    JobRecord end;
    {
        const Lock lock(mutex_);
        const auto found = live_.find(upper_case(id));
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
            end = job->current();
        }
    }
    if (!job)
        return tl::make_unexpected(look_up(id).value_or(std::nullopt) ? StopRefusal::finished : StopRefusal::not_found);

    apply(end, tl::make_unexpected(stopped_before_start), how);
    end.last_change = now();
    conclude(job, end);
    return end.state;
}

void Engine::State::progressed(LiveJob& job) {
    const auto time = now();
    auto before = job.written.load();
    if (time >= before && time - before < progress_interval) return;
    if (!job.written.compare_exchange_strong(before, time)) return;  // another thread is about to write it
    JobRecord record;
    {
        const Lock lock(mutex_);
        record = job.current();
    }
    if (const auto written = ask_store([&] { return store_.update(record); }); !written)
        log(LogLevel::warning,
            fmt::format("The progress of job {} can't be written down: {}", record.id, written.error().message));
}

void Engine::State::affects(LiveJob& job, std::string_view id) {
    const Lock lock(mutex_);
    job.add_affected(id);
}

void Engine::State::retry_unwritten() {
    std::vector<JobPointer> jobs;
    {
        const Lock lock(mutex_);
        jobs.swap(unwritten_);
    }
    for (const JobPointer& job : jobs) {
        JobRecord end;
        {
            const Lock lock(mutex_);
            end = job->current();
        }
        const auto written = ask_store([&] { return store_.update(end); });
        if (!written)
            log(LogLevel::error,
                fmt::format("The end of job {} still can't be written down: {}", end.id, written.error().message));
        const Lock lock(mutex_);
        if (written) {
            ends_.push_back(steady_now());
            live_.erase(job->submitted.id());
        } else {
            unwritten_.push_back(job);
            not_before_ = steady_now() + retry_interval;
        }
    }
}

bool Engine::State::sweep_is_worth_it() const {
    const auto time = steady_now();
    if (time < not_before_) return false;
    // A quarter of the retention late: then one write removes many, instead of each submit() removing one.
    return !unwritten_.empty() ||
           (!ends_.empty() && ends_.front() + options_.retention + options_.retention / 4 < time);
}

void Engine::State::sweep() {
    const auto time = steady_now();
    Clock::time_point oldest;
    {
        const Lock lock(mutex_);
        if (ends_.empty() || ends_.front() >= time - options_.retention) return;
        oldest = oldest_shown();
    }
    const auto removed = ask_store([&] { return store_.remove_finished_before(oldest); });
    if (!removed) log(LogLevel::error, fmt::format("Old jobs can't be removed: {}", removed.error().message));
    const Lock lock(mutex_);
    if (removed)
        while (!ends_.empty() && ends_.front() < time - options_.retention) ends_.pop_front();
    else
        not_before_ = time + retry_interval;
}

void Engine::State::expire() {
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
