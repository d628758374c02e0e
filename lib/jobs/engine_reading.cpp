// Answering questions about jobs, and settling those of an earlier process.

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "jobs/engine_state.hpp"

namespace tintype::jobs {
namespace {

Settlement ask_backend(const std::function<Settlement(const JobRecord&)>& settle, const JobRecord& record) {
    Settlement settlement;
    try {
        settlement = settle(record);
    } catch (const std::exception& error) {
        settlement.error_description = fmt::format("What became of it can't be told: {}", error.what());
    }
    if (!is_finished(settlement.state)) settlement.state = JobState::exception;
    return settlement;
}

void add_once(std::vector<std::string>& ids, std::vector<std::string>&& more) {
    for (std::string& id : more)
        if (std::none_of(ids.begin(), ids.end(), [&](const std::string& other) { return CaselessEqual{}(id, other); }))
            ids.push_back(std::move(id));
}

}  // namespace

bool Engine::State::over_retention(const JobRecord& record, Clock::time_point oldest) {
    return is_finished(record.state) && record.last_change < oldest;
}

Engine::State::Clock::time_point Engine::State::oldest_shown() {
    const auto time = now();
    return time - options_.retention - steps_.forward(time, steady_now(), options_.retention);
}

JobStoreResult<std::optional<JobRecord>> Engine::State::look_up(std::string_view id) {
    const std::string key = upper_case(id);
    std::optional<JobRecord> record;
    Clock::time_point oldest;
    {
        Lock lock(mutex_);
        if (refused_) dispatch(lock);
        oldest = oldest_shown();
        if (const auto found = live_.find(key); found != live_.end()) record = found->second->current();
    }
    if (!record) {
        auto stored = ask_store([&] { return store_.find(key); });
        if (!stored) {
            log(LogLevel::error, "Job {} can't be read: {}", key, stored.error().message);
            return tl::make_unexpected(std::move(stored.error()));
        }
        record = std::move(*stored);
    }
    if (record && over_retention(*record, oldest)) return std::nullopt;
    return record;
}

void Engine::State::bring_up_to_date(std::vector<JobRecord>& stored) {
    std::vector<JobRecord*> ended_meanwhile;
    {
        const Lock lock(mutex_);
        for (JobRecord& record : stored) {
            if (const auto found = live_.find(record.id); found != live_.end())
                record = found->second->current();
            else if (!is_finished(record.state))
                ended_meanwhile.push_back(&record);
        }
    }
    // Not live and not finished: it ended after it was read, it is being submitted, or an earlier process left it.
    for (JobRecord* const record : ended_meanwhile)
        if (auto again = ask_store([&] { return store_.find(record->id); }); again && *again)
            *record = std::move(**again);
}

std::vector<JobRecord> Engine::State::page(std::string_view after, std::size_t limit) {
    bool worth_sweeping = false;
    Clock::time_point oldest;
    {
        const Lock lock(mutex_);
        oldest = oldest_shown();
        worth_sweeping = sweep_is_worth_it();
    }
    if (worth_sweeping) expire();

    std::vector<JobRecord> page;
    std::string last = upper_case(after);
    while (page.size() < limit) {
        const std::size_t wanted = limit - page.size();
        auto stored = ask_store([&] { return store_.page(last, wanted); });
        if (!stored) {
            log(LogLevel::error, "Only unfinished jobs are shown, others can't be read: {}", stored.error().message);
            const Lock lock(mutex_);
            for (auto job = live_.upper_bound(last); job != live_.end() && page.size() < limit; ++job)
                page.push_back(job->second->current());
            break;
        }
        const bool more = stored->size() >= wanted;
        if (!stored->empty()) last = stored->back().id;
        bring_up_to_date(*stored);
        std::copy_if(std::make_move_iterator(stored->begin()), std::make_move_iterator(stored->end()),
                     std::back_inserter(page),
                     [&](const JobRecord& record) { return !over_retention(record, oldest); });
        if (!more) break;
    }
    return page;
}

bool Engine::State::is_busy(std::string_view subject) const {
    const Lock lock(mutex_);
    return subjects_.find(subject) != subjects_.end();
}

std::optional<std::string> Engine::State::request_about(std::string_view subject) const {
    const Lock lock(mutex_);
    const auto found = subjects_.find(subject);
    if (found == subjects_.end()) return std::nullopt;
    return std::string(found->second->submitted.request());
}

JobStoreResult<std::size_t> Engine::State::recover(const std::function<Settlement(const JobRecord&)>& settle) {
    auto left = ask_store([&] { return store_.unfinished(); });
    if (!left) return tl::make_unexpected(std::move(left.error()));
    for (JobRecord& record : *left) {
        Settlement settlement = ask_backend(settle, record);
        record.state = settlement.state;
        record.error_code = settlement.state == JobState::completed ? std::uint16_t{0} : settlement.error_code;
        record.error_description = std::move(settlement.error_description);
        if (settlement.state == JobState::completed) record.percent_complete = 100;
        add_once(record.affected, std::move(settlement.affected));
        record.last_change = now();
        if (auto written = ask_store([&] { return store_.update(record); }); !written)
            return tl::make_unexpected(std::move(written.error()));
        const Lock lock(mutex_);
        ends_.push_back(steady_now());
    }
    return left->size();
}

}  // namespace tintype::jobs
