// DestroySnapshot and DestroySnapshotTree.

#include <algorithm>
#include <utility>

#include "snapshot/snapshot_task.hpp"

namespace tintype::snapshot {

namespace {

constexpr std::size_t page_size = 256;

/// A snapshot and all that was taken after it, parents before their children.
BackendResult<void> find_subtree(SnapshotBackend& backend, const Snapshot& root, std::vector<std::string>& tree) {
    std::vector<std::pair<std::string, std::string>> children;  // parent, child
    std::string after;
    while (true) {
        const auto page = backend.snapshots_of(root.machine, after, page_size);
        if (!page) return tl::unexpected(page.error());
        for (const auto& one : *page)
            if (one.parent) children.emplace_back(*one.parent, one.id);
        if (page->size() < page_size) break;
        after = page->back().id;
    }
    std::sort(children.begin(), children.end());
    tree.assign(1, root.id);
    for (std::size_t i = 0; i < tree.size(); ++i) {
        auto child = std::lower_bound(children.begin(), children.end(), std::pair(tree[i], std::string()));
        for (; child != children.end() && child->first == tree[i]; ++child) tree.push_back(child->second);
    }
    return {};
}

std::optional<Outcome> refusal_while_running(SnapshotBackend& backend, const Snapshot& snapshot) {
    if (backend.capabilities().destroys_running || !machine_runs(backend, snapshot)) return std::nullopt;
    return Outcome::invalid_state;
}

BackendResult<std::vector<std::string>> ids_of(BackendResult<Destroyed> destroyed) {
    if (!destroyed) return tl::unexpected(std::move(destroyed.error()));
    return std::move(destroyed->snapshots);
}

/// Which of the job's snapshots are gone. Errors: the backend can't tell.
BackendResult<std::vector<std::string>> gone(SnapshotBackend& backend, const JobRecord& record) {
    std::vector<std::string> ids;
    for (const auto& id : record.subjects) {
        const auto snapshot = backend.snapshot(id);
        if (snapshot) continue;
        if (snapshot.error().code != BackendErrorCode::not_found) return tl::unexpected(snapshot.error());
        ids.push_back(id);
    }
    return ids;
}

class DestroySnapshot final : public SnapshotTask {
  public:
    DestroySnapshot()
        : SnapshotTask({.parameter = "AffectedSnapshot",
                        .table = ReturnTable::cim,
                        .job_type = JobType::destroy,
                        .caption = "Destroying Snapshot",
                        .description = "Destroying the snapshot '{}'",
                        .failure = "The snapshot '{}' was not destroyed.",
                        .request = "destroy-snapshot",
                        .damaged_too = true}) {}

    [[nodiscard]] std::optional<Outcome> answer_at_once(SnapshotBackend& backend,
                                                        const Snapshot& snapshot) const override {
        return refusal_while_running(backend, snapshot);
    }

    [[nodiscard]] BackendResult<void> find_subjects(SnapshotBackend& backend, const Snapshot& snapshot,
                                                    std::vector<std::string>& subjects) const override {
        if (!backend.capabilities().keeps_dependants) return find_subtree(backend, snapshot, subjects);
        return SnapshotTask::find_subjects(backend, snapshot, subjects);
    }

    BackendResult<std::vector<std::string>> run(SnapshotBackend& backend, std::string_view id,
                                                Operation& operation) const override {
        return ids_of(backend.destroy_snapshot(id, operation));
    }

    [[nodiscard]] jobs::Settlement settle(SnapshotBackend& backend, const JobRecord& record,
                                          const std::optional<Snapshot>& snapshot,
                                          std::string_view /*remark*/) const override {
        if (snapshot) return settled_as_failed(ReturnTable::cim, "The snapshot is still there.");
        auto ids = gone(backend, record);
        return settled_as_done(ids ? *std::move(ids) : record.subjects);
    }
};

class DestroySnapshotTree final : public SnapshotTask {
  public:
    DestroySnapshotTree()
        : SnapshotTask({.parameter = "SnapshotSettingData",
                        .table = ReturnTable::vendor,
                        .job_type = JobType::destroy,
                        .caption = "Destroying Snapshot Tree",
                        .description = "Destroying the snapshot '{}' and all that were taken after it",
                        .failure = "The tree of the snapshot '{}' was not destroyed.",
                        .request = "destroy-snapshot-tree",
                        .damaged_too = true}) {}

    [[nodiscard]] std::optional<Outcome> answer_at_once(SnapshotBackend& backend,
                                                        const Snapshot& snapshot) const override {
        return refusal_while_running(backend, snapshot);
    }

    [[nodiscard]] BackendResult<void> find_subjects(SnapshotBackend& backend, const Snapshot& snapshot,
                                                    std::vector<std::string>& subjects) const override {
        return find_subtree(backend, snapshot, subjects);
    }

    BackendResult<std::vector<std::string>> run(SnapshotBackend& backend, std::string_view id,
                                                Operation& operation) const override {
        return ids_of(backend.destroy_snapshot_tree(id, operation));
    }

    [[nodiscard]] jobs::Settlement settle(SnapshotBackend& backend, const JobRecord& record,
                                          const std::optional<Snapshot>& /*snapshot*/,
                                          std::string_view /*remark*/) const override {
        auto ids = gone(backend, record);
        if (!ids) {
            return settled_as_failed(ReturnTable::vendor,
                                     "What became of the snapshots is not known: " + ids.error().message);
        }
        const auto all = record.subjects.size();
        if (ids->size() == all) return settled_as_done(*std::move(ids));
        auto settlement =
            settled_as_failed(ReturnTable::vendor, "Of " + std::to_string(all) + " snapshots " +
                                                       std::to_string(all - ids->size()) + " are still there.");
        settlement.affected = *std::move(ids);
        return settlement;
    }
};

}  // namespace

const SnapshotTask& destroy_snapshot() noexcept {
    static const DestroySnapshot task;
    return task;
}

const SnapshotTask& destroy_snapshot_tree() noexcept {
    static const DestroySnapshotTree task;
    return task;
}

}  // namespace tintype::snapshot
