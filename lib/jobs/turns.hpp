#pragma once
/// \file
/// Whose turn it is: jobs of one queue one after the other, the queues in rotation.

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <unordered_map>

#include "jobs/ascii_case.hpp"
#include "jobs/job_chain.hpp"

namespace tintype::jobs {

/// The jobs of one queue.
struct JobLine {
    JobChain waiting;
    std::shared_ptr<LiveJob> owner;  ///< The job that the line was made for: its queue is the line's key.
    std::size_t promised = 0;        ///< Places set aside.
    JobLine* next = nullptr;         ///< In the rotation.
    bool taken = false;              ///< A job of this queue was taken and has not ended.
    bool ready = false;              ///< Stands in the rotation.
};

/// A queue goes to the end of the rotation after each of its jobs, so one with many jobs delays another by at most one
/// job for each queue that is ready. Only promise() takes memory: who has a place gets a turn. Thread safety: none; the
/// engine's lock guards it.
class Turns {
  public:
    /// \param memory what the lines are made of; only used under the same lock.
    explicit Turns(std::pmr::memory_resource& memory) : lines_(&memory) {}

    /// Sets a place aside in the queue that the job's record names, for add() or renounce().
    void promise(const std::shared_ptr<LiveJob>& job);
    /// The job does not come.
    void renounce(const LiveJob& job) noexcept;
    /// Puts the job at the end of its queue.
    void add(std::shared_ptr<LiveJob> job) noexcept;

    /// The next job, or null. Its queue gives out no other until release() or give_back().
    [[nodiscard]] std::shared_ptr<LiveJob> take() noexcept;

    /// A job that was taken has ended.
    void release(const LiveJob& job) noexcept;

    /// The job that was taken has not begun: it is first in its queue again.
    void give_back(std::shared_ptr<LiveJob> job) noexcept;

    /// Removes a job that still waits. \returns false if it does not wait here.
    bool withdraw(const LiveJob& job) noexcept;

  private:
    using Lines = std::pmr::unordered_map<std::string_view, JobLine, CaselessHash, CaselessEqual>;

    void rotate(JobLine& line) noexcept;
    /// Forgets a line that nobody waits in, was taken from or has a place in.
    void forget_if_idle(JobLine& line) noexcept;

    Lines lines_;
    JobLine* first_ = nullptr;  ///< Whose turn is next.
    JobLine* last_ = nullptr;
};

}  // namespace tintype::jobs
