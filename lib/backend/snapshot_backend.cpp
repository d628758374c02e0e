#include "tintype/snapshot_backend.hpp"

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "backend/progress.hpp"

namespace tintype {

namespace {

tl::unexpected<BackendError> not_supported(const char* message) {
    return tl::unexpected(BackendError{BackendErrorCode::not_supported, message});
}

constexpr std::size_t page_size = 256;

using Children = std::unordered_map<std::string, std::vector<std::string>>;

/// The snapshots of one machine by their parent.
BackendResult<Children> children_of(SnapshotBackend& backend, const std::string& machine) {
    Children children;
    std::string after;
    while (true) {
        auto page = backend.snapshots_of(machine, after, page_size);
        if (!page) return tl::unexpected(std::move(page.error()));
        for (const auto& one : *page)
            if (one.parent) children[*one.parent].push_back(one.id);
        if (page->size() < page_size) return children;
        after = page->back().id;
    }
}

}  // namespace

BackendResult<std::size_t> SnapshotBackend::snapshots_into(std::string_view after, std::span<Snapshot> page) {
    auto found = snapshots(after, page.size());
    if (!found) return tl::unexpected(std::move(found.error()));
    const auto count = std::min(found->size(), page.size());
    std::move(found->begin(), found->begin() + static_cast<std::ptrdiff_t>(count), page.begin());
    return count;
}

BackendResult<std::vector<Snapshot>> SnapshotBackend::snapshots_of(std::string_view machine, std::string_view after,
                                                                   std::size_t limit) {
    std::vector<Snapshot> found;
    std::string last(after);
    while (true) {
        auto page = snapshots(last, page_size);
        if (!page) return page;
        for (auto& one : *page) {
            if (one.machine != machine) continue;
            found.push_back(one);
            if (found.size() == limit) return found;
        }
        if (page->size() < page_size) return found;
        last = std::move(page->back().id);
    }
}

BackendResult<std::string> SnapshotBackend::machine_of(std::string_view id) {
    auto found = snapshot(id);
    if (!found) return tl::unexpected(std::move(found.error()));
    return std::move(found->machine);
}

BackendResult<Snapshot> SnapshotBackend::modify_snapshot(std::string_view /*id*/, const SnapshotChanges& /*changes*/) {
    return not_supported("This backend can't change a snapshot's name or notes.");
}

BackendResult<Destroyed> SnapshotBackend::destroy_snapshot_tree(std::string_view id, Operation& operation) {
    const auto root = snapshot(id);
    if (!root) return tl::unexpected(root.error());
    auto children = children_of(*this, root->machine);
    if (!children) return tl::unexpected(std::move(children.error()));
    std::vector<std::string> tree{root->id};  // parents before their children
    for (std::size_t i = 0; i < tree.size(); ++i)
        for (auto& child : (*children)[tree[i]]) tree.push_back(std::move(child));

    Destroyed destroyed;
    for (auto one = tree.rbegin(); one != tree.rend(); ++one) {
        backend::Share share(operation, destroyed.snapshots.size(), tree.size());
        const auto left = tree.size() - destroyed.snapshots.size();
        auto gone = destroy_snapshot(*one, share);
        if (gone) {
            for (auto& name : gone->snapshots) destroyed.snapshots.push_back(std::move(name));
            continue;
        }
        auto error = std::move(gone.error());
        if (!destroyed.snapshots.empty())
            error.message += " Of the tree " + std::to_string(left) + " snapshots are left.";
        return tl::unexpected(std::move(error));
    }
    return destroyed;
}

BackendResult<Snapshot> SnapshotBackend::create_snapshot(const SnapshotRequest& /*request*/, Operation& /*operation*/) {
    return not_supported("This backend can't create snapshots.");
}

BackendResult<Machine> SnapshotBackend::apply_snapshot(std::string_view /*id*/, Operation& /*operation*/) {
    return not_supported("This backend can't apply snapshots.");
}

BackendResult<Snapshot> SnapshotBackend::clear_saved_state(std::string_view /*id*/, Operation& /*operation*/) {
    return not_supported("This backend can't clear a snapshot's saved state.");
}

BackendResult<Machine> SnapshotBackend::request_state(std::string_view /*machine*/, StateRequest /*request*/,
                                                      Operation& /*operation*/) {
    return not_supported("This backend can't change the state of a machine.");
}

}  // namespace tintype
