#pragma once
/// \file
/// A job's record in two pieces of memory: what was asked for, which stays, and what became of it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tintype/job_store.hpp"

namespace tintype::jobs {

/// Texts one behind the other in one allocation, which starts with where each ends. Moving it leaves views of them
/// good.
class PackedTexts {
  public:
    PackedTexts() = default;
    /// \param each calls the function that it is given with every text, the same ones each time.
    /// Errors: throws std::length_error if the texts have 4 GiB or more.
    template <class Each>
    explicit PackedTexts(Each each) {
        std::size_t bytes = 0;
        each([&](std::string_view text) {
            bytes += text.size();
            ++count_;
        });
        allocate(bytes);
        End end = 0;
        std::size_t index = 0;
        each([&](std::string_view text) {
            text.copy(block_.get() + count_ * sizeof(End) + end, text.size());
            end += static_cast<End>(text.size());
            set_end(index++, end);
        });
    }

    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept;

  private:
    using End = std::uint32_t;  ///< Where a text ends, counted from where the first begins.

    void allocate(std::size_t bytes);
    void set_end(std::size_t index, End end) noexcept;
    [[nodiscard]] End end_of(std::size_t index) const noexcept;

    std::unique_ptr<char[]> block_;
    std::uint32_t count_ = 0;
};

/// What a JobRecord holds. A job that is kept takes an allocation or two, instead of one for each text.
class PackedRecord {
  public:
    /// Errors: throws std::length_error if the texts have 4 GiB or more.
    explicit PackedRecord(const JobRecord& record);

    /// \param record every member becomes what was packed; what its texts have allocated is used again.
    void unpack_into(JobRecord& record) const;
    [[nodiscard]] JobRecord unpacked() const;

    /// True if the other one asks for the same, to the letter, and belongs to the same submission.
    [[nodiscard]] bool asks_the_same(const JobRecord& record) const noexcept;
    /// Takes over what running changes: state, percentage, times, error, and what was affected.
    void take_outcome(const JobRecord& from) { take_outcome(from, packed_outcome(from)); }
    /// The same with packed_outcome(from), so that what can fail is done before anything has changed.
    void take_outcome(const JobRecord& from, PackedTexts&& texts) noexcept;
    [[nodiscard]] static PackedTexts packed_outcome(const JobRecord& record);

    // Views stay good as long as the record or what it was moved to, whatever take_outcome() does.
    [[nodiscard]] std::string_view id() const noexcept { return asked_[0]; }
    [[nodiscard]] std::string_view owner() const noexcept { return asked_[1]; }
    [[nodiscard]] std::string_view queue() const noexcept { return asked_[2]; }
    [[nodiscard]] std::string_view request() const noexcept { return asked_[3]; }
    [[nodiscard]] std::string_view description() const noexcept { return asked_[5]; }
    [[nodiscard]] std::size_t subjects() const noexcept { return subjects_; }
    [[nodiscard]] std::string_view subject(std::size_t index) const noexcept { return asked_[fixed_texts + index]; }
    [[nodiscard]] bool cancellable() const noexcept { return cancellable_; }
    [[nodiscard]] JobState state() const noexcept { return state_; }
    [[nodiscard]] std::chrono::system_clock::time_point last_change() const noexcept { return last_change_; }

  private:
    static constexpr std::size_t fixed_texts = 7;          ///< Of what was asked for, in front of the subjects.
    static constexpr std::size_t fixed_outcome_texts = 2;  ///< In front of what was affected.

    PackedTexts asked_;
    PackedTexts outcome_;  ///< Empty where there is nothing to say.
    std::uint32_t subjects_;
    std::uint32_t affected_ = 0;
    std::uint16_t type_;
    std::uint16_t percent_complete_ = 0;
    std::uint16_t error_code_ = 0;
    JobState state_{};
    bool cancellable_;
    std::chrono::system_clock::time_point submitted_;
    std::optional<std::chrono::system_clock::time_point> started_;
    std::chrono::system_clock::time_point last_change_;
};

}  // namespace tintype::jobs
