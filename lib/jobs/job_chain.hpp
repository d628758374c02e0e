#pragma once
/// \file
/// Jobs one behind the other.

#include <cstddef>
#include <memory>
#include <utility>

#include "jobs/live_job.hpp"

namespace tintype::jobs {

/// By a pointer in each job, so that none is turned away because memory has run out. A job is in one chain at most.
/// Thread safety: none; the engine's lock guards it.
class JobChain {
  public:
    JobChain() = default;
    JobChain(const JobChain&) = delete;
    JobChain& operator=(const JobChain&) = delete;
    ~JobChain() {
        while (pop_front()) {
        }
    }

    [[nodiscard]] bool empty() const noexcept { return !front_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    void push_back(std::shared_ptr<LiveJob> job) noexcept {
        LiveJob* const last = job.get();
        (back_ ? back_->next : front_) = std::move(job);
        back_ = last;
        ++size_;
    }

    void push_front(std::shared_ptr<LiveJob> job) noexcept {
        if (!back_) back_ = job.get();
        job->next = std::move(front_);
        front_ = std::move(job);
        ++size_;
    }

    /// \returns null when there is none.
    std::shared_ptr<LiveJob> pop_front() noexcept {
        auto job = std::move(front_);
        if (!job) return job;
        front_ = std::move(job->next);
        if (!front_) back_ = nullptr;
        --size_;
        return job;
    }

    /// \returns false if the job is not in this chain.
    bool remove(const LiveJob& job) noexcept {
        LiveJob* before = nullptr;
        for (auto* at = &front_; *at; before = at->get(), at = &before->next) {
            if (at->get() != &job) continue;
            if (back_ == &job) back_ = before;
            const auto removed = std::move(*at);
            *at = std::move(removed->next);
            --size_;
            return true;
        }
        return false;
    }

  private:
    std::shared_ptr<LiveJob> front_;
    LiveJob* back_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace tintype::jobs
