#pragma once
/// \file
/// A record that each thread fills in again and again.

#include <cstddef>
#include <optional>
#include <utility>

#include "tintype/job_store.hpp"

namespace tintype::jobs {

/// What the last user of this thread left is still in it: set every member. What its texts have allocated stays, up to
/// what a job commonly takes. One that is made while another of the thread is in use has a record of its own.
class ReusedRecord {
  public:
    ReusedRecord() {
        auto& [record, in_use] = of_this_thread();
        if (in_use) {
            record_ = &own_.emplace();
        } else {
            in_use = true;
            record_ = &record;
        }
    }
    ReusedRecord(const ReusedRecord&) = delete;
    ReusedRecord& operator=(const ReusedRecord&) = delete;
    ~ReusedRecord() {
        if (own_) return;
        constexpr std::size_t common = 16;
        if (record_->subjects.capacity() > common || record_->affected.capacity() > common) *record_ = {};
        of_this_thread().second = false;
    }

    JobRecord& operator*() const { return *record_; }
    JobRecord* operator->() const { return record_; }

  private:
    static std::pair<JobRecord, bool>& of_this_thread() {
        thread_local std::pair<JobRecord, bool> reused;
        return reused;
    }

    JobRecord* record_;
    std::optional<JobRecord> own_;
};

}  // namespace tintype::jobs
