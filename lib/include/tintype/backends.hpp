#pragma once
/// \file
/// The backends that come with Tintype.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "tintype/log.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype {

/// What the memory backend simulates.
struct MemoryBackendOptions {
    std::size_t machines = 1;               ///< How many to make at the start, ids in a fixed sequence.
    std::size_t snapshots_per_machine = 3;  ///< A tree of so many each: a root, its children, theirs.
    std::size_t branching = 2;              ///< Children a snapshot has, 1 or more (1 makes a chain).
    std::chrono::milliseconds delay{0};     ///< How long an operation takes, in ten steps of progress.
    bool keeps_dependants = true;           ///< False: destroying takes the subtree along.
    /// Called before anything is destroyed, created, applied or changed in its state; an error it returns is the
    /// operation's. Gets the snapshot's id, also of one that is still to be created, or the machine's. Empty: none
    /// fails.
    std::function<tl::expected<void, BackendError>(std::string_view id)> fail{};
};

/// A simulation for tests and load: nothing survives the process.
class MemoryBackend : public SnapshotBackend {
  public:
    /// Adds or replaces a machine. Errors: throws std::invalid_argument if the id is no GUID in upper case.
    virtual void put_machine(Machine machine) = 0;
    /// Adds a snapshot. Errors: throws std::invalid_argument if its id is no GUID in upper case or is there already, or
    /// if its machine or, where it has one, its parent isn't there.
    virtual void put_snapshot(Snapshot snapshot) = 0;
};

/// A backend with the machines that the options ask for, all off, each with its tree of full snapshots of which the
/// last is its current one. It has all of BackendCapabilities, keeps_dependants as the options say, and waits for
/// nothing but MemoryBackendOptions::delay. Thread safety: every function from any thread, put_machine() and
/// put_snapshot() too, while it is served; MemoryBackendOptions::fail is called from several threads at once.
[[nodiscard]] std::unique_ptr<MemoryBackend> make_memory_backend(MemoryBackendOptions options = {});

struct Qcow2BackendOptions {
    std::filesystem::path store{};                ///< The folder that holds a folder for each machine.
    std::filesystem::path qemu_img = "qemu-img";  ///< Looked for in PATH if it has no slash.
    std::chrono::seconds timeout{600};            ///< A qemu-img that takes longer is ended, and the operation fails.
    LogSink log{};
};

/// Machines whose disks are qcow2 files, snapshots internal to them: needs nothing but qemu-img. docs/qcow2-store.md
/// has the layout of the store.
/// Errors: the store is no folder or can't be read, qemu-img is not there, another process serves this store.
[[nodiscard]] tl::expected<std::unique_ptr<SnapshotBackend>, BackendError> open_qcow2_backend(
    Qcow2BackendOptions options);

/// Whether the store is a folder and qemu-img there and can be run (with --version); changes nothing, also of a store
/// that another process serves. Errors: as open_qcow2_backend().
[[nodiscard]] tl::expected<void, BackendError> check_qcow2_backend(const Qcow2BackendOptions& options);

}  // namespace tintype
