#include <array>
#include <cstdint>
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

/// An id with its first 16 bytes as numbers, which are mostly all of it that has to be looked at: a search through many
/// records touches only the nodes of the tree.
struct Id {
    explicit Id(std::string_view id) : text(id) {
        for (std::size_t i = 0; i < 16; ++i) {
            auto& word = beginning[i / 8];
            word = word << 8U | (i < id.size() ? static_cast<unsigned char>(id[i]) : 0U);
        }
    }
    friend bool operator<(const Id& left, const Id& right) {
        return left.beginning != right.beginning ? left.beginning < right.beginning : left.text < right.text;
    }

    std::array<std::uint64_t, 2> beginning{};
    std::string_view text;
};

class MemoryJobStore final : public JobStore {
  public:
    [[nodiscard]] bool answers_from_memory() const noexcept override { return true; }

    JobStoreResult<void> insert(const JobRecord& record) override {
        PackedRecord packed(record);  // outside the lock, it is most of the work
        const std::lock_guard lock(mutex_);
        const Id id(packed.id());
        const auto before = records_.size();
        const auto entry = records_.try_emplace(records_.end(), id, std::move(packed));  // ids mostly come in order
        if (records_.size() == before)
            return tl::make_unexpected(JobStoreError{"job " + record.id + " is there already"});
        try {
            index(record, entry->second);
        } catch (...) {
            records_.erase(entry);
            throw;
        }
        return {};
    }

    [[nodiscard]] bool is_durable() const noexcept override { return false; }

    JobStoreResult<void> update(const JobRecord& record) override {
        const std::lock_guard lock(mutex_);
        const auto entry = records_.find(Id(record.id));
        if (entry == records_.end()) return tl::make_unexpected(JobStoreError{"there is no job " + record.id});
        PackedRecord& kept = entry->second;
        if (kept.asks_the_same(record)) {
            auto outcome = PackedRecord::packed_outcome(record);
            if (!is_finished(kept.state())) {
                index(record, kept);
            } else if (!is_finished(record.state) || kept.last_change() != record.last_change) {
                index(record, kept);
                unindex(kept);
            }
            kept.take_outcome(record, std::move(outcome));
            return {};
        }
        PackedRecord packed(record);
        if (is_finished(kept.state())) unindex(kept);
        index(record, packed);
        auto node = records_.extract(entry);  // the key is in the old record
        node.key() = Id(packed.id());
        node.mapped() = std::move(packed);
        records_.insert(std::move(node));
        return {};
    }

    JobStoreResult<std::optional<JobRecord>> find(std::string_view id) override {
        const std::lock_guard lock(mutex_);
        const auto entry = records_.find(Id(id));
        if (entry == records_.end()) return std::nullopt;
        return entry->second.unpacked();
    }

    JobStoreResult<std::vector<JobRecord>> page(std::string_view after, std::size_t limit) override {
        std::vector<JobRecord> page;
        const std::lock_guard lock(mutex_);
        for (auto entry = records_.upper_bound(Id(after)); entry != records_.end() && page.size() < limit; ++entry)
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
            records_.erase(records_.find(Id(id)));
            ++removed;
        }
        return removed;
    }

  private:
    /// \param record what `kept` is or is about to be.
    void index(const JobRecord& record, const PackedRecord& kept) {
        if (is_finished(record.state)) finished_.emplace(record.last_change, kept.id());
    }
    void unindex(const PackedRecord& record) { finished_.erase({record.last_change(), record.id()}); }

    std::mutex mutex_;  ///< Guards everything below.
    // Jobs come and go all the time: their nodes are used again.
    std::pmr::unsynchronized_pool_resource pool_;
    std::pmr::map<Id, PackedRecord> records_{&pool_};  ///< The key's text is in the record.
    std::pmr::set<std::pair<std::chrono::system_clock::time_point, std::string_view>> finished_{
        &pool_};  ///< By age, for expiry.
};

}  // namespace

std::unique_ptr<JobStore> make_memory_job_store() {
    return std::make_unique<MemoryJobStore>();
}

}  // namespace tintype
