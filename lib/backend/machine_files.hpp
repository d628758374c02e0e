#pragma once
/// \file
/// What stands beside a machine's disks, as text: machine.toml (written by people), snapshots.toml and the intents
/// (written by us). docs/qcow2-store.md describes each key.

#include <array>
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
    /// The disks that it holds, where it was taken of some only; empty: all that the machine has.
    std::vector<std::string> disks{};

    [[nodiscard]] bool covers(std::string_view disk) const;
};

/// snapshots.toml: every parent, `current` and `applied` are among the entries, there is no cycle, no tag is there
/// twice.
struct SnapshotTree {
    std::map<std::string, TreeEntry, std::less<>> entries;  ///< By Snapshot::id.
    std::optional<std::string> current;
    std::optional<std::string> applied;  ///< The last one that the machine was brought back to; older files have none.

    /// Takes a snapshot out: its children become its parent's, and so does the current state; applied is then none.
    void remove(std::string_view id);
};

/// What was about to be done, so that a crash leaves nothing unexplained: creating.toml, applying.toml or
/// destroying.toml. A machine has at most one of them.
struct Intent {
    enum class Kind { create, apply, destroy };
    Kind kind = Kind::destroy;
    std::string snapshot{};
    std::string tag{};
    /// create: that shall have the snapshot; apply: that shall go back to it; destroy: that had it when the work began,
    /// maybe none.
    std::vector<std::string> disks{};
    std::vector<std::string> done{};  ///< apply: those of them that are back already.
};
inline constexpr std::array intent_kinds{Intent::Kind::create, Intent::Kind::apply, Intent::Kind::destroy};

/// The file that holds an intent of this kind.
[[nodiscard]] std::string_view intent_file(Intent::Kind kind);

/// Errors: invalid, with the line and what is wrong there.
[[nodiscard]] BackendResult<MachineDescription> parse_description(std::string_view text);
[[nodiscard]] BackendResult<SnapshotTree> parse_tree(std::string_view text, std::string_view machine);
[[nodiscard]] BackendResult<Intent> parse_intent(std::string_view text, Intent::Kind kind);

/// A machine.toml with id, name and disks, for a machine that nobody has described.
[[nodiscard]] std::string format_description(const MachineDescription& description);
/// Errors: failed, if what was written does not read back as the same tree.
[[nodiscard]] BackendResult<std::string> format_tree(const SnapshotTree& tree, std::string_view machine);
[[nodiscard]] std::string format_intent(const Intent& intent);

}  // namespace tintype::backend
