#pragma once
/// \file
/// A cursor over anything that is paged by id, so that a million instances stream in constant memory.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "snapshot/backend_faults.hpp"
#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

/// \tparam Item has a member `id`, by which pages are in ascending order.
template <class Item>
class PagingCursor final : public wsman::InstanceCursor {
  public:
    /// A page of at most `limit` items whose id is greater than `after`; fewer mean the end.
    using Page = std::function<wsman::Result<std::vector<Item>>(std::string_view after, std::size_t limit)>;
    using ToInstance = std::function<cim::Instance(const Item&)>;

    PagingCursor(Page page, ToInstance to_instance) : page_(std::move(page)), to_instance_(std::move(to_instance)) {}

    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        auto items = page_(after_, limit);
        if (!items) return tl::unexpected(std::move(items.error()));
        std::vector<cim::Instance> instances;
        instances.reserve(items->size());
        for (const auto& item : *items) instances.push_back(to_instance_(item));
        if (!items->empty()) after_ = std::move(items->back().id);
        return instances;
    }

  private:
    Page page_;
    ToInstance to_instance_;
    std::string after_;
};

/// Pages of a backend's machines and snapshots, its errors as faults.
[[nodiscard]] inline PagingCursor<Machine>::Page machine_pages(SnapshotBackend& backend) {
    return [&backend](std::string_view after, std::size_t limit) {
        return backend.machines(after, limit).map_error(backend_fault);
    };
}
[[nodiscard]] inline PagingCursor<Snapshot>::Page snapshot_pages(SnapshotBackend& backend) {
    return [&backend](std::string_view after, std::size_t limit) {
        return backend.snapshots(after, limit).map_error(backend_fault);
    };
}

/// What several cursors have, one after the other.
class SequenceCursor final : public wsman::InstanceCursor {
  public:
    explicit SequenceCursor(std::vector<std::unique_ptr<wsman::InstanceCursor>> cursors)
        : cursors_(std::move(cursors)) {}

    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        std::vector<cim::Instance> instances;
        while (instances.size() < limit && at_ < cursors_.size()) {
            const auto wanted = limit - instances.size();
            auto page = cursors_[at_]->next(wanted);
            if (!page) return tl::unexpected(std::move(page.error()));
            if (page->size() < wanted) ++at_;
            for (auto& instance : *page) instances.push_back(std::move(instance));
        }
        return instances;
    }

  private:
    std::vector<std::unique_ptr<wsman::InstanceCursor>> cursors_;
    std::size_t at_ = 0;
};

/// A few instances that are known at once.
class FixedCursor final : public wsman::InstanceCursor {
  public:
    explicit FixedCursor(std::vector<cim::Instance> instances) : instances_(std::move(instances)) {}

    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        std::vector<cim::Instance> page;
        while (page.size() < limit && at_ < instances_.size()) page.push_back(std::move(instances_[at_++]));
        return page;
    }

  private:
    std::vector<cim::Instance> instances_;
    std::size_t at_ = 0;
};

}  // namespace tintype::snapshot
