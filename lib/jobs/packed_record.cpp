#include "jobs/packed_record.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

namespace tintype::jobs {

namespace {

constexpr std::array asked_texts{&JobRecord::id,          &JobRecord::owner,   &JobRecord::queue,
                                 &JobRecord::request,     &JobRecord::caption, &JobRecord::description,
                                 &JobRecord::element_name};
constexpr std::array outcome_texts{&JobRecord::error_description, &JobRecord::error_summary};

}  // namespace

void PackedTexts::allocate(std::size_t bytes) {
    if (bytes > std::numeric_limits<End>::max()) throw std::length_error("a job's texts are too long");
    block_ = std::make_unique_for_overwrite<char[]>(count_ * sizeof(End) + bytes);
}

void PackedTexts::set_end(std::size_t index, End end) noexcept {
    std::memcpy(block_.get() + index * sizeof end, &end, sizeof end);
}

PackedTexts::End PackedTexts::end_of(std::size_t index) const noexcept {
    End end = 0;
    std::memcpy(&end, block_.get() + index * sizeof end, sizeof end);
    return end;
}

std::string_view PackedTexts::operator[](std::size_t index) const noexcept {
    const char* const texts = block_.get() + count_ * sizeof(End);
    const End begin = index == 0 ? 0 : end_of(index - 1);
    return {texts + begin, end_of(index) - begin};
}

PackedRecord::PackedRecord(const JobRecord& record)
    : asked_([&](auto take) {
          for (const auto member : asked_texts) take(record.*member);
          for (const std::string& text : record.subjects) take(text);
      }),
      subjects_(static_cast<std::uint32_t>(record.subjects.size())),
      type_(record.type),
      cancellable_(record.cancellable),
      submitted_(record.submitted) {
    static_assert(asked_texts.size() == fixed_texts && outcome_texts.size() == fixed_outcome_texts);
    take_outcome(record);
}

bool PackedRecord::asks_the_same(const JobRecord& record) const noexcept {
    if (type_ != record.type || cancellable_ != record.cancellable || submitted_ != record.submitted ||
        subjects_ != record.subjects.size())
        return false;
    std::size_t index = 0;
    const auto same = [&](std::string_view text) { return asked_[index++] == text; };
    return std::all_of(asked_texts.begin(), asked_texts.end(), [&](auto member) { return same(record.*member); }) &&
           std::all_of(record.subjects.begin(), record.subjects.end(), same);
}

PackedTexts PackedRecord::packed_outcome(const JobRecord& record) {
    if (record.error_description.empty() && record.error_summary.empty() && record.affected.empty()) return {};
    return PackedTexts([&](auto take) {
        for (const auto member : outcome_texts) take(record.*member);
        for (const std::string& text : record.affected) take(text);
    });
}

void PackedRecord::take_outcome(const JobRecord& from, PackedTexts&& texts) noexcept {
    outcome_ = std::move(texts);
    affected_ = static_cast<std::uint32_t>(from.affected.size());
    percent_complete_ = from.percent_complete;
    error_code_ = from.error_code;
    state_ = from.state;
    started_ = from.started;
    last_change_ = from.last_change;
}

void PackedRecord::unpack_into(JobRecord& record) const {
    record.type = type_;
    record.percent_complete = percent_complete_;
    record.error_code = error_code_;
    record.state = state_;
    record.cancellable = cancellable_;
    record.submitted = submitted_;
    record.started = started_;
    record.last_change = last_change_;
    std::size_t index = 0;
    for (const auto member : asked_texts) record.*member = asked_[index++];
    record.subjects.resize(subjects_);
    for (std::string& text : record.subjects) text = asked_[index++];
    index = 0;
    for (const auto member : outcome_texts) record.*member = outcome_.empty() ? std::string_view() : outcome_[index++];
    record.affected.resize(affected_);
    for (std::string& text : record.affected) text = outcome_[index++];
}

JobRecord PackedRecord::unpacked() const {
    JobRecord record;
    unpack_into(record);
    return record;
}

}  // namespace tintype::jobs
