#pragma once
/// \file
/// What we ask of qemu-img, and what its answers mean.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/disk.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// One snapshot as it stands in a qcow2 file.
struct DiskSnapshot {
    std::string id;   ///< qcow2's own number for it.
    std::string tag;  ///< Its name in qemu-img.
    TimePoint created{};
    bool holds_memory = false;
};

struct DiskContents {
    std::vector<DiskSnapshot> snapshots;
    std::optional<std::string> backing_file;  ///< As written in the disk; never opened by us.
};

/// The one qemu-img of this backend. Any thread.
class QemuImg {
  public:
    /// Finds qemu-img and asks it for its version.
    /// \param name a path, or a name that is looked for in PATH.
    /// \param timeout how long one call may take.
    /// Errors: there is none, or it does not run.
    [[nodiscard]] static BackendResult<QemuImg> find(const std::filesystem::path& name,
                                                     std::chrono::milliseconds timeout);

    /// The first line of `qemu-img --version`.
    [[nodiscard]] const std::string& version() const noexcept { return version_; }

    /// From now on every run holds this descriptor open too: what is locked with it stays so when a run outlives us.
    void hold(int descriptor) noexcept { held_descriptor_ = descriptor; }

    /// Reads a disk, even one that another process holds.
    [[nodiscard]] BackendResult<DiskContents> read(const Disk& disk) const;

    /// Deletes the snapshot of that name. The caller has made sure that only one snapshot answers to it.
    [[nodiscard]] BackendResult<void> delete_snapshot(const Disk& disk, const std::string& tag) const;

  private:
    QemuImg(std::filesystem::path program, std::chrono::milliseconds timeout);
    [[nodiscard]] BackendResult<std::string> run(std::vector<std::string> arguments, const Disk* disk) const;

    std::filesystem::path program_;
    std::chrono::milliseconds timeout_;
    std::vector<std::string> environment_;
    std::string version_;
    int held_descriptor_ = -1;
};

/// What qemu-img's complaint means. \param errors its stderr; \param disk the disk it was working on, or null.
[[nodiscard]] BackendError explain_qemu_img(std::string_view errors, int status, const Disk* disk);

/// Whether a snapshot is on a disk, and can be named there.
enum class Presence {
    absent,
    present,
    ambiguous,  ///< Several bear the name, or another has it as its number: deleting by name could hit the wrong one.
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
