#include "jobs/engine.hpp"

#include <utility>

#include "jobs/engine_state.hpp"

namespace tintype::jobs {

Engine::Engine(JobStore& store, Executor& executor, Options options)
    : state_(std::make_shared<State>(store, executor, std::move(options))) {}

Engine::~Engine() {
    state_->close();
}

tl::expected<JobRecord, Refusal> Engine::submit(Submission submission) {
    const auto submitted = state_->submit(submission.record, std::move(submission.work));
    if (!submitted) return tl::make_unexpected(submitted.error());
    return std::move(submission.record);
}

tl::expected<void, Refusal> Engine::submit(JobRecord& record, Work work) {
    return state_->submit(record, std::move(work));
}

JobStoreResult<std::optional<JobRecord>> Engine::look_up(std::string_view id) {
    return state_->look_up(id);
}

std::optional<JobRecord> Engine::find(std::string_view id) {
    return state_->look_up(id).value_or(std::nullopt);
}

std::vector<JobRecord> Engine::page(std::string_view after, std::size_t limit) {
    return state_->page(after, limit);
}

bool Engine::is_busy(std::string_view subject) const {
    return state_->is_busy(subject);
}

std::optional<std::string> Engine::request_about(std::string_view subject) const {
    return state_->request_about(subject);
}

bool Engine::answers_from_memory() const noexcept {
    return state_->answers_from_memory();
}

tl::expected<JobState, StopRefusal> Engine::request_stop(std::string_view id, Stop how) {
    return state_->request_stop(id, how);
}

JobStoreResult<std::size_t> Engine::recover(const std::function<Settlement(const JobRecord&)>& settle) {
    return state_->recover(settle);
}

void Engine::expire() {
    state_->expire();
}

bool Engine::drain(std::chrono::steady_clock::duration limit) {
    return state_->drain(limit);
}

}  // namespace tintype::jobs
