#pragma once
/// \file
/// Whose turn it is: jobs of one queue one after the other, the queues in rotation.

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <unordered_map>

#include "jobs/ascii_case.hpp"
#include "jobs/live_job.hpp"

namespace tintype::jobs {

/// A queue goes to the end of the rotation after each of its jobs, so one with many jobs delays another by at most one
/// job for each queue that is ready. Thread safety: none; the engine's lock guards it.
class Turns {
  public:
    /// \param memory what the lines are made of; only used under the same lock.
    explicit Turns(std::pmr::memory_resource& memory) : lines_(&memory), rotation_(&memory) {}

    /// Puts a job at the end of the queue that its record names.
    void add(std::shared_ptr<LiveJob> job);

    /// The next job, or null. Its queue gives out no other until release() or give_back().
    [[nodiscard]] std::shared_ptr<LiveJob> take();

    /// The job that was taken from this queue has ended.
    void release(std::string_view queue);

    /// The job that was taken has not begun: it is first in its queue again.
    void give_back(std::shared_ptr<LiveJob> job);

    /// Removes a job that still waits. \returns false if it does not wait here.
    bool withdraw(const LiveJob& job);

  private:
    struct Line {
        using allocator_type = std::pmr::polymorphic_allocator<>;
        explicit Line(const allocator_type& memory = {}) : waiting(memory) {}

        std::pmr::list<std::shared_ptr<LiveJob>> waiting;
        std::shared_ptr<LiveJob> first;  ///< The job that the line was made for: its queue is the line's key.
        bool taken = false;              ///< A job of this queue was taken and has not ended.
        bool ready = false;              ///< Stands in the rotation.
    };
    using Lines = std::pmr::unordered_map<std::string_view, Line, CaselessHash, CaselessEqual>;

    void rotate(Lines::value_type& line);
    void erase(Lines::iterator line);

    Lines lines_;
    std::pmr::deque<Lines::value_type*> rotation_;
};

}  // namespace tintype::jobs
