#pragma once
/// \file
/// What we ask of qemu-img, and what its answers mean.

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "backend/disk.hpp"
#include "backend/disk_contents.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

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

    /// Reads a disk, even one that another process holds. qemu-img isn't run on one that can't hold snapshots: what a
    /// guest wrote into a raw disk is for nobody to follow.
    /// Errors: not_supported if the disk can't hold snapshots; what is wrong with it otherwise.
    [[nodiscard]] BackendResult<DiskContents> read(const Disk& disk) const;

    /// Takes a snapshot of the disk as it is. The caller has made sure that none answers to that name yet.
    [[nodiscard]] BackendResult<void> create_snapshot(const Disk& disk, const std::string& tag) const;

    /// Brings the disk back to the snapshot of that name. The caller has made sure that only one answers to it.
    [[nodiscard]] BackendResult<void> apply_snapshot(const Disk& disk, const std::string& tag) const;

    /// Deletes the snapshot of that name. The caller has made sure that only one snapshot answers to it.
    [[nodiscard]] BackendResult<void> delete_snapshot(const Disk& disk, const std::string& tag) const;

  private:
    QemuImg(std::filesystem::path program, std::chrono::milliseconds timeout);
    [[nodiscard]] BackendResult<std::string> run(std::vector<std::string> arguments, const Disk* disk) const;
    [[nodiscard]] BackendResult<void> change(const char* option, const Disk& disk, const std::string& tag) const;

    std::filesystem::path program_;
    std::chrono::milliseconds timeout_;
    std::vector<std::string> environment_;
    std::string version_;
    int held_descriptor_ = -1;
};

/// What `qemu-img info --output=json` says of a disk. Errors: invalid if it is marked corrupt; failed if the answer
/// can't be read.
[[nodiscard]] BackendResult<DiskContents> read_qemu_img_info(std::string_view output, const Disk& disk);

/// What qemu-img's complaint means. \param errors its stderr; \param disk the disk it was working on, or null.
[[nodiscard]] BackendError explain_qemu_img(std::string_view errors, int status, const Disk* disk);

}  // namespace tintype::backend
