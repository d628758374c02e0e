#include "jobs/live_job.hpp"

#include <algorithm>
#include <utility>

namespace tintype::jobs {

LiveJob::LiveJob(LiveJobListener& listener, JobRecord record_in, Work work_in)
    : record(std::move(record_in)),
      work(std::move(work_in)),
      listener_(listener),
      affected_(record.affected.begin(), record.affected.end()) {}

void LiveJob::percent(unsigned percent) {
    const auto now = static_cast<std::uint16_t>(std::min(percent, 100U));
    auto before = percentage.load(std::memory_order_relaxed);
    while (before < now && !percentage.compare_exchange_weak(before, now, std::memory_order_relaxed)) {
    }
    if (before < now) listener_.progressed(*this);
}

void LiveJob::affects(std::string_view id) {
    listener_.affects(*this, id);
}

JobRecord LiveJob::current() const {
    JobRecord copy = record;
    copy.percent_complete = std::max(copy.percent_complete, percentage.load(std::memory_order_relaxed));
    return copy;
}

void LiveJob::change_state(JobState state, std::chrono::system_clock::time_point when) {
    record.state = state;
    record.last_change = when;
}

void LiveJob::add_affected(std::string_view id) {
    if (affected_.find(id) != affected_.end()) return;
    affected_.emplace(id);
    record.affected.emplace_back(id);
}

void LiveJob::take_outcome(const JobRecord& from) {
    record.state = from.state;
    record.percent_complete = from.percent_complete;
    record.started = from.started;
    record.last_change = from.last_change;
    record.error_code = from.error_code;
    record.error_description = from.error_description;
    record.error_summary = from.error_summary;
}

}  // namespace tintype::jobs
