#pragma once
/// \file
/// What stands beside a machine's disks, as text: machine.toml (written by people), snapshots.toml and destroying.toml
/// (written by us). docs/qcow2-store.md describes each key.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// machine.toml
struct MachineDescription {
    std::string id;
    std::string name;
    std::string notes;
    TimePoint created{};
    std::vector<std::string> disks;  ///< One or more, all different; is_disk_name() holds for each.
};

/// A snapshot in snapshots.toml.
struct TreeEntry {
    Snapshot snapshot;
    std::string tag;  ///< Its name in qemu-img, the same on every disk.
};

/// snapshots.toml: every parent and `current` are among the entries, there is no cycle, no tag is there twice.
struct SnapshotTree {
    std::map<std::string, TreeEntry, std::less<>> entries;  ///< By Snapshot::id.
    std::optional<std::string> current;

    /// Takes a snapshot out: its children become its parent's, and so does the current state.
    void remove(std::string_view id);
};

/// destroying.toml: what was about to be done, so that a crash leaves nothing unexplained.
struct DestroyIntent {
    std::string snapshot;
    std::string tag;
    std::vector<std::string> disks;  ///< Those that had the snapshot when the work began; may be none.
};

/// Errors: invalid, with the line and what is wrong there.
[[nodiscard]] BackendResult<MachineDescription> parse_description(std::string_view text);
[[nodiscard]] BackendResult<SnapshotTree> parse_tree(std::string_view text, std::string_view machine);
[[nodiscard]] BackendResult<DestroyIntent> parse_intent(std::string_view text);

/// Errors: failed, if what was written does not read back as the same tree.
[[nodiscard]] BackendResult<std::string> format_tree(const SnapshotTree& tree, std::string_view machine);
[[nodiscard]] std::string format_intent(const DestroyIntent& intent);

}  // namespace tintype::backend
