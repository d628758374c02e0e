#include "jobs/turns.hpp"

#include <algorithm>
#include <utility>

namespace tintype::jobs {

void Turns::rotate(Lines::value_type& line) {
    if (line.second.taken || line.second.ready) return;
    rotation_.push_back(&line);
    line.second.ready = true;
}

void Turns::erase(Lines::iterator line) {
    const auto first = std::move(line->second.first);  // outlives the key
    lines_.erase(line);
}

void Turns::add(std::shared_ptr<LiveJob> job) {
    const auto [at, is_new] = lines_.try_emplace(job->submitted.queue());
    auto& line = *at;
    if (is_new) line.second.first = job;
    line.second.waiting.push_back(std::move(job));
    rotate(line);
}

std::shared_ptr<LiveJob> Turns::take() {
    while (!rotation_.empty()) {
        auto& [name, line] = *rotation_.front();
        rotation_.pop_front();
        line.ready = false;
        if (line.waiting.empty()) {  // its last job was withdrawn
            erase(lines_.find(name));
            continue;
        }
        auto job = std::move(line.waiting.front());
        line.waiting.pop_front();
        line.taken = true;
        return job;
    }
    return nullptr;
}

void Turns::release(std::string_view queue) {
    const auto line = lines_.find(queue);
    line->second.taken = false;
    if (line->second.waiting.empty())
        erase(line);
    else
        rotate(*line);
}

void Turns::give_back(std::shared_ptr<LiveJob> job) {
    const auto line = lines_.find(job->submitted.queue());
    line->second.waiting.push_front(std::move(job));
    line->second.taken = false;
    rotate(*line);
}

bool Turns::withdraw(const LiveJob& job) {
    const auto line = lines_.find(job.submitted.queue());
    if (line == lines_.end()) return false;
    auto& waiting = line->second.waiting;
    const auto found =
        std::find_if(waiting.begin(), waiting.end(), [&](const auto& each) { return each.get() == &job; });
    if (found == waiting.end()) return false;
    waiting.erase(found);
    return true;
}

}  // namespace tintype::jobs
