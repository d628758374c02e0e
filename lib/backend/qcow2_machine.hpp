#pragma once
/// \file
/// One machine of a qcow2 store: its folder, its disks, its tree of snapshots, and how one is destroyed
/// or renamed.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/durable_file.hpp"
#include "backend/machine_files.hpp"
#include "backend/qemu_img.hpp"
#include "tintype/log.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// What clients may know of a machine at one moment.
struct MachineView {
    Machine machine;
    std::vector<Snapshot> snapshots;  ///< Those that are whole; a parent that isn't is skipped for its own.
    std::map<std::string, BackendError, std::less<>> troubled;  ///< By Snapshot::id: why it isn't whole.
};

/// Thread safety: destroy() and modify() may be called from any thread, one at a time gets through; the rest belongs to
/// whoever opened the machine.
class Qcow2Machine {
  public:
    /// Where a new view goes, as soon as there is one.
    using Publish = std::function<void(MachineView)>;

    /// Reads the folder, finishes what a crash left unfinished, takes in snapshots that the tree does not know.
    /// \param folder absolute, with no symbolic link in it. \param qemu_img outlives the machine.
    /// Errors: machine.toml, snapshots.toml or destroying.toml can't be read or contradict themselves. Disks that are
    /// missing or damaged are no error here but trouble of the snapshots.
    [[nodiscard]] static BackendResult<std::unique_ptr<Qcow2Machine>> open(std::filesystem::path folder,
                                                                           const QemuImg& qemu_img, LogSink log);

    [[nodiscard]] const std::string& id() const noexcept { return description_.id; }
    [[nodiscard]] MachineView view() const;

    /// SnapshotBackend::destroy_snapshot for a snapshot of this machine.
    /// \param publish called before the return whenever something changed, also on the way of failure.
    [[nodiscard]] BackendResult<Destroyed> destroy(std::string_view id, Operation& operation, const Publish& publish);

    /// SnapshotBackend::modify_snapshot for a snapshot of this machine: writes snapshots.toml, touches no disk, so it
    /// works while the machine runs. Errors: in_use while destroy() is at work.
    /// \param publish called before the return whenever something changed, also on the way of failure.
    [[nodiscard]] BackendResult<Snapshot> modify(std::string_view id, const SnapshotChanges& changes,
                                                 const Publish& publish);

  private:
    /// What was read from one disk.
    struct DiskState {
        std::string name;
        BackendResult<DiskContents> contents;
    };

    Qcow2Machine(std::filesystem::path folder, const QemuImg& qemu_img, LogSink log)
        : folder_(std::move(folder)), qemu_img_(qemu_img), log_(std::move(log)) {}

    // Opening.
    [[nodiscard]] BackendResult<void> load();
    [[nodiscard]] DiskState look_at(const std::string& name) const;
    [[nodiscard]] std::vector<DiskState> look_at(const std::vector<std::string>& names) const;
    bool judge(const std::vector<DiskState>& disks);
    void adopt(const std::vector<DiskState>& disks);

    /// Errors: invalid, with `kept` in its words, if somebody edited the machine's files.
    [[nodiscard]] BackendResult<void> check_unchanged(std::string_view kept) const;

    // Destroying.
    [[nodiscard]] BackendResult<DestroyIntent> check_disks(const TreeEntry& entry, Operation& operation,
                                                           const Publish& publish);
    [[nodiscard]] BackendResult<void> delete_from(const std::string& disk, const std::string& tag) const;
    [[nodiscard]] BackendResult<void> recover(const BackendError& cause);
    [[nodiscard]] BackendResult<void> settle_intent();
    [[nodiscard]] BackendResult<void> commit_intent();
    [[nodiscard]] BackendResult<void> write_tree();
    void drop_intent();
    void log(LogLevel level, std::string_view message) const;

    std::filesystem::path folder_;
    const QemuImg& qemu_img_;
    LogSink log_;

    std::mutex mutex_;  ///< Held while an operation changes the machine.
    MachineDescription description_;
    SnapshotTree tree_;
    std::map<std::string, BackendError, std::less<>> troubled_;
    std::optional<DestroyIntent> intent_;  ///< As long as destroying.toml is there.
    bool held_ = false;                    ///< Some process had a disk open at the last look.
    FileStamp description_stamp_;
    FileStamp tree_stamp_;
};

}  // namespace tintype::backend
