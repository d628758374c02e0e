#include <map>
#include <memory_resource>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

#include "jobs/packed_record.hpp"
#include "tintype/job_store.hpp"

namespace tintype {
namespace {

using jobs::PackedRecord;

class MemoryJobStore final : public JobStore {
  public:
    [[nodiscard]] bool answers_from_memory() const noexcept override { return true; }

    JobStoreResult<void> insert(const JobRecord& record) override {
        PackedRecord packed(record);  // outside the lock, it is most of the work
        const std::lock_guard lock(mutex_);
        const std::string_view id = packed.id();
        const auto [entry, added] = records_.try_emplace(id, std::move(packed));
        if (!added) return tl::make_unexpected(JobStoreError{"job " + record.id + " is there already"});
        index(entry->second);
        return {};
    }

    JobStoreResult<void> update(const JobRecord& record) override {
        PackedRecord packed(record);
        const std::lock_guard lock(mutex_);
        const auto entry = records_.find(record.id);
        if (entry == records_.end()) return tl::make_unexpected(JobStoreError{"there is no job " + record.id});
        unindex(entry->second);
        auto node = records_.extract(entry);  // the key is in the old record
        node.key() = packed.id();
        node.mapped() = std::move(packed);
        index(records_.insert(std::move(node)).position->second);
        return {};
    }

    JobStoreResult<std::optional<JobRecord>> find(std::string_view id) override {
        const std::lock_guard lock(mutex_);
        const auto entry = records_.find(id);
        if (entry == records_.end()) return std::nullopt;
        return entry->second.unpacked();
    }

    JobStoreResult<std::vector<JobRecord>> page(std::string_view after, std::size_t limit) override {
        std::vector<JobRecord> page;
        const std::lock_guard lock(mutex_);
        for (auto entry = records_.upper_bound(after); entry != records_.end() && page.size() < limit; ++entry)
            page.push_back(entry->second.unpacked());
        return page;
    }

    JobStoreResult<std::vector<JobRecord>> unfinished() override {
        std::vector<JobRecord> unfinished;
        const std::lock_guard lock(mutex_);
        for (const auto& [id, record] : records_)
            if (!is_finished(record.state())) unfinished.push_back(record.unpacked());
        return unfinished;
    }

    JobStoreResult<std::size_t> remove_finished_before(std::chrono::system_clock::time_point time) override {
        std::size_t removed = 0;
        const std::lock_guard lock(mutex_);
        while (!finished_.empty() && finished_.begin()->first < time) {
            const std::string_view id = finished_.begin()->second;
            finished_.erase(finished_.begin());
            records_.erase(records_.find(id));
            ++removed;
        }
        return removed;
    }

  private:
    void index(const PackedRecord& record) {
        if (is_finished(record.state())) finished_.emplace(record.last_change(), record.id());
    }
    void unindex(const PackedRecord& record) {
        if (is_finished(record.state())) finished_.erase({record.last_change(), record.id()});
    }

    std::mutex mutex_;  ///< Guards everything below.
    // Jobs come and go all the time: their nodes are used again.
    std::pmr::unsynchronized_pool_resource pool_;
    std::pmr::map<std::string_view, PackedRecord> records_{&pool_};  ///< The key is in the record.
    std::pmr::set<std::pair<std::chrono::system_clock::time_point, std::string_view>> finished_{
        &pool_};  ///< By age, for expiry.
};

}  // namespace

std::unique_ptr<JobStore> make_memory_job_store() {
    return std::make_unique<MemoryJobStore>();
}

}  // namespace tintype
