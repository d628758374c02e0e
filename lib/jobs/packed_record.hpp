#pragma once
/// \file
/// A job's record in one piece of memory.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tintype/job_store.hpp"

namespace tintype::jobs {

/// What a JobRecord holds, its texts one behind the other: a job that is kept takes one allocation for them instead of
/// one each. Moving it leaves views of its texts good. Never changes.
class PackedRecord {
  public:
    /// Errors: throws std::length_error if the texts have 4 GiB or more.
    explicit PackedRecord(const JobRecord& record);

    [[nodiscard]] JobRecord unpacked() const;

    [[nodiscard]] std::string_view id() const noexcept { return text(0); }
    [[nodiscard]] std::string_view owner() const noexcept { return text(1); }
    [[nodiscard]] std::string_view queue() const noexcept { return text(2); }
    [[nodiscard]] std::string_view request() const noexcept { return text(3); }
    [[nodiscard]] std::size_t subjects() const noexcept { return subjects_; }
    [[nodiscard]] std::string_view subject(std::size_t index) const noexcept { return text(fixed_texts + index); }
    [[nodiscard]] bool cancellable() const noexcept { return cancellable_; }
    [[nodiscard]] JobState state() const noexcept { return state_; }
    [[nodiscard]] std::chrono::system_clock::time_point last_change() const noexcept { return last_change_; }

  private:
    static constexpr std::size_t fixed_texts = 9;
    using End = std::uint32_t;  ///< Where a text ends, counted from where the first begins.

    [[nodiscard]] std::string_view text(std::size_t index) const noexcept;
    [[nodiscard]] End end_of(std::size_t index) const noexcept;

    std::unique_ptr<char[]> block_;  ///< The ends of all texts, then the texts.
    std::uint32_t subjects_;
    std::uint32_t affected_;
    std::uint16_t type_;
    std::uint16_t percent_complete_;
    std::uint16_t error_code_;
    JobState state_;
    bool cancellable_;
    std::chrono::system_clock::time_point submitted_;
    std::optional<std::chrono::system_clock::time_point> started_;
    std::chrono::system_clock::time_point last_change_;
};

}  // namespace tintype::jobs
