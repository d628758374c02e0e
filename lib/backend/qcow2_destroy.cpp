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

#include <utility>

#include "backend/qcow2_machine.hpp"

namespace tintype::backend {
namespace {

tl::unexpected<BackendError> failure(BackendErrorCode code, std::string message) {
    return tl::unexpected(BackendError{code, std::move(message)});
}

/// Turns steps into percent.
class Steps {
  public:
    Steps(Operation& operation, std::size_t total) : operation_(operation), total_(total) {}
    void done(std::size_t step) { operation_.progress(static_cast<unsigned>(step * 100 / total_)); }

  private:
    Operation& operation_;
    std::size_t total_;
};

/// Per disk: checked, deleted. For all: the intent, the tree.
std::size_t steps_for(std::size_t disks) {
    return 2 * disks + 2;
}

}  // namespace

BackendResult<Destroyed> Qcow2Machine::destroy(std::string_view id, Operation& operation, const Publish& publish) {
    const std::lock_guard guard(mutex_);
    if (const auto unchanged = check_unchanged("nothing was destroyed"); !unchanged)
        return tl::unexpected(unchanged.error());
    if (intent_) {
        const bool same = intent_->snapshot == id;
        const auto settled = settle_intent();
        publish(view());
        if (!settled) return tl::unexpected(settled.error());
        if (same && tree_.entries.find(id) == tree_.entries.end()) return Destroyed{{std::string(id)}};
    }
    const auto found = tree_.entries.find(id);
    if (found == tree_.entries.end()) return failure(BackendErrorCode::not_found, fmt::format("no snapshot {}", id));
    if (operation.stop_requested())
        return failure(BackendErrorCode::cancelled, "stopped before anything was destroyed");

    const auto checked = check_disks(found->second, operation, publish);
    if (!checked) return tl::unexpected(checked.error());
    intent_ = *checked;
    if (const auto written = replace_file(folder_ / "destroying.toml", format_intent(*intent_)); !written) {
        drop_intent();
        return failure(written.error().code, fmt::format("{}; nothing was destroyed", written.error().message));
    }
    const std::vector<std::string> disks = intent_->disks;
    Steps steps(operation, steps_for(description_.disks.size()));
    std::size_t step = description_.disks.size() + 1;
    steps.done(step);

    for (const std::string& disk : disks) {
        if (const auto deleted = delete_from(disk, intent_->tag); !deleted) {
            const auto recovered = recover(deleted.error());
            publish(view());
            if (!recovered) return tl::unexpected(recovered.error());
            return Destroyed{{std::string(id)}};
        }
        steps.done(++step);
    }
    if (const auto committed = commit_intent(); !committed) {
        // The snapshot is gone, and destroying.toml says so until the tree can be written.
        log(LogLevel::error, fmt::format("snapshot {} is destroyed, but: {}", id, committed.error().message));
    }
    publish(view());
    steps.done(steps_for(description_.disks.size()));
    return Destroyed{{std::string(id)}};
}

/// Whether every disk lets itself be changed; the intent names those that have the snapshot.
BackendResult<DestroyIntent> Qcow2Machine::check_disks(const TreeEntry& entry, Operation& operation,
                                                       const Publish& publish) {
    constexpr std::string_view kept = "nothing was destroyed";
    DestroyIntent intent{entry.snapshot.id, entry.tag, {}};
    std::vector<DiskState> states;
    std::vector<std::string> missing;
    Steps steps(operation, steps_for(description_.disks.size()));
    for (const std::string& name : description_.disks) {
        const auto disk = locate_disk(folder_, name);
        if (!disk) return failure(disk.error().code, fmt::format("{}; {}", disk.error().message, kept));
        if (const auto writable = check_writable(*disk); !writable) {
            return failure(writable.error().code, fmt::format("{}; {}", writable.error().message, kept));
        }
        held_ = is_held(*disk);
        if (held_) {
            publish(view());
            return failure(BackendErrorCode::in_use,
                           fmt::format("disk {} is in use by another process; {}", name, kept));
        }
        states.push_back({name, qemu_img_.read(*disk)});
        const auto& contents = states.back().contents;
        if (!contents) return failure(contents.error().code, fmt::format("{}; {}", contents.error().message, kept));
        switch (TagIndex(*contents).find(entry.tag)) {
            case Presence::present:
                intent.disks.push_back(name);
                break;
            case Presence::absent:
                missing.push_back(name);
                break;
            case Presence::ambiguous:
                return failure(BackendErrorCode::invalid,
                               fmt::format("disk {} has several snapshots that answer to the tag of snapshot {}; {}",
                                           name, entry.snapshot.id, kept));
        }
        if (operation.stop_requested()) {
            return failure(BackendErrorCode::cancelled, "stopped before anything was destroyed");
        }
        steps.done(states.size());
    }
    const bool known_damaged = troubled_.count(entry.snapshot.id) != 0;
    if (judge(states)) publish(view());
    if (missing.empty()) return intent;
    if (!known_damaged) {
        return failure(BackendErrorCode::invalid,
                       fmt::format("snapshot {} was changed by hand: it is missing on disk {}; {}", entry.snapshot.id,
                                   fmt::join(missing, ", "), kept));
    }
    log(LogLevel::warning, fmt::format("what is left of the damaged snapshot {} is destroyed", entry.snapshot.id));
    return intent;
}

/// Deletes the snapshot from one disk and sees that it is gone.
BackendResult<void> Qcow2Machine::delete_from(const std::string& name, const std::string& tag) const {
    const auto disk = locate_disk(folder_, name);
    if (!disk) return tl::unexpected(disk.error());
    if (auto deleted = qemu_img_.delete_snapshot(*disk, tag); !deleted) return deleted;
    const auto contents = qemu_img_.read(*disk);
    if (!contents) return tl::unexpected(contents.error());
    if (TagIndex(*contents).find(tag) == Presence::absent) return {};
    return failure(BackendErrorCode::failed, fmt::format("qemu-img did not delete the snapshot from disk {}", name));
}

/// After a deletion that failed: looks where the snapshot still is and says so, or carries on if it is gone after all.
BackendResult<void> Qcow2Machine::recover(const BackendError& cause) {
    std::vector<std::string> gone;
    std::vector<std::string> left;
    std::vector<std::string> unknown;
    for (const DiskState& disk : look_at(intent_->disks)) {
        const Presence presence = disk.contents ? TagIndex(*disk.contents).find(intent_->tag) : Presence::ambiguous;
        (presence == Presence::absent ? gone : presence == Presence::present ? left : unknown).push_back(disk.name);
    }
    if (gone.empty() && unknown.empty()) {
        drop_intent();
        judge(look_at(description_.disks));
        return failure(cause.code, fmt::format("{}; nothing was destroyed", cause.message));
    }
    if (left.empty() && unknown.empty()) return commit_intent();

    std::string message = fmt::format("snapshot {} is half destroyed", intent_->snapshot);
    if (!gone.empty()) message += fmt::format(", gone from {}", fmt::join(gone, ", "));
    if (!left.empty()) message += fmt::format(", still on {}", fmt::join(left, ", "));
    if (!unknown.empty()) message += fmt::format(", not to be told on {}", fmt::join(unknown, ", "));
    message +=
        fmt::format(": {}; the next destroy on this machine, or a restart of the service, finishes it", cause.message);
    troubled_.insert_or_assign(intent_->snapshot, BackendError{BackendErrorCode::invalid, message});
    return failure(cause.code, message);
}

/// Ends what an earlier destroy, of this process or one before it, left unfinished.
BackendResult<void> Qcow2Machine::settle_intent() {
    const DestroyIntent intent = *intent_;
    std::vector<std::string> left;
    for (const DiskState& disk : look_at(intent.disks)) {
        if (!disk.contents) return recover(disk.contents.error());
        const Presence presence = TagIndex(*disk.contents).find(intent.tag);
        if (presence == Presence::ambiguous) {
            return recover({BackendErrorCode::invalid, fmt::format("disk {} was changed by hand", disk.name)});
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
        if (const auto deleted = delete_from(disk, intent.tag); !deleted) return recover(deleted.error());
    }
    log(LogLevel::info, fmt::format("snapshot {} is destroyed: what was left of it is gone", intent.snapshot));
    return commit_intent();
}

/// The snapshot is gone from all disks: out of the tree, and the intent with it.
BackendResult<void> Qcow2Machine::commit_intent() {
    const std::string id = intent_->snapshot;
    tree_.remove(id);
    troubled_.erase(id);
    if (auto written = write_tree(); !written) return written;
    drop_intent();
    return {};
}

void Qcow2Machine::drop_intent() {
    if (const auto removed = remove_file(folder_ / "destroying.toml"); !removed) {
        // Harmless: whoever finds it sees by the disks that there is nothing left to do.
        log(LogLevel::warning, removed.error().message);
        return;
    }
    intent_.reset();
}

}  // namespace tintype::backend
