#pragma once
/// \file
/// One machine of a qcow2 store: its folder, its disks, its tree of snapshots, and what is done to them.

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
#include "backend/progress.hpp"
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

/// Thread safety: create(), apply(), destroy(), destroy_tree() and modify() may be called from any thread, one at a
/// time gets through; the rest belongs to whoever opened the machine.
class Qcow2Machine {
  public:
    /// Where a new view goes, as soon as there is one.
    using Publish = std::function<void(MachineView)>;

    /// Reads the folder, finishes what a crash left unfinished, takes in disks and snapshots that nobody wrote down.
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

    /// SnapshotBackend::destroy_snapshot_tree, damaged snapshots included.
    [[nodiscard]] BackendResult<Destroyed> destroy_tree(std::string_view id, Operation& operation,
                                                        const Publish& publish);

    /// SnapshotBackend::create_snapshot for this machine. The caller has made sure that nobody has the id.
    [[nodiscard]] BackendResult<Snapshot> create(const SnapshotRequest& request, Operation& operation,
                                                 const Publish& publish);

    /// SnapshotBackend::apply_snapshot for a snapshot of this machine.
    [[nodiscard]] BackendResult<Machine> apply(std::string_view id, Operation& operation, const Publish& publish);

    /// SnapshotBackend::modify_snapshot for a snapshot of this machine: writes snapshots.toml, touches no disk, so it
    /// works while the machine runs. Errors: in_use while another of these is at work.
    /// \param publish called before the return whenever something changed, also on the way of failure.
    [[nodiscard]] BackendResult<Snapshot> modify(std::string_view id, const SnapshotChanges& changes,
                                                 const Publish& publish);

  private:
    /// What was read from one disk.
    struct DiskState {
        std::string name;
        BackendResult<DiskContents> contents;
        /// Whether it can hold snapshots, even if it can't be read now.
        [[nodiscard]] bool suitable() const {
            return contents || contents.error().code != BackendErrorCode::not_supported;
        }
    };

    Qcow2Machine(std::filesystem::path folder, const QemuImg& qemu_img, LogSink log)
        : folder_(std::move(folder)), qemu_img_(qemu_img), log_(std::move(log)) {}

    // Opening.
    [[nodiscard]] BackendResult<void> load();
    [[nodiscard]] BackendResult<void> load_description();
    [[nodiscard]] BackendResult<void> load_intent();
    [[nodiscard]] std::vector<DiskState> look_quickly() const;
    void adopt(const std::vector<DiskState>& disks);

    // Looking.
    [[nodiscard]] DiskState look_at(const std::string& name) const;
    [[nodiscard]] std::vector<DiskState> look_at(const std::vector<std::string>& names) const;
    [[nodiscard]] Presence presence(const std::string& disk, const std::string& tag) const;
    bool judge(const std::vector<DiskState>& disks);

    // What all operations have in common.
    [[nodiscard]] BackendResult<void> begin(std::string_view kept, const Publish& publish);
    [[nodiscard]] BackendResult<void> check_unchanged(std::string_view kept) const;
    [[nodiscard]] BackendResult<std::vector<DiskState>> examine(const std::function<bool(const DiskState&)>& needed,
                                                                std::string_view kept, Operation& operation,
                                                                Steps& steps, const Publish& publish);
    [[nodiscard]] BackendResult<void> write_intent(Intent intent, std::string_view kept);
    [[nodiscard]] BackendResult<void> settle_intent();
    void drop_intent();
    [[nodiscard]] BackendResult<void> write_tree();
    [[nodiscard]] BackendResult<void> delete_from(const std::string& disk, const std::string& tag) const;

    // Creating.
    [[nodiscard]] BackendResult<Intent> plan_create(const SnapshotRequest& request, Operation& operation, Steps& steps,
                                                    const Publish& publish);
    [[nodiscard]] BackendResult<void> make_on_all(Operation& operation, Steps& steps);
    [[nodiscard]] BackendResult<void> write_created(const SnapshotRequest& request, std::size_t disks);
    [[nodiscard]] BackendResult<void> undo_create();
    [[nodiscard]] BackendResult<void> settle_create();

    // Applying.
    [[nodiscard]] BackendResult<Intent> plan_apply(const TreeEntry& entry, Operation& operation, Steps& steps,
                                                   const Publish& publish);
    [[nodiscard]] BackendResult<void> apply_to_rest(Steps* steps);
    [[nodiscard]] BackendResult<void> commit_apply();
    [[nodiscard]] BackendResult<void> settle_apply();
    [[nodiscard]] std::vector<DiskState> look_at_rest() const;

    // Destroying.
    [[nodiscard]] BackendResult<Intent> plan_destroy(const TreeEntry& entry, Operation& operation, Steps& steps,
                                                     const Publish& publish);
    [[nodiscard]] BackendResult<void> recover_destroy(const BackendError& cause);
    [[nodiscard]] BackendResult<void> settle_destroy();
    [[nodiscard]] BackendResult<void> commit_destroy();

    void log(LogLevel level, std::string_view message) const;

    std::filesystem::path folder_;
    const QemuImg& qemu_img_;
    LogSink log_;

    std::mutex mutex_;  ///< Held while an operation changes the machine.
    MachineDescription description_;
    SnapshotTree tree_;
    std::map<std::string, BackendError, std::less<>> troubled_;
    std::optional<Intent> intent_;  ///< As long as its file is there.
    bool held_ = false;             ///< Some process had a disk open at the last look.
    FileStamp description_stamp_;
    FileStamp tree_stamp_;
};

}  // namespace tintype::backend
