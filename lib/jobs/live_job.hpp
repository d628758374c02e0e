#pragma once
/// \file
/// A job while this process is responsible for it: from its submission until its end is written down.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "jobs/ascii_case.hpp"
#include "jobs/engine.hpp"
#include "jobs/packed_record.hpp"

namespace tintype::jobs {

struct JobLine;

/// What the end of a job changes of its record.
struct JobEnd {
    JobState state = JobState::exception;
    std::optional<std::uint16_t> percent;  ///< Nothing: as far as it came.
    std::uint16_t error_code = 0;
    std::string error_description;
    std::string error_summary;
    std::chrono::system_clock::time_point when;

    void write_to(JobRecord& record) const;
};

/// What a live job tells the engine it belongs to.
class LiveJobListener {
  public:
    LiveJobListener() = default;
    LiveJobListener(const LiveJobListener&) = delete;
    LiveJobListener& operator=(const LiveJobListener&) = delete;
    virtual ~LiveJobListener() = default;

    virtual void progressed(class LiveJob& job) = 0;  ///< The percentage rose.
    virtual void affects(class LiveJob& job, std::string_view id) = 0;
};

/// Thread safety: the functions of Progress, `submitted`, `percentage` and `stop` from any thread; everything else
/// under the engine's lock. Views of texts in `submitted` stay good as long as the job lives.
class LiveJob final : public Progress {
  public:
    LiveJob(LiveJobListener& listener, const JobRecord& record, Work work_in);

    void percent(unsigned percent) override;
    void affects(std::string_view id) override;
    [[nodiscard]] bool stop_requested() const noexcept override { return stop.load(std::memory_order_acquire); }
    [[nodiscard]] const PackedRecord& job() const noexcept override { return submitted; }

    /// The record as clients are to see it now.
    [[nodiscard]] JobRecord current() const;
    /// The same in `record`; what its texts have allocated is used again.
    void write_current(JobRecord& record) const;

    void change_state(JobState state, std::chrono::system_clock::time_point when);
    /// Adds to JobRecord::affected, once each.
    void add_affected(std::string_view id);
    void take_end(JobEnd&& end) noexcept;

    const PackedRecord submitted;  ///< The record as it was submitted.
    JobState state;
    std::optional<std::chrono::system_clock::time_point> started;
    std::chrono::system_clock::time_point last_change;
    Work work;
    Stop stopped_as = Stop::terminate;  ///< What the last one to stop it said.
    std::atomic<bool> stop{false};
    std::atomic<std::uint16_t> percentage{0};
    std::atomic<std::chrono::system_clock::time_point> written{};  ///< When the store last heard of it.
    JobLine* line = nullptr;        ///< Of the queue it waits in, or was taken from (Turns).
    std::shared_ptr<LiveJob> next;  ///< JobChain's.

  private:
    LiveJobListener& listener_;
    std::uint16_t error_code_;
    std::string error_description_;
    std::string error_summary_;
    std::vector<std::string> affected_;
    std::unordered_set<std::string, CaselessHash, CaselessEqual>
        affected_ids_;  ///< The same, to find one; empty while they are few.
};

}  // namespace tintype::jobs
