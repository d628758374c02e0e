#pragma once
/// \file
/// Notices that somebody set the clock.

#include <chrono>
#include <optional>
#include <utility>

namespace tintype::jobs {

/// What ended before the clock was set forward looks older than it is by that much. Thread safety: none.
class ClockSteps {
  public:
    using Wall = std::chrono::system_clock;
    using Steady = std::chrono::steady_clock;

    /// By how much the clock was set forward within the last `span`, as the times of earlier calls tell.
    [[nodiscard]] Wall::duration forward(Wall::time_point wall, Steady::time_point steady, Wall::duration span) {
        if (seen_) {
            const Wall::duration step = (wall - seen_->first) - (steady - seen_->second);
            if (steady >= until_) forward_ = Wall::duration::zero();
            // Less is the clocks' own difference, or time between two looks at them.
            if (step > std::chrono::seconds(1)) {
                forward_ += step;
                until_ = steady + span;
            }
        }
        seen_.emplace(wall, steady);
        return forward_;
    }

  private:
    std::optional<std::pair<Wall::time_point, Steady::time_point>> seen_;
    Wall::duration forward_{};
    Steady::time_point until_{};
};

}  // namespace tintype::jobs
