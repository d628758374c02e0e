#include "jobs/turns.hpp"

#include <utility>

namespace tintype::jobs {

void Turns::rotate(JobLine& line) noexcept {
    if (line.taken || line.ready) return;
    (last_ ? last_->next : first_) = &line;
    last_ = &line;
    line.ready = true;
}

void Turns::forget_if_idle(JobLine& line) noexcept {
    if (!line.waiting.empty() || line.promised != 0 || line.taken || line.ready) return;
    const auto owner = std::move(line.owner);  // outlives the key
    lines_.erase(lines_.find(owner->submitted.queue()));
}

void Turns::promise(const std::shared_ptr<LiveJob>& job) {
    const auto [at, is_new] = lines_.try_emplace(job->submitted.queue());
    JobLine& line = at->second;
    if (is_new) line.owner = job;
    ++line.promised;
    job->line = &line;
}

void Turns::renounce(const LiveJob& job) noexcept {
    --job.line->promised;
    forget_if_idle(*job.line);
}

void Turns::add(std::shared_ptr<LiveJob> job) noexcept {
    JobLine& line = *job->line;
    --line.promised;
    line.waiting.push_back(std::move(job));
    rotate(line);
}

std::shared_ptr<LiveJob> Turns::take() noexcept {
    while (first_) {
        JobLine& line = *first_;
        first_ = std::exchange(line.next, nullptr);
        if (!first_) last_ = nullptr;
        line.ready = false;
        if (auto job = line.waiting.pop_front()) {
            line.taken = true;
            return job;
        }
        forget_if_idle(line);  // its last job was withdrawn
    }
    return nullptr;
}

void Turns::release(const LiveJob& job) noexcept {
    JobLine& line = *job.line;
    line.taken = false;
    if (line.waiting.empty())
        forget_if_idle(line);
    else
        rotate(line);
}

void Turns::give_back(std::shared_ptr<LiveJob> job) noexcept {
    JobLine& line = *job->line;
    line.waiting.push_front(std::move(job));
    line.taken = false;
    rotate(line);
}

bool Turns::withdraw(const LiveJob& job) noexcept {
    return job.line->waiting.remove(job);
}

}  // namespace tintype::jobs
