// How Qcow2Machine takes a snapshot of all disks as one.
//
// 1. Every disk is looked at; up to here nothing has changed.
// 2. creating.toml is written: from now on a crash is undone by whoever opens the store next.
// 3. Some space is set aside, so that a file system that gets full lets itself be tidied up.
// 4. The snapshot is taken of one disk after the other.
// 5. The tree is written with it.
// 6. creating.toml is removed.
//
// A snapshot that stands in the tree and on all its disks is whole; any other is removed again.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "backend/qcow2_machine.hpp"

namespace tintype::backend {
namespace {

constexpr std::string_view kept = "nothing was created";
constexpr std::string_view reserve = ".creating.reserve";
/// What deleting a snapshot may need: qcow2 writes its table of snapshots anew elsewhere.
constexpr std::size_t reserved_per_disk = std::size_t{64} << 10;

tl::unexpected<BackendError> failure(BackendErrorCode code, std::string message) {
    return tl::unexpected(BackendError{code, std::move(message)});
}

}  // namespace

BackendResult<Snapshot> Qcow2Machine::create(const SnapshotRequest& request, Operation& operation,
                                             const Publish& publish) {
    const std::lock_guard guard(mutex_);
    if (const auto begun = begin(kept, publish); !begun) return tl::unexpected(begun.error());
    if (tree_.entries.count(request.id) != 0) {
        return failure(BackendErrorCode::invalid, fmt::format("the id {} is taken; {}", request.id, kept));
    }
    Steps steps(operation, 2 * description_.disks.size() + 2);
    auto intent = plan_create(request, operation, steps, publish);
    if (!intent) return tl::unexpected(intent.error());
    const std::size_t disks = intent->disks.size();
    if (const auto written = write_intent(*std::move(intent), kept); !written) return tl::unexpected(written.error());
    steps.next();

    auto done = reserve_space(folder_ / reserve, (disks + 1) * reserved_per_disk);
    if (done) done = make_on_all(operation, steps);
    if (done) done = write_created(request, disks);
    if (!done) {
        const BackendError cause = done.error();
        const auto undone = undo_create();
        publish(view());
        if (undone) return failure(cause.code, fmt::format("{}; {}", cause.message, kept));
        return failure(cause.code, fmt::format("{}; {}", cause.message, undone.error().message));
    }
    release_space(folder_ / reserve);
    Snapshot created = tree_.entries.find(request.id)->second.snapshot;
    drop_intent();
    publish(view());
    operation.progress(100);
    return created;
}

/// The intent, if every disk that shall have the snapshot can.
BackendResult<Intent> Qcow2Machine::plan_create(const SnapshotRequest& request, Operation& operation, Steps& steps,
                                                const Publish& publish) {
    const auto needed = [&](const DiskState& disk) { return disk.suitable() || !request.skip_unsuitable_disks; };
    const auto states = examine(needed, kept, operation, steps, publish);
    if (!states) return tl::unexpected(states.error());
    Intent intent{Intent::Kind::create, request.id, request.id, {}, {}};
    for (const DiskState& disk : *states) {
        if (!disk.suitable()) continue;
        if (TagIndex(*disk.contents).find(intent.tag) != Presence::absent) {
            return failure(BackendErrorCode::invalid,
                           fmt::format("disk {} has a snapshot {} already; {}", disk.name, intent.tag, kept));
        }
        intent.disks.push_back(disk.name);
    }
    if (intent.disks.empty()) {
        return failure(BackendErrorCode::not_supported,
                       fmt::format("none of the machine's disks can hold a snapshot: {}; {}",
                                   states->front().contents.error().message, kept));
    }
    return intent;
}

BackendResult<void> Qcow2Machine::make_on_all(Operation& operation, Steps& steps) {
    for (const std::string& name : intent_->disks) {
        if (operation.stop_requested()) return failure(BackendErrorCode::cancelled, "stopped as asked");
        const auto disk = locate_disk(folder_, name);
        if (!disk) return tl::unexpected(disk.error());
        if (auto created = qemu_img_.create_snapshot(*disk, intent_->tag); !created) return created;
        const auto contents = qemu_img_.read(*disk);
        if (!contents) return tl::unexpected(contents.error());
        if (TagIndex(*contents).find(intent_->tag) != Presence::present) {
            return failure(BackendErrorCode::failed, fmt::format("qemu-img took no snapshot of disk {}", name));
        }
        steps.next();
    }
    if (operation.stop_requested()) return failure(BackendErrorCode::cancelled, "stopped as asked");
    return {};
}

/// The snapshot is on all its disks: into the tree with it.
BackendResult<void> Qcow2Machine::write_created(const SnapshotRequest& request, std::size_t disks) {
    using namespace std::chrono;
    TreeEntry entry;
    entry.snapshot.id = request.id;
    entry.snapshot.machine = description_.id;
    entry.snapshot.parent = tree_.current;
    entry.snapshot.name = request.name;
    entry.snapshot.notes = request.notes;
    entry.snapshot.created = floor<microseconds>(system_clock::now());
    entry.snapshot.kind = request.kind;
    entry.tag = intent_->tag;
    if (disks != description_.disks.size()) entry.disks = intent_->disks;
    tree_.entries.insert_or_assign(request.id, std::move(entry));
    tree_.current = request.id;
    return write_tree();
}

/// Removes what there is of the snapshot. Errors: what is left of it; creating.toml stays.
BackendResult<void> Qcow2Machine::undo_create() {
    release_space(folder_ / reserve);
    const std::string id = intent_->snapshot;
    std::vector<std::string> left;
    std::string cause;
    for (const std::string& name : intent_->disks) {
        const DiskState state = look_at(name);
        BackendResult<void> removed;
        if (!state.contents) {
            removed = tl::unexpected(state.contents.error());
        } else if (TagIndex(*state.contents).find(intent_->tag) != Presence::absent) {
            removed = delete_from(name, intent_->tag);
        }
        if (removed) continue;
        left.push_back(name);
        cause = removed.error().message;
    }
    if (left.empty() && tree_.entries.count(id) != 0) {
        tree_.remove(id);
        if (auto written = write_tree(); !written) return written;
    }
    if (!left.empty()) {
        std::string message = fmt::format(
            "snapshot {} is half made, what there is of it is still on {}: {}; the next work on this "
            "machine's snapshots, or a restart of the service, removes it",
            id, fmt::join(left, ", "), cause);
        troubled_.insert_or_assign(id, BackendError{BackendErrorCode::invalid, message});
        return failure(BackendErrorCode::invalid, std::move(message));
    }
    troubled_.erase(id);
    drop_intent();
    return {};
}

/// After a crash, or when an earlier removal did not get through.
BackendResult<void> Qcow2Machine::settle_create() {
    release_space(folder_ / reserve);
    const bool in_tree = tree_.entries.count(intent_->snapshot) != 0;
    const bool whole = in_tree && std::all_of(intent_->disks.begin(), intent_->disks.end(), [&](const auto& name) {
                           return presence(name, intent_->tag) == Presence::present;
                       });
    if (whole) {
        log(LogLevel::info, fmt::format("snapshot {} is whole", intent_->snapshot));
        troubled_.erase(intent_->snapshot);
        drop_intent();
        return {};
    }
    log(LogLevel::info, fmt::format("snapshot {} is half made: it is removed", intent_->snapshot));
    return undo_create();
}

}  // namespace tintype::backend
