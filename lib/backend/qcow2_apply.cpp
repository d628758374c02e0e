// How Qcow2Machine brings a machine back to a snapshot that lies on several disks.
//
// 1. Every disk is looked at; up to here nothing has changed.
// 2. applying.toml is written: from now on a crash is carried through by whoever opens the store next, since what the
//    disks held before is lost with the first of them.
// 3. One disk after the other goes back; applying.toml says which have.
// 4. The tree is written with the snapshot as `current` and `applied`.
// 5. applying.toml is removed.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "backend/qcow2_machine.hpp"

namespace tintype::backend {
namespace {

constexpr std::string_view kept = "the machine stays as it was";

tl::unexpected<BackendError> failure(BackendErrorCode code, std::string message) {
    return tl::unexpected(BackendError{code, std::move(message)});
}

/// Whether qemu-img says so before it has changed anything on the disk.
bool leaves_the_disk(BackendErrorCode code) {
    return code == BackendErrorCode::in_use || code == BackendErrorCode::no_space ||
           code == BackendErrorCode::invalid || code == BackendErrorCode::not_supported;
}

}  // namespace

BackendResult<Machine> Qcow2Machine::apply(std::string_view id, Operation& operation, const Publish& publish) {
    const std::lock_guard guard(mutex_);
    if (const auto begun = begin(kept, publish); !begun) return tl::unexpected(begun.error());
    if (const auto trouble = troubled_.find(id); trouble != troubled_.end()) return tl::unexpected(trouble->second);
    const auto found = tree_.entries.find(id);
    if (found == tree_.entries.end()) return failure(BackendErrorCode::not_found, fmt::format("no snapshot {}", id));
    Steps steps(operation, 2 * description_.disks.size() + 2);
    auto intent = plan_apply(found->second, operation, steps, publish);
    if (!intent) return tl::unexpected(intent.error());
    if (const auto written = write_intent(*std::move(intent), kept); !written) return tl::unexpected(written.error());
    steps.next();

    if (const auto applied = apply_to_rest(&steps); !applied) {
        const BackendError& cause = applied.error();
        if (intent_->done.empty() && leaves_the_disk(cause.code)) {
            drop_intent();
            return failure(cause.code, fmt::format("{}; {}", cause.message, kept));
        }
        publish(view());
        return failure(
            cause.code,
            fmt::format("snapshot {} is half applied: disks that are back at it: {}; {}; the next work on "
                        "this machine's snapshots, or a restart of the service, finishes it",
                        id,
                        intent_->done.empty() ? "none for certain" : fmt::format("{}", fmt::join(intent_->done, ", ")),
                        cause.message));
    }
    if (const auto committed = commit_apply(); !committed) {
        // The disks are all back, and applying.toml says so until the tree can be written.
        log(LogLevel::error, fmt::format("snapshot {} is applied, but: {}", id, committed.error().message));
    }
    publish(view());
    operation.progress(100);
    return view().machine;
}

/// The intent, if every disk that the snapshot holds can go back to it.
BackendResult<Intent> Qcow2Machine::plan_apply(const TreeEntry& entry, Operation& operation, Steps& steps,
                                               const Publish& publish) {
    const auto needed = [&](const DiskState& disk) { return entry.covers(disk.name); };
    const auto states = examine(needed, kept, operation, steps, publish);
    if (!states) return tl::unexpected(states.error());
    if (const auto trouble = troubled_.find(entry.snapshot.id); trouble != troubled_.end()) {
        return failure(trouble->second.code, fmt::format("{}; {}", trouble->second.message, kept));
    }
    Intent intent{Intent::Kind::apply, entry.snapshot.id, entry.tag, {}, {}};
    for (const DiskState& disk : *states) {
        if (needed(disk)) intent.disks.push_back(disk.name);
    }
    return intent;
}

/// Brings back the disks that are not back yet. \param steps null if nobody asks how far it is.
BackendResult<void> Qcow2Machine::apply_to_rest(Steps* steps) {
    for (const std::string& name : intent_->disks) {
        if (std::find(intent_->done.begin(), intent_->done.end(), name) != intent_->done.end()) continue;
        const auto disk = locate_disk(folder_, name);
        if (!disk) return tl::unexpected(disk.error());
        // Somebody may have changed the disk since it was looked at.
        if (presence(name, intent_->tag) != Presence::present) {
            return failure(BackendErrorCode::invalid, fmt::format("disk {} does not have the snapshot", name));
        }
        if (auto applied = qemu_img_.apply_snapshot(*disk, intent_->tag); !applied) return applied;
        intent_->done.push_back(name);
        if (auto written = replace_file(folder_ / intent_file(intent_->kind), format_intent(*intent_)); !written) {
            // Only whoever comes after a crash needs it, and does harmless work twice without it.
            log(LogLevel::warning, written.error().message);
        }
        if (steps != nullptr) steps->next();
    }
    return {};
}

/// All disks are back: the tree follows, and the intent is done with.
BackendResult<void> Qcow2Machine::commit_apply() {
    if (tree_.entries.count(intent_->snapshot) != 0) {
        tree_.current = intent_->snapshot;
        tree_.applied = intent_->snapshot;
        if (auto written = write_tree(); !written) return written;
    }
    drop_intent();
    return {};
}

/// After a crash, or when a disk failed.
BackendResult<void> Qcow2Machine::settle_apply() {
    for (const DiskState& disk : look_at_rest()) {
        if (!disk.contents || TagIndex(*disk.contents).find(intent_->tag) != Presence::absent) continue;
        log(LogLevel::error, fmt::format("snapshot {} was being applied when it was deleted by hand from disk {}: the "
                                         "machine's disks may not fit together",
                                         intent_->snapshot, disk.name));
        drop_intent();
        return {};
    }
    if (const auto applied = apply_to_rest(nullptr); !applied) {
        return failure(applied.error().code,
                       fmt::format("snapshot {} is half applied: {}", intent_->snapshot, applied.error().message));
    }
    log(LogLevel::info, fmt::format("snapshot {} is applied: what was left of that is done", intent_->snapshot));
    return commit_apply();
}

/// The disks that are not back yet.
std::vector<Qcow2Machine::DiskState> Qcow2Machine::look_at_rest() const {
    std::vector<DiskState> rest;
    for (const std::string& name : intent_->disks) {
        if (std::find(intent_->done.begin(), intent_->done.end(), name) == intent_->done.end()) {
            rest.push_back(look_at(name));
        }
    }
    return rest;
}

}  // namespace tintype::backend
