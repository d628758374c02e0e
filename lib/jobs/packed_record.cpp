#include "jobs/packed_record.hpp"

#include <cstring>
#include <limits>
#include <stdexcept>

namespace tintype::jobs {

namespace {

/// Calls `take` with each text, in the order in which they are packed.
template <class Take>
void each_text(const JobRecord& record, Take take) {
    for (const std::string* text :
         {&record.id, &record.owner, &record.queue, &record.request, &record.caption, &record.description,
          &record.element_name, &record.error_description, &record.error_summary}) {
        take(*text);
    }
    for (const std::string& text : record.subjects) take(text);
    for (const std::string& text : record.affected) take(text);
}

}  // namespace

PackedRecord::PackedRecord(const JobRecord& record)
    : subjects_(static_cast<std::uint32_t>(record.subjects.size())),
      affected_(static_cast<std::uint32_t>(record.affected.size())),
      type_(record.type),
      percent_complete_(record.percent_complete),
      error_code_(record.error_code),
      state_(record.state),
      cancellable_(record.cancellable),
      submitted_(record.submitted),
      started_(record.started),
      last_change_(record.last_change) {
    std::size_t bytes = 0;
    each_text(record, [&](std::string_view text) { bytes += text.size(); });
    const std::size_t count = fixed_texts + record.subjects.size() + record.affected.size();
    if (bytes > std::numeric_limits<End>::max()) throw std::length_error("a job's texts are too long");
    block_ = std::make_unique_for_overwrite<char[]>(count * sizeof(End) + bytes);
    char* end_at = block_.get();
    char* const texts = block_.get() + count * sizeof(End);
    End end = 0;
    each_text(record, [&](std::string_view text) {
        text.copy(texts + end, text.size());
        end += static_cast<End>(text.size());
        std::memcpy(end_at, &end, sizeof end);
        end_at += sizeof end;
    });
}

PackedRecord::End PackedRecord::end_of(std::size_t index) const noexcept {
    End end = 0;
    std::memcpy(&end, block_.get() + index * sizeof end, sizeof end);
    return end;
}

std::string_view PackedRecord::text(std::size_t index) const noexcept {
    const char* const texts = block_.get() + (fixed_texts + subjects_ + affected_) * sizeof(End);
    const End begin = index == 0 ? 0 : end_of(index - 1);
    return {texts + begin, end_of(index) - begin};
}

JobRecord PackedRecord::unpacked() const {
    JobRecord record;
    record.type = type_;
    record.percent_complete = percent_complete_;
    record.error_code = error_code_;
    record.state = state_;
    record.cancellable = cancellable_;
    record.submitted = submitted_;
    record.started = started_;
    record.last_change = last_change_;
    std::size_t index = 0;
    for (std::string* into :
         {&record.id, &record.owner, &record.queue, &record.request, &record.caption, &record.description,
          &record.element_name, &record.error_description, &record.error_summary}) {
        *into = text(index++);
    }
    record.subjects.reserve(subjects_);
    for (std::size_t i = 0; i < subjects_; ++i) record.subjects.emplace_back(text(index++));
    record.affected.reserve(affected_);
    for (std::size_t i = 0; i < affected_; ++i) record.affected.emplace_back(text(index++));
    return record;
}

}  // namespace tintype::jobs
