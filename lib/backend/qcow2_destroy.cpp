// How Qcow2Machine destroys a snapshot that lies on several disks, so that it is either whole or gone for whoever asks.
//
// 1. Every disk is checked; up to here nothing has changed.
// 2. The intent is written to destroying.toml: from now on a crash is finished by whoever opens the store next.
// 3. The snapshot is deleted from one disk after the other.
// 4. The tree is written without it.
// 5. destroying.toml is removed.
//
// What was interrupted is judged by the disks alone: a snapshot that all of them still have is whole and stays; one
// that some have lost can't be restored and is deleted from the rest.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unordered_map>
#include <utility>

#include "backend/qcow2_machine.hpp"

namespace tintype::backend {
namespace {

constexpr std::string_view kept = "nothing was destroyed";

tl::unexpected<BackendError> failure(BackendErrorCode code, std::string message) {
    return tl::unexpected(BackendError{code, std::move(message)});
}

}  // namespace

BackendResult<Destroyed> Qcow2Machine::destroy(std::string_view id, Operation& operation, const Publish& publish) {
    const std::lock_guard guard(mutex_);
    const bool pending = intent_ && intent_->snapshot == id;
    if (const auto begun = begin(kept, publish); !begun) return tl::unexpected(begun.error());
    const auto found = tree_.entries.find(id);
    if (found == tree_.entries.end()) {
        // What was left of it has just been removed.
        if (pending) return Destroyed{{std::string(id)}};
        return failure(BackendErrorCode::not_found, fmt::format("no snapshot {}", id));
    }
    if (operation.stop_requested())
        return failure(BackendErrorCode::cancelled, "stopped as asked; nothing was destroyed");

    Steps steps(operation, 2 * description_.disks.size() + 2);
    auto intent = plan_destroy(found->second, operation, steps, publish);
    if (!intent) return tl::unexpected(intent.error());
    if (const auto written = write_intent(*std::move(intent), kept); !written) return tl::unexpected(written.error());
    steps.next();

    for (const std::string& disk : std::vector<std::string>(intent_->disks)) {
        if (const auto deleted = delete_from(disk, intent_->tag); !deleted) {
            const auto recovered = recover_destroy(deleted.error());
            publish(view());
            if (!recovered) return tl::unexpected(recovered.error());
            return Destroyed{{std::string(id)}};
        }
        steps.next();
    }
    if (const auto committed = commit_destroy(); !committed) {
        // The snapshot is gone, and destroying.toml says so until the tree can be written.
        log(LogLevel::error, fmt::format("snapshot {} is destroyed, but: {}", id, committed.error().message));
    }
    publish(view());
    operation.progress(100);
    return Destroyed{{std::string(id)}};
}

BackendResult<Destroyed> Qcow2Machine::destroy_tree(std::string_view id, Operation& operation, const Publish& publish) {
    std::vector<std::string> doomed{std::string(id)};  // parents before their children
    {
        const std::lock_guard guard(mutex_);
        std::unordered_map<std::string, std::vector<std::string>> children;
        for (const auto& [child, entry] : tree_.entries) {
            if (entry.snapshot.parent) children[*entry.snapshot.parent].push_back(child);
        }
        for (std::size_t i = 0; i < doomed.size(); ++i) {
            const std::vector<std::string> below = std::move(children[doomed[i]]);
            doomed.insert(doomed.end(), below.begin(), below.end());
        }
    }
    Destroyed all;
    for (auto next = doomed.rbegin(); next != doomed.rend(); ++next) {
        Share share(operation, all.snapshots.size(), doomed.size());
        auto destroyed = destroy(*next, share, publish);
        if (!destroyed) {
            BackendError error = std::move(destroyed.error());
            if (!all.snapshots.empty()) {
                error.message = fmt::format("snapshot {} of the tree: {}; of its {} snapshots {} are destroyed", *next,
                                            error.message, doomed.size(), all.snapshots.size());
            }
            return tl::unexpected(std::move(error));
        }
        all.snapshots.push_back(*next);
    }
    return all;
}

/// Whether every disk lets itself be changed; the intent names those that have the snapshot.
BackendResult<Intent> Qcow2Machine::plan_destroy(const TreeEntry& entry, Operation& operation, Steps& steps,
                                                 const Publish& publish) {
    const bool known_damaged = troubled_.count(entry.snapshot.id) != 0;
    const auto needed = [&](const DiskState& disk) { return entry.covers(disk.name); };
    const auto states = examine(needed, kept, operation, steps, publish);
    if (!states) return tl::unexpected(states.error());
    Intent intent{Intent::Kind::destroy, entry.snapshot.id, entry.tag, {}, {}};
    std::vector<std::string> missing;
    for (const DiskState& disk : *states) {
        if (!needed(disk)) continue;
        switch (TagIndex(*disk.contents).find(entry.tag)) {
            case Presence::present:
                intent.disks.push_back(disk.name);
                break;
            case Presence::absent:
                missing.push_back(disk.name);
                break;
            case Presence::ambiguous:
                return failure(BackendErrorCode::invalid,
                               fmt::format("disk {} has several snapshots that answer to the tag of snapshot {}; {}",
                                           disk.name, entry.snapshot.id, kept));
        }
    }
    if (missing.empty()) return intent;
    if (!known_damaged) {
        return failure(BackendErrorCode::invalid,
                       fmt::format("snapshot {} was changed by hand: it is missing on disk {}; {}", entry.snapshot.id,
                                   fmt::join(missing, ", "), kept));
    }
    log(LogLevel::warning, fmt::format("what is left of the damaged snapshot {} is destroyed", entry.snapshot.id));
    return intent;
}

/// After a deletion that failed: looks where the snapshot still is and says so, or carries on if it is gone after all.
BackendResult<void> Qcow2Machine::recover_destroy(const BackendError& cause) {
    std::vector<std::string> gone;
    std::vector<std::string> left;
    std::vector<std::string> unknown;
    for (const std::string& name : intent_->disks) {
        const Presence found = presence(name, intent_->tag);
        (found == Presence::absent ? gone : found == Presence::present ? left : unknown).push_back(name);
    }
    if (gone.empty() && unknown.empty()) {
        drop_intent();
        judge(look_at(description_.disks));
        return failure(cause.code, fmt::format("{}; nothing was destroyed", cause.message));
    }
    if (left.empty() && unknown.empty()) return commit_destroy();

    std::string message = fmt::format("snapshot {} is half destroyed", intent_->snapshot);
    if (!gone.empty()) message += fmt::format(", gone from {}", fmt::join(gone, ", "));
    if (!left.empty()) message += fmt::format(", still on {}", fmt::join(left, ", "));
    if (!unknown.empty()) message += fmt::format(", not to be told on {}", fmt::join(unknown, ", "));
    message += fmt::format(": {}; the next work on this machine's snapshots, or a restart of the service, finishes it",
                           cause.message);
    troubled_.insert_or_assign(intent_->snapshot, BackendError{BackendErrorCode::invalid, message});
    return failure(cause.code, message);
}

/// After a crash, or when a deletion failed.
BackendResult<void> Qcow2Machine::settle_destroy() {
    const Intent intent = *intent_;
    std::vector<std::string> left;
    for (const DiskState& disk : look_at(intent.disks)) {
        if (!disk.contents) return recover_destroy(disk.contents.error());
        const Presence presence = TagIndex(*disk.contents).find(intent.tag);
        if (presence == Presence::ambiguous) {
            return recover_destroy({BackendErrorCode::invalid, fmt::format("disk {} was changed by hand", disk.name)});
        }
        if (presence == Presence::present) left.push_back(disk.name);
    }
    if (!left.empty() && left.size() == intent.disks.size()) {
        log(LogLevel::info, fmt::format("nothing of snapshot {} had been destroyed: it stays", intent.snapshot));
        drop_intent();
        judge(look_at(description_.disks));
        return {};
    }
    for (const std::string& disk : left) {
        if (const auto deleted = delete_from(disk, intent.tag); !deleted) return recover_destroy(deleted.error());
    }
    log(LogLevel::info, fmt::format("snapshot {} is destroyed: what was left of it is gone", intent.snapshot));
    return commit_destroy();
}

/// The snapshot is gone from all disks: out of the tree, and the intent with it.
BackendResult<void> Qcow2Machine::commit_destroy() {
    const std::string id = intent_->snapshot;
    tree_.remove(id);
    troubled_.erase(id);
    if (auto written = write_tree(); !written) return written;
    drop_intent();
    return {};
}

}  // namespace tintype::backend
