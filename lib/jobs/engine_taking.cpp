// Taking jobs, and giving each its turn.

#include <algorithm>
#include <exception>
#include <utility>

#include "jobs/engine_state.hpp"
#include "tintype/guid.hpp"

namespace tintype::jobs {

Engine::State::State(JobStore& store, Executor& executor, Options options)
    : store_(store), executor_(executor), options_(std::move(options)) {
    // What an earlier process finished did not end later than now, so it is gone from the store one retention from now.
    ends_.push_back(steady_now());
}

tl::expected<void, Refusal> Engine::State::submit(JobRecord& record, Work work) {
    const auto time = now();
    record.id.clear();
    append_ordered_guid(record.id, time);
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

    if (const auto refusal = reserve(job)) return tl::make_unexpected(*refusal);
    if (const auto stored = ask_store([&] { return store_.insert(record); }); !stored) {
        {
            const Lock lock(mutex_);
            forget(*job);
        }
        log(LogLevel::error, "A job was refused since it can't be written down: {}", stored.error().message);
        return tl::make_unexpected(Refusal::store_failed);
    }

    bool worth_sweeping = false;
    JobChain begun;
    {
        const Lock lock(mutex_);
        turns_.add(job);
        take_turns(begun);
        worth_sweeping = sweep_is_worth_it();
    }
    hand_over(begun);
    if (worth_sweeping) expire();
    return {};
}

std::optional<Refusal> Engine::State::reserve(const JobPointer& job) {
    const Lock lock(mutex_);
    if (stopping_) return Refusal::stopping;
    try {
        if (const auto refusal = claim(*job)) {
            release_subjects(*job);
            return refusal;
        }
        live_.emplace(job->submitted.id(), job);
        turns_.promise(job);
    } catch (...) {
        live_.erase(job->submitted.id());
        release_subjects(*job);
        const auto of_owner = unfinished_of_.find(job->submitted.owner());
        if (of_owner != unfinished_of_.end() && of_owner->second == 0) unfinished_of_.erase(of_owner);
        throw;
    }
    ++unfinished_of_.find(job->submitted.owner())->second;
    ++unfinished_;
    return std::nullopt;
}

std::optional<Refusal> Engine::State::claim(const LiveJob& job) {
    for (std::size_t i = 0; i < job.submitted.subjects(); ++i) {
        const auto [entry, added] = subjects_.try_emplace(job.submitted.subject(i), &job);
        if (!added && entry->second != &job) return Refusal::subject_busy;
    }
    if (unfinished_ + unwritten_.size() >= options_.max_unfinished) return Refusal::too_many;
    const auto of_owner = unfinished_of_.find(job.submitted.owner());
    if (of_owner == unfinished_of_.end())
        unfinished_of_.emplace(job.submitted.owner(), 0);
    else if (of_owner->second >= options_.max_unfinished_per_owner)
        return Refusal::too_many_of_owner;
    return std::nullopt;
}

void Engine::State::forget(const LiveJob& job) noexcept {
    turns_.renounce(job);
    release(job);
    live_.erase(job.submitted.id());
}

void Engine::State::release(const LiveJob& job) noexcept {
    release_subjects(job);
    --unfinished_;
    const auto of_owner = unfinished_of_.find(job.submitted.owner());
    if (of_owner != unfinished_of_.end() && --of_owner->second == 0) unfinished_of_.erase(of_owner);
    ended_.notify_all();
}

void Engine::State::release_subjects(const LiveJob& job) noexcept {
    for (std::size_t i = 0; i < job.submitted.subjects(); ++i) {
        const auto entry = subjects_.find(job.submitted.subject(i));
        if (entry != subjects_.end() && entry->second == &job) subjects_.erase(entry);
    }
}

void Engine::State::take_turns(JobChain& begun) noexcept {
    const std::size_t places = std::max<std::size_t>(options_.max_running, 1);
    refused_ = false;
    while (!halted_ && places_taken_ < places) {
        auto job = turns_.take();
        if (!job) return;
        ++places_taken_;
        job->change_state(JobState::starting, now());
        begun.push_back(std::move(job));
    }
}

void Engine::State::dispatch(Lock& lock) noexcept {
    JobChain begun;
    take_turns(begun);
    if (begun.empty()) return;
    lock.unlock();
    hand_over(begun);
    lock.lock();
}

void Engine::State::hand_over(JobChain& begun) noexcept {
    bool taken = true;
    while (auto job = begun.pop_front()) {
        taken = taken && hand_over(job);
        if (taken) continue;
        const Lock lock(mutex_);
        job->change_state(JobState::fresh, now());
        turns_.give_back(std::move(job));
        --places_taken_;
        refused_ = true;
    }
}

bool Engine::State::hand_over(const JobPointer& job) noexcept {
    try {
        executor_.post([self = shared_from_this(), job] { self->run(job); });
        return true;
    } catch (const std::exception& error) {
        log(LogLevel::error, "The executor does not take job {}, it waits: {}", job->submitted.id(), error.what());
    } catch (...) {
        log(LogLevel::error, "The executor does not take job {}, it waits", job->submitted.id());
    }
    return false;
}

}  // namespace tintype::jobs
