#pragma once
/// \file
/// A cursor over anything that is paged by id, so that a million instances stream in constant memory.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "snapshot/backend_faults.hpp"
#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

/// Resource::get() by Resource::find(), for a resource that makes its instances in a page.
[[nodiscard]] inline wsman::Result<std::optional<cim::Instance>> first_found(wsman::Resource& resource,
                                                                             const cim::ObjectPath& keys) {
    cim::InstancePage page;
    const auto found = resource.find(keys, page);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return std::nullopt;
    return std::move(page[0]);
}

/// A cursor that makes its instances in a page.
class FillingCursor : public wsman::InstanceCursor {
  public:
    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) final {
        cim::InstancePage page;
        auto filled = fill(page, limit);
        if (!filled) return tl::unexpected(std::move(filled.error()));
        return page.take_all();
    }
    wsman::Result<bool> fill(cim::InstancePage& page, std::size_t limit) override = 0;
};

/// \tparam Item has a member `id`, by which pages are in ascending order.
template <class Item>
class PagingCursor final : public FillingCursor {
  public:
    /// A page of at most `limit` items whose id is greater than `after`; fewer mean the end.
    using Page = std::function<wsman::Result<std::vector<Item>>(std::string_view after, std::size_t limit)>;
    /// Sets an instance's values, which are all null.
    using Describe = std::function<void(const Item&, cim::Instance&)>;

    PagingCursor(const cim::ClassDeclaration& declaration, Page page, Describe describe)
        : declaration_(&declaration), page_(std::move(page)), describe_(std::move(describe)) {}

    wsman::Result<bool> fill(cim::InstancePage& page, std::size_t limit) override {
        auto items = page_(after_, limit);
        if (!items) return tl::unexpected(std::move(items.error()));
        for (const auto& item : *items) describe_(item, page.add(*declaration_));
        if (!items->empty()) after_ = std::move(items->back().id);
        return items->size() == limit;
    }

  private:
    const cim::ClassDeclaration* declaration_;
    Page page_;
    Describe describe_;
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

/// A backend's snapshots, few at a time, in memory that the thread's next enumeration uses again: for a backend that
/// waits for nothing, so that asking it often costs no time.
class SnapshotCursor final : public FillingCursor {
  public:
    using Describe = PagingCursor<Snapshot>::Describe;

    SnapshotCursor(const cim::ClassDeclaration& declaration, SnapshotBackend& backend, Describe describe)
        : declaration_(&declaration), backend_(&backend), describe_(std::move(describe)) {}

    wsman::Result<bool> fill(cim::InstancePage& page, std::size_t limit) override {
        thread_local std::vector<Snapshot> spare;
        // Out of others' reach as long as it is in use.
        auto snapshots = std::exchange(spare, {});
        snapshots.resize(at_once);
        const auto full = page.size() + limit;
        while (page.size() < full) {
            const auto wanted = std::span(snapshots).first(std::min(full - page.size(), at_once));
            const auto count = backend_->snapshots_into(after_, wanted);
            if (!count) return tl::unexpected(backend_fault(count.error()));
            for (const auto& snapshot : wanted.first(*count)) describe_(snapshot, page.add(*declaration_));
            if (*count > 0) after_ = wanted[*count - 1].id;
            if (*count < wanted.size()) break;
        }
        spare = std::move(snapshots);
        return page.size() == full;
    }

  private:
    static constexpr std::size_t at_once = 64;  ///< Some 20 KB stay with a thread.

    const cim::ClassDeclaration* declaration_;
    SnapshotBackend* backend_;
    Describe describe_;
    std::string after_;
};

/// What several cursors have, one after the other.
class SequenceCursor final : public FillingCursor {
  public:
    explicit SequenceCursor(std::vector<std::unique_ptr<wsman::InstanceCursor>> cursors)
        : cursors_(std::move(cursors)) {}

    wsman::Result<bool> fill(cim::InstancePage& page, std::size_t limit) override {
        const auto full = page.size() + limit;
        while (page.size() < full && at_ < cursors_.size()) {
            auto more = cursors_[at_]->fill(page, full - page.size());
            if (!more) return more;
            if (!*more) ++at_;
        }
        return page.size() == full;
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
