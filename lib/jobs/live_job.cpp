#include "jobs/live_job.hpp"

#include <algorithm>
#include <utility>

namespace tintype::jobs {

void JobEnd::write_to(JobRecord& record) const {
    record.state = state;
    if (percent) record.percent_complete = *percent;
    record.last_change = when;
    record.error_code = error_code;
    record.error_description = error_description;
    record.error_summary = error_summary;
}

LiveJob::LiveJob(LiveJobListener& listener, const JobRecord& record, Work work_in)
    : submitted(record),
      state(record.state),
      started(record.started),
      last_change(record.last_change),
      work(std::move(work_in)),
      percentage(record.percent_complete),
      listener_(listener),
      error_code_(record.error_code),
      error_description_(record.error_description),
      error_summary_(record.error_summary),
      affected_(record.affected) {}

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
    JobRecord record;
    write_current(record);
    return record;
}

void LiveJob::write_current(JobRecord& record) const {
    submitted.unpack_into(record);
    record.state = state;
    record.started = started;
    record.last_change = last_change;
    record.percent_complete = percentage.load(std::memory_order_relaxed);
    record.error_code = error_code_;
    record.error_description = error_description_;
    record.error_summary = error_summary_;
    record.affected = affected_;
}

void LiveJob::change_state(JobState to, std::chrono::system_clock::time_point when) {
    state = to;
    last_change = when;
}

void LiveJob::add_affected(std::string_view id) {
    constexpr std::size_t few = 16;
    if (affected_.size() < few) {
        const auto same = [&](std::string_view other) { return CaselessEqual{}(id, other); };
        if (std::any_of(affected_.begin(), affected_.end(), same)) return;
    } else {
        if (affected_ids_.empty()) affected_ids_.insert(affected_.begin(), affected_.end());
        if (!affected_ids_.emplace(id).second) return;
    }
    affected_.emplace_back(id);
}

void LiveJob::take_end(JobEnd&& end) noexcept {
    state = end.state;
    if (end.percent) percentage.store(*end.percent, std::memory_order_relaxed);
    last_change = end.when;
    error_code_ = end.error_code;
    error_description_ = std::move(end.error_description);
    error_summary_ = std::move(end.error_summary);
}

}  // namespace tintype::jobs
