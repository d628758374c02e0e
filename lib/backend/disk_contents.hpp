#pragma once
/// \file
/// What a qcow2 disk says about its snapshots.

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// One snapshot as it stands in a qcow2 file.
struct DiskSnapshot {
    std::string id;   ///< qcow2's own number for it.
    std::string tag;  ///< Its name in qemu-img.
    TimePoint created{};
    bool holds_memory = false;
    friend bool operator==(const DiskSnapshot&, const DiskSnapshot&) = default;
};

struct DiskContents {
    std::vector<DiskSnapshot> snapshots{};
    std::optional<std::string> backing_file{};  ///< As written in the disk; never opened by us.
    friend bool operator==(const DiskContents&, const DiskContents&) = default;
};

/// Whether a snapshot is on a disk, and can be named there.
enum class Presence {
    absent,
    present,
    ambiguous,  ///< Several bear the name, or another has it as its number: naming it could hit the wrong one.
};

/// The snapshots of one disk by their names.
class TagIndex {
  public:
    explicit TagIndex(const DiskContents& contents);
    [[nodiscard]] Presence find(const std::string& tag) const;

  private:
    std::unordered_map<std::string, std::size_t> tags_;  ///< How many bear it.
    std::unordered_map<std::string, std::string> ids_;   ///< The tag of the one with that number.
};

}  // namespace tintype::backend
