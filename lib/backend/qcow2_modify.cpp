// How Qcow2Machine renames a snapshot. Name and notes stand in snapshots.toml alone: qemu-img knows a snapshot by its
// tag, which never changes, so no disk is opened and it does not matter whether somebody runs the machine. The file is
// replaced as a whole, so a crash leaves the old name and notes or the new ones.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "backend/qcow2_machine.hpp"

namespace tintype::backend {

BackendResult<Snapshot> Qcow2Machine::modify(std::string_view id, const SnapshotChanges& changes,
                                             const Publish& publish) {
    // Others rewrite the same file and may take minutes: whoever asks is told so instead of waiting for it.
    const std::unique_lock guard(mutex_, std::try_to_lock);
    if (!guard) {
        return tl::unexpected(BackendError{BackendErrorCode::in_use, "somebody is at work on the machine's snapshots"});
    }
    if (auto unchanged = check_unchanged("nothing was changed"); !unchanged) return tl::unexpected(unchanged.error());
    if (const auto trouble = troubled_.find(id); trouble != troubled_.end()) return tl::unexpected(trouble->second);
    const auto found = tree_.entries.find(id);
    if (found == tree_.entries.end()) {
        return tl::unexpected(BackendError{BackendErrorCode::not_found, fmt::format("no snapshot {}", id)});
    }
    Snapshot& snapshot = found->second.snapshot;
    const Snapshot before = snapshot;
    if (changes.name) snapshot.name = *changes.name;
    if (changes.notes) snapshot.notes = *changes.notes;
    const FileStamp stamp_before = tree_stamp_;
    const auto written = write_tree();
    // A failure after the renaming leaves the new file in place: what clients see is what the next opening will read.
    if (!written && tree_stamp_ == stamp_before) snapshot = before;
    MachineView now = view();
    // As readers see it: a parent that is damaged is not its parent there.
    Snapshot shown =
        *std::find_if(now.snapshots.begin(), now.snapshots.end(), [&](const auto& s) { return s.id == id; });
    publish(std::move(now));
    if (!written) return tl::unexpected(written.error());
    return shown;
}

}  // namespace tintype::backend
