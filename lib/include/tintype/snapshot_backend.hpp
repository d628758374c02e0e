#pragma once
/// \file
/// The seam between Tintype and a storage engine: implement `SnapshotBackend` and WS-Management clients can list your
/// virtual machines and destroy their snapshots. Nothing here needs knowledge of Hyper-V, XML, SOAP or HTTP.
///
/// Words: a *machine* is anything that has snapshots (a virtual machine, a volume, an appliance's LUN). A *snapshot* is
/// one saved state of one machine. Snapshots of a machine form a tree: each has at most one parent, the snapshot it was
/// taken after. Both are named by a GUID that never changes and is never used again.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tintype {

using TimePoint = std::chrono::system_clock::time_point;

/// What a machine is doing. Clients see it as Msvm_ComputerSystem.EnabledState.
enum class MachineState { unknown, running, off, paused, saved };

/// One machine, as clients see it in Msvm_ComputerSystem and in its current Msvm_VirtualSystemSettingData.
struct Machine {
    std::string id{};    ///< GUID, upper case, `8-4-4-4-12` hexadecimal digits, no braces. Unique in the backend.
    std::string name{};  ///< What a person calls it (ElementName); UTF-8, any length, need not be unique.
    MachineState state = MachineState::unknown;
    std::string notes{};                        ///< Free text; empty if there is none.
    TimePoint created{};                        ///< When the machine was made; the epoch if unknown.
    std::chrono::milliseconds on_time{0};       ///< How long it has been running; 0 when it is not.
    std::optional<std::uint32_t> process_id{};  ///< Process that runs it, where there is one.
    std::optional<std::string>
        current_snapshot{};  ///< Snapshot that the current state was last taken into or applied from.
    /// Snapshot that was last applied to the machine; none if none was, if it is gone, or if the backend can't tell.
    std::optional<std::string> last_applied{};
};

/// What a snapshot holds. Clients see it as UserSnapshotType and VirtualSystemType.
enum class SnapshotKind {
    full,      ///< Disks, and memory if the machine was running.
    disk,      ///< Disks only.
    recovery,  ///< Made for a backup; clients list it as `Microsoft:Hyper-V:Snapshot:Recovery`.
};

/// One snapshot, as clients see it in Msvm_VirtualSystemSettingData.
struct Snapshot {
    std::string id{};                     ///< GUID in the form of Machine::id.
    std::string machine{};                ///< Machine::id of its machine.
    std::optional<std::string> parent{};  ///< Snapshot::id of its parent; none for a root.
    std::string name{};                   ///< ElementName; UTF-8, need not be unique.
    std::string notes{};                  ///< Free text; empty if there is none.
    TimePoint created{};
    SnapshotKind kind = SnapshotKind::full;
    bool holds_memory = false;  ///< True when the machine's memory was saved too (IsSaved).
};

/// Why a backend could not do what it was asked. The code decides what clients see; the message is for people.
enum class BackendErrorCode {
    not_found,      ///< No such machine or snapshot.
    in_use,         ///< Somebody else holds it (a running machine's disk, a lock). Trying later may succeed.
    not_supported,  ///< This backend, or this machine, can't do that at all.
    invalid,        ///< The stored state contradicts itself (a damaged disk, a tree that doesn't match the disks), or
                    ///< the machine is in no state for it.
    unavailable,    ///< The storage can't be reached at present.
    no_space,       ///< Storage is full.
    timed_out,      ///< It took longer than the backend allows.
    cancelled,      ///< Operation::stop_requested() was obeyed; nothing is half done.
    failed,         ///< Everything else; the message says what.
};

struct BackendError {
    BackendErrorCode code = BackendErrorCode::failed;
    std::string message{};  ///< One sentence for an administrator; no secrets, clients get to read it.
};

template <class T>
using BackendResult = tl::expected<T, BackendError>;

/// What a backend hears and says while a long operation runs. Lives until the call that it was passed to returns.
/// Both functions may be called from any thread.
class Operation {
  public:
    Operation() = default;
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;
    virtual ~Operation() = default;

    /// Reports how far the work is. \param percent 0 to 100; a value lower than an earlier one is ignored.
    virtual void progress(unsigned percent) = 0;

    /// True once somebody asked to stop. A backend that can stop returns BackendErrorCode::cancelled with nothing half
    /// done; one that can't just goes on.
    [[nodiscard]] virtual bool stop_requested() const noexcept = 0;
};

/// What DestroySnapshot did.
struct Destroyed {
    /// Snapshot::id of every snapshot that is gone: the one asked for and, in a backend that can't keep dependants,
    /// those too. Children that were kept now have the destroyed snapshot's parent as theirs.
    std::vector<std::string> snapshots{};
};

/// What a person may change of a snapshot: nothing that a restore depends on. A member without a value stays as it is.
struct SnapshotChanges {
    std::optional<std::string> name{};   ///< Snapshot::name; valid UTF-8, not empty, no control characters.
    std::optional<std::string> notes{};  ///< Snapshot::notes; valid UTF-8, empty for none.
};

/// What a new snapshot shall be.
struct SnapshotRequest {
    std::string id{};       ///< Snapshot::id that it gets, new: the caller's choice, so that a crash can be settled.
    std::string machine{};  ///< Machine::id.
    std::string name{};     ///< Snapshot::name; valid UTF-8, not empty, no control characters.
    std::string notes{};    ///< Snapshot::notes; valid UTF-8, empty for none.
    SnapshotKind kind = SnapshotKind::full;
    bool application_consistent = false;  ///< The guest shall bring its applications' data into order first.
    bool skip_unsuitable_disks = false;   ///< Leave out disks that can't be part of a snapshot, instead of failing.
};

/// What a machine can be asked to become. Clients ask by Msvm_ComputerSystem.RequestStateChange.
enum class StateRequest {
    start,      ///< Or go on, if it is paused.
    turn_off,   ///< At once, like pulling the plug.
    shut_down,  ///< By asking its guest.
    pause,
    save,  ///< Memory to disk, then off.
    reset,
};

/// What a backend can do; clients see it in capability classes, and what is false is refused before a job is started.
struct BackendCapabilities {
    bool destroys_running = false;     ///< destroy_snapshot works while the machine runs.
    bool keeps_dependants = true;      ///< Destroying a snapshot leaves its children alive.
    bool answers_from_memory = false;  ///< machines(), machine(), snapshots(), snapshot() never wait for anything.
    bool modifies_snapshots = false;   ///< modify_snapshot is implemented.

    bool creates_full = false;            ///< create_snapshot takes SnapshotKind::full.
    bool creates_disk = false;            ///< create_snapshot takes SnapshotKind::disk.
    bool creates_recovery = false;        ///< create_snapshot takes SnapshotKind::recovery.
    bool creates_running = false;         ///< create_snapshot works while the machine runs.
    bool application_consistent = false;  ///< SnapshotRequest::application_consistent can be met.
    bool applies = false;                 ///< apply_snapshot is implemented.
    bool applies_running = false;         ///< apply_snapshot works while the machine runs.
    bool stops = false;                   ///< Operations obey Operation::stop_requested().
    bool changes_state = false;           ///< request_state is implemented.
    bool stops_state_changes = false;     ///< request_state obeys Operation::stop_requested() where it has to wait.
    bool clears_saved_state = false;      ///< clear_saved_state is implemented.
};

/// A store of machines and their snapshots.
///
/// Thread safety: every function may be called from several threads at once. Of the functions that take an Operation
/// Tintype never runs two for the same machine at the same time; modify_snapshot may come while one of them runs.
/// Ownership: the caller owns the backend and keeps it alive as long as the endpoint that serves it.
/// Errors: functions return them. An exception that escapes ends a job as BackendErrorCode::failed does, with its
/// what() as the message; where no job is (reading, modify_snapshot) it is the fault InternalError, and only the log
/// has its words.
class SnapshotBackend {
  public:
    SnapshotBackend() = default;
    SnapshotBackend(const SnapshotBackend&) = delete;
    SnapshotBackend& operator=(const SnapshotBackend&) = delete;
    virtual ~SnapshotBackend() = default;

    /// What it can do: the same each time, for what never waits is settled when it begins to be served, and the rest is
    /// asked anew with each request that depends on it. Must be quick and wait for nothing: I/O threads call it.
    [[nodiscard]] virtual BackendCapabilities capabilities() const noexcept = 0;

    /// A page of all machines in ascending order of id.
    /// \param after only machines whose id is greater; empty for the first page.
    /// \param limit at most so many, 1 or more. A shorter answer than this means that there are no more.
    virtual BackendResult<std::vector<Machine>> machines(std::string_view after, std::size_t limit) = 0;

    /// One machine. \param id GUID, upper case. Unknown: BackendErrorCode::not_found.
    virtual BackendResult<Machine> machine(std::string_view id) = 0;

    /// A page of all machines' snapshots in ascending order of id; parameters as for machines().
    virtual BackendResult<std::vector<Snapshot>> snapshots(std::string_view after, std::size_t limit) = 0;

    /// The same into snapshots that are there already, whose texts' memory it can use again: an enumeration of a
    /// million then allocates nothing for each. Asked of backends that answer from memory, for few at a time. \param
    /// after never a text in `page`. \param page what its members hold has no meaning and is replaced. 1 or more.
    /// \returns how many of it, from the first, are snapshots now; fewer than all mean that there are no more. The
    /// others, and all after an error, may hold anything. As it comes it moves there what snapshots() returns.
    virtual BackendResult<std::size_t> snapshots_into(std::string_view after, std::span<Snapshot> page);

    /// A page of one machine's snapshots in ascending order of id; parameters as for machines(). Unknown machine: none.
    /// As it comes it goes through snapshots(); a backend with many machines should look them up.
    virtual BackendResult<std::vector<Snapshot>> snapshots_of(std::string_view machine, std::string_view after,
                                                              std::size_t limit);

    /// One snapshot. \param id GUID, upper case. Unknown: BackendErrorCode::not_found.
    virtual BackendResult<Snapshot> snapshot(std::string_view id) = 0;

    /// The id of a snapshot's machine; of a damaged one, too, that snapshot() can't show (invalid) and
    /// destroy_snapshot() can still clear away. Unknown: BackendErrorCode::not_found. As it comes: what snapshot()
    /// tells.
    virtual BackendResult<std::string> machine_of(std::string_view id);

    /// Destroys one snapshot for good. Its children become its parent's; the machine's current state stays as it is.
    /// Called on a worker thread and may take as long as it needs. On an error nothing is destroyed, or the message
    /// says what is left. After a crash in the middle, snapshot() must tell the truth: a snapshot it still finds is
    /// whole, one it does not find is gone.
    virtual BackendResult<Destroyed> destroy_snapshot(std::string_view id, Operation& operation) = 0;

    /// Gives a snapshot another name or other notes: what a client's Put of Msvm_VirtualSystemSettingData does. Called
    /// on a worker thread, and short: it may wait for a disk, not for another operation. A backend that can't do it
    /// while it destroys a snapshot of the same machine returns in_use at once. When it returns without an error the
    /// change survives a crash; with one, or after a crash in the middle, name and notes are both as they were or both
    /// as asked for.
    /// \param id GUID, upper case. Unknown: BackendErrorCode::not_found.
    /// \param changes at least one member has a value.
    /// \returns the snapshot as it is now. As it comes: BackendErrorCode::not_supported.
    virtual BackendResult<Snapshot> modify_snapshot(std::string_view id, const SnapshotChanges& changes);

    /// Destroys a snapshot and everything that was taken after it. As destroy_snapshot otherwise. As it comes: pages
    /// through snapshots_of() and calls destroy_snapshot for each, leaves first; what an error in the middle leaves is
    /// a smaller tree, and the message says how much of it.
    virtual BackendResult<Destroyed> destroy_snapshot_tree(std::string_view id, Operation& operation);

    /// Takes a snapshot of a machine as it is now; it becomes the machine's Machine::current_snapshot, and the one that
    /// was this before becomes its parent. Called on a worker thread. On an error, or after a crash in the middle,
    /// either snapshot(request.id) finds a whole one or nothing is left of it. \returns the snapshot. Errors: not_found
    /// for the machine, no_space, not_supported; as it comes: not_supported.
    virtual BackendResult<Snapshot> create_snapshot(const SnapshotRequest& request, Operation& operation);

    /// Brings the snapshot's machine back to it: its present state is lost, the snapshot becomes its
    /// Machine::current_snapshot and, where the backend keeps that, its Machine::last_applied. A machine that ran when
    /// a full snapshot was taken runs again if the backend can do that, otherwise it is off. On an error, or after a
    /// crash in the middle, the machine is as it was, or wholly at the snapshot, or the operation is finished when the
    /// backend is opened again. \returns the machine as it is now. As it comes: not_supported.
    virtual BackendResult<Machine> apply_snapshot(std::string_view id, Operation& operation);

    /// Throws away the memory that a snapshot holds: its disks stay, and a machine that is brought back to it is off.
    /// Called on a worker thread; after a crash in the middle, Snapshot::holds_memory tells which it was. \returns the
    /// snapshot as it is now. Errors: not_found; as it comes: not_supported.
    virtual BackendResult<Snapshot> clear_saved_state(std::string_view id, Operation& operation);

    /// Asks a machine to change its state. \returns it as it is when the change is done.
    /// Errors: invalid for a change that makes no sense from where it is; as it comes: not_supported.
    virtual BackendResult<Machine> request_state(std::string_view machine, StateRequest request, Operation& operation);
};

}  // namespace tintype
