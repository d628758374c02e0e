#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "backend/durable_file.hpp"
#include "backend/guid.hpp"
#include "backend/machine_adoption.hpp"
#include "backend/qcow2_machine.hpp"
#include "backend/qemu_img.hpp"
#include "backend/snapshot_index.hpp"
#include "tintype/backends.hpp"

namespace tintype {
namespace {

using backend::Guid;
using backend::is_machine_folder;
using backend::MachineView;
using backend::Qcow2Machine;
using backend::QemuImg;
using backend::SnapshotIndex;
using backend::StoreLock;

class Qcow2Backend final : public SnapshotBackend {
  public:
    Qcow2Backend(StoreLock lock, QemuImg qemu_img, LogSink log)
        : lock_(std::move(lock)), qemu_img_(std::move(qemu_img)), log_(std::move(log)) {}

    void load(const std::vector<std::filesystem::path>& folders);

    [[nodiscard]] BackendCapabilities capabilities() const noexcept override {
        // A machine that is off has no memory to save: what is saved of its disks is all there is.
        return {.destroys_running = false,
                .keeps_dependants = true,
                .answers_from_memory = true,
                .modifies_snapshots = true,
                .creates_full = true,
                .creates_disk = true,
                .creates_recovery = true,
                .creates_running = false,
                .application_consistent = false,
                .applies = true,
                .applies_running = false,
                .stops = true,
                // What runs a machine is not known here.
                .changes_state = false,
                .stops_state_changes = false,
                // qemu-img deletes a snapshot or leaves it whole: the memory in it can't be taken out alone.
                .clears_saved_state = false};
    }
    BackendResult<std::vector<Machine>> machines(std::string_view after, std::size_t limit) override {
        return index_.machines(after, limit);
    }
    BackendResult<Machine> machine(std::string_view id) override { return explained(index_.machine(id)); }
    BackendResult<std::vector<Snapshot>> snapshots(std::string_view after, std::size_t limit) override {
        return index_.snapshots(after, limit);
    }
    BackendResult<std::vector<Snapshot>> snapshots_of(std::string_view machine, std::string_view after,
                                                      std::size_t limit) override {
        return index_.snapshots_of(machine, after, limit);
    }
    BackendResult<Snapshot> snapshot(std::string_view id) override { return explained(index_.snapshot(id)); }
    BackendResult<std::string> machine_of(std::string_view id) override { return explained(index_.machine_of(id)); }
    BackendResult<Destroyed> destroy_snapshot(std::string_view id, Operation& operation) override;
    BackendResult<Destroyed> destroy_snapshot_tree(std::string_view id, Operation& operation) override;
    BackendResult<Snapshot> create_snapshot(const SnapshotRequest& request, Operation& operation) override;
    BackendResult<Machine> apply_snapshot(std::string_view id, Operation& operation) override;
    BackendResult<Snapshot> modify_snapshot(std::string_view id, const SnapshotChanges& changes) override;

  private:
    [[nodiscard]] BackendResult<void> take_in(const std::filesystem::path& folder);
    [[nodiscard]] BackendResult<Qcow2Machine*> owner_of(std::string_view snapshot) const;

    /// As long as a machine can't be read, nobody can say that it does not have what is asked for.
    template <class T>
    BackendResult<T> explained(BackendResult<T> found) const {
        if (found || found.error().code != BackendErrorCode::not_found || unreadable_.empty()) return found;
        return tl::unexpected(
            BackendError{BackendErrorCode::unavailable,
                         fmt::format("{}, unless in what could not be read: {}", found.error().message, unreadable_)});
    }

    StoreLock lock_;
    QemuImg qemu_img_;
    LogSink log_;
    SnapshotIndex index_;
    const Qcow2Machine::Publish publish_ = [this](MachineView view) { index_.put(std::move(view)); };
    std::map<std::string, std::unique_ptr<Qcow2Machine>, std::less<>> machines_;  ///< By id; fixed once loaded.
    std::string unreadable_;  ///< Folders that hold a machine that is not in, with commas between; fixed once loaded.
};

void Qcow2Backend::load(const std::vector<std::filesystem::path>& folders) {
    for (const std::filesystem::path& folder : folders) {
        if (!is_machine_folder(folder)) {
            if (log_) {
                log_(LogLevel::warning, fmt::format("{} in the store has neither machine.toml nor a .qcow2 disk: it is "
                                                    "left alone",
                                                    folder.filename().string()));
            }
            continue;
        }
        const auto taken = take_in(folder);
        if (taken) continue;
        const std::string name = folder.filename().string();
        if (!unreadable_.empty()) unreadable_ += ", ";
        unreadable_ += name;
        if (log_) {
            log_(LogLevel::error, fmt::format("machine {} is left out: {}", name, taken.error().message));
        }
    }
}

BackendResult<void> Qcow2Backend::take_in(const std::filesystem::path& folder) {
    auto machine = Qcow2Machine::open(folder, qemu_img_, log_);
    if (!machine) return tl::unexpected(machine.error());
    MachineView view = (*machine)->view();
    if (const std::string id = index_.clash(view); !id.empty()) {
        return tl::unexpected(BackendError{BackendErrorCode::invalid,
                                           fmt::format("the id {} is taken by another machine or snapshot", id)});
    }
    std::string id = view.machine.id;
    index_.put(std::move(view));
    machines_.emplace(std::move(id), *std::move(machine));
    return {};
}

BackendResult<Qcow2Machine*> Qcow2Backend::owner_of(std::string_view snapshot) const {
    const auto owner = explained(index_.machine_of(snapshot));
    if (!owner) return tl::unexpected(owner.error());
    return machines_.find(*owner)->second.get();
}

BackendResult<Destroyed> Qcow2Backend::destroy_snapshot(std::string_view id, Operation& operation) {
    const auto owner = owner_of(id);
    if (!owner) return tl::unexpected(owner.error());
    return (*owner)->destroy(id, operation, publish_);
}

BackendResult<Destroyed> Qcow2Backend::destroy_snapshot_tree(std::string_view id, Operation& operation) {
    const auto owner = owner_of(id);
    if (!owner) return tl::unexpected(owner.error());
    return (*owner)->destroy_tree(id, operation, publish_);
}

BackendResult<Snapshot> Qcow2Backend::create_snapshot(const SnapshotRequest& request, Operation& operation) {
    const auto refused = [](BackendErrorCode code, std::string message) {
        return tl::unexpected(BackendError{code, std::move(message)});
    };
    if (!Guid::parse(request.id)) return refused(BackendErrorCode::invalid, "a snapshot's id must be a GUID");
    if (request.application_consistent) {
        return refused(BackendErrorCode::not_supported,
                       "machines of this backend are off when a snapshot is taken: no guest can prepare for it");
    }
    const auto found = explained(index_.machine(request.machine));
    if (!found) return tl::unexpected(found.error());
    // A snapshot of the same machine may only be what an earlier attempt left: the machine knows.
    const auto owner = index_.machine_of(request.id);
    if (index_.machine(request.id) || (owner && *owner != request.machine)) {
        return refused(BackendErrorCode::invalid, fmt::format("the id {} is taken", request.id));
    }
    return machines_.find(request.machine)->second->create(request, operation, publish_);
}

BackendResult<Machine> Qcow2Backend::apply_snapshot(std::string_view id, Operation& operation) {
    const auto owner = owner_of(id);
    if (!owner) return tl::unexpected(owner.error());
    return (*owner)->apply(id, operation, publish_);
}

BackendResult<Snapshot> Qcow2Backend::modify_snapshot(std::string_view id, const SnapshotChanges& changes) {
    const auto owner = owner_of(id);
    if (!owner) return tl::unexpected(owner.error());
    return (*owner)->modify(id, changes, publish_);
}

/// The folders in a store that hold a machine, in order of their names, so that each opening goes the same way.
BackendResult<std::vector<std::filesystem::path>> machine_folders(const std::filesystem::path& store,
                                                                  const LogSink& log) {
    namespace fs = std::filesystem;
    std::error_code failed;
    std::vector<fs::path> folders;
    fs::directory_iterator at(store, failed);
    for (; !failed && at != fs::directory_iterator(); at.increment(failed)) {
        const std::string name = at->path().filename().string();
        if (name.starts_with('.')) continue;
        std::error_code ignored;
        if (fs::is_directory(at->symlink_status(ignored))) {
            folders.push_back(at->path());
        } else if (log) {
            log(LogLevel::warning, fmt::format("{} in the store is no folder: it is left alone", name));
        }
    }
    if (failed) {
        return tl::unexpected(
            backend::file_error(failed.value(), fmt::format("can't read the store {}", store.string())));
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

BackendResult<std::filesystem::path> find_store(const std::filesystem::path& folder) {
    std::error_code failed;
    // Links on the way to the store are its owner's affair; from here on there are none.
    auto store = std::filesystem::canonical(folder, failed);
    if (failed) {
        const std::string what = fmt::format("can't open the store {}", folder.string());
        return tl::unexpected(backend::file_error(failed.value(), what));
    }
    if (!std::filesystem::is_directory(store, failed)) {
        return tl::unexpected(
            BackendError{BackendErrorCode::invalid, fmt::format("the store {} is no folder", folder.string())});
    }
    return store;
}

}  // namespace

tl::expected<void, BackendError> check_qcow2_backend(const Qcow2BackendOptions& options) {
    if (const auto store = find_store(options.store); !store) return tl::unexpected(store.error());
    if (const auto found = QemuImg::find(options.qemu_img, options.timeout); !found) {
        return tl::unexpected(found.error());
    }
    return {};
}

tl::expected<std::unique_ptr<SnapshotBackend>, BackendError> open_qcow2_backend(Qcow2BackendOptions options) {
    const auto found = find_store(options.store);
    if (!found) return tl::unexpected(found.error());
    const auto& store = *found;
    auto qemu_img = QemuImg::find(options.qemu_img, options.timeout);
    if (!qemu_img) return tl::unexpected(qemu_img.error());
    auto lock = StoreLock::take(store);
    if (!lock) return tl::unexpected(lock.error());
    // A qemu-img that outlives a crash must not change disks behind the next process.
    qemu_img->hold(lock->descriptor());
    const auto folders = machine_folders(store, options.log);
    if (!folders) return tl::unexpected(folders.error());
    if (options.log) options.log(LogLevel::info, fmt::format("store {} with {}", store.string(), qemu_img->version()));

    auto backend = std::make_unique<Qcow2Backend>(*std::move(lock), *std::move(qemu_img), std::move(options.log));
    backend->load(*folders);
    return backend;
}

}  // namespace tintype
