#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <thread>
#include <utility>

#include "backend/guid.hpp"
#include "backend/snapshot_forest.hpp"
#include "tintype/backends.hpp"

namespace tintype {
namespace {

using backend::Guid;
using backend::SnapshotForest;

constexpr unsigned steps = 10;
constexpr std::uint64_t machine_prefix = 0x4D454D00'0000'4000;   // "MEM"
constexpr std::uint64_t snapshot_prefix = 0x534E4150'0000'4000;  // "SNAP"
constexpr TimePoint first_day{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

/// The n-th id of a fixed sequence, so that tests and scripts know ids without asking.
Guid id_of(std::uint64_t prefix, std::uint64_t n) {
    return {prefix, 0x8000'0000'0000'0000 | n};
}

tl::unexpected<BackendError> refused(BackendErrorCode code, std::string message) {
    return tl::make_unexpected(BackendError{code, std::move(message)});
}

tl::unexpected<BackendError> no_snapshot(std::string_view id) {
    return refused(BackendErrorCode::not_found, fmt::format("There is no snapshot {}.", id));
}

tl::unexpected<BackendError> no_machine(std::string_view id) {
    return refused(BackendErrorCode::not_found, fmt::format("There is no machine {}.", id));
}

/// Where a request leads to; nothing if it makes no sense from there.
std::optional<MachineState> state_after(MachineState now, StateRequest request) {
    const bool running = now == MachineState::running;
    const bool paused = now == MachineState::paused;
    switch (request) {
        case StateRequest::start:
            return running ? std::nullopt : std::optional(MachineState::running);
        case StateRequest::turn_off:
            return running || paused ? std::optional(MachineState::off) : std::nullopt;
        case StateRequest::shut_down:
            return running ? std::optional(MachineState::off) : std::nullopt;
        case StateRequest::pause:
            return running ? std::optional(MachineState::paused) : std::nullopt;
        case StateRequest::save:
            return running || paused ? std::optional(MachineState::saved) : std::nullopt;
        case StateRequest::reset:
            return running ? std::optional(MachineState::running) : std::nullopt;
    }
    return std::nullopt;
}

class SimulatedBackend final : public MemoryBackend {
  public:
    explicit SimulatedBackend(MemoryBackendOptions options) : options_(std::move(options)) {
        for (std::size_t n = 1; n <= options_.machines; ++n) grow_machine(n);
    }

    void put_machine(Machine machine) override {
        const std::unique_lock lock(mutex_);
        forest_.put_machine(std::move(machine));
    }

    void put_snapshot(Snapshot snapshot) override {
        const std::unique_lock lock(mutex_);
        forest_.put_snapshot(std::move(snapshot));
    }

    [[nodiscard]] BackendCapabilities capabilities() const noexcept override {
        return {.destroys_running = true,
                .keeps_dependants = options_.keeps_dependants,
                .answers_from_memory = true,
                .modifies_snapshots = true,
                .creates_full = true,
                .creates_disk = true,
                .creates_recovery = true,
                .creates_running = true,
                .application_consistent = true,
                .applies = true,
                .applies_running = true,
                .stops = true,
                .changes_state = true,
                .stops_state_changes = true,
                .clears_saved_state = true};
    }

    BackendResult<std::vector<Machine>> machines(std::string_view after, std::size_t limit) override {
        const std::shared_lock lock(mutex_);
        return forest_.machines(after, limit);
    }

    BackendResult<Machine> machine(std::string_view id) override {
        const std::shared_lock lock(mutex_);
        if (auto machine = forest_.machine(id)) return std::move(*machine);
        return no_machine(id);
    }

    BackendResult<std::vector<Snapshot>> snapshots(std::string_view after, std::size_t limit) override {
        const std::shared_lock lock(mutex_);
        return forest_.snapshots(after, limit);
    }

    BackendResult<std::size_t> snapshots_into(std::string_view after, std::span<Snapshot> page) override {
        const std::shared_lock lock(mutex_);
        return forest_.snapshots_into(after, page);
    }

    BackendResult<std::vector<Snapshot>> snapshots_of(std::string_view machine, std::string_view after,
                                                      std::size_t limit) override {
        const std::shared_lock lock(mutex_);
        return forest_.snapshots_of(machine, after, limit);
    }

    BackendResult<Snapshot> snapshot(std::string_view id) override {
        const std::shared_lock lock(mutex_);
        if (auto snapshot = forest_.snapshot(id)) return std::move(*snapshot);
        return no_snapshot(id);
    }

    BackendResult<Destroyed> destroy_snapshot(std::string_view id, Operation& operation) override {
        return destroy(id, operation, !options_.keeps_dependants);
    }

    BackendResult<Destroyed> destroy_snapshot_tree(std::string_view id, Operation& operation) override {
        return destroy(id, operation, true);
    }

    BackendResult<Snapshot> create_snapshot(const SnapshotRequest& request, Operation& operation) override {
        if (!Guid::parse(request.id)) return refused(BackendErrorCode::invalid, "A snapshot's id must be a GUID.");
        if (auto found = machine(request.machine); !found) return tl::make_unexpected(std::move(found.error()));
        if (auto worked = simulate(request.id, operation); !worked)
            return tl::make_unexpected(std::move(worked.error()));
        const std::unique_lock lock(mutex_);
        const auto machine = forest_.machine(request.machine);
        if (forest_.has_snapshot(request.id) || forest_.machine(request.id))
            return refused(BackendErrorCode::invalid, fmt::format("The id {} is taken.", request.id));
        Snapshot snapshot;
        snapshot.id = request.id;
        snapshot.machine = request.machine;
        snapshot.parent = machine->current_snapshot;
        snapshot.name = request.name;
        snapshot.notes = request.notes;
        snapshot.created = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        snapshot.kind = request.kind;
        snapshot.holds_memory = request.kind == SnapshotKind::full && machine->state == MachineState::running;
        forest_.put_snapshot(snapshot);
        forest_.set_current(request.machine, request.id);
        return snapshot;
    }

    BackendResult<Machine> apply_snapshot(std::string_view id, Operation& operation) override {
        if (auto found = snapshot(id); !found) return tl::make_unexpected(std::move(found.error()));
        if (auto worked = simulate(id, operation); !worked) return tl::make_unexpected(std::move(worked.error()));
        const std::unique_lock lock(mutex_);
        const auto snapshot = forest_.snapshot(id);
        if (!snapshot) return no_snapshot(id);
        forest_.set_applied(snapshot->machine, id);
        Machine machine = *forest_.machine(snapshot->machine);
        machine.state = snapshot->holds_memory ? MachineState::running : MachineState::off;
        forest_.put_machine(machine);
        return machine;
    }

    BackendResult<Snapshot> clear_saved_state(std::string_view id, Operation& operation) override {
        if (auto found = snapshot(id); !found) return found;
        if (auto worked = simulate(id, operation); !worked) return tl::make_unexpected(std::move(worked.error()));
        const std::unique_lock lock(mutex_);
        if (auto cleared = forest_.clear_saved_state(id)) return std::move(*cleared);
        return no_snapshot(id);
    }

    BackendResult<Machine> request_state(std::string_view id, StateRequest request, Operation& operation) override {
        if (auto found = machine(id); !found) return tl::make_unexpected(std::move(found.error()));
        if (auto worked = simulate(id, operation); !worked) return tl::make_unexpected(std::move(worked.error()));
        const std::unique_lock lock(mutex_);
        Machine machine = *forest_.machine(id);
        const auto next = state_after(machine.state, request);
        if (!next) return refused(BackendErrorCode::invalid, fmt::format("Machine {} is in no state for that.", id));
        machine.state = *next;
        forest_.put_machine(machine);
        return machine;
    }

    BackendResult<Snapshot> modify_snapshot(std::string_view id, const SnapshotChanges& changes) override {
        const std::unique_lock lock(mutex_);
        if (auto modified = forest_.modify(id, changes)) return std::move(*modified);
        return no_snapshot(id);
    }

  private:
    /// Takes the time that was asked for, or fails as was asked for.
    BackendResult<void> simulate(std::string_view id, Operation& operation) const {
        if (options_.fail)
            if (auto failed = options_.fail(id); !failed) return failed;
        for (unsigned step = 1; step <= steps; ++step) {
            if (operation.stop_requested())
                return refused(BackendErrorCode::cancelled, "Stopped as asked, nothing was changed.");
            if (options_.delay.count() > 0)
                std::this_thread::sleep_for(std::chrono::duration_cast<std::chrono::microseconds>(options_.delay) /
                                            steps);
            operation.progress(step * 100 / steps);
        }
        return {};
    }

    [[nodiscard]] bool is_there(std::string_view snapshot) {
        const std::shared_lock lock(mutex_);
        return forest_.has_snapshot(snapshot);
    }

    BackendResult<Destroyed> destroy(std::string_view id, Operation& operation, bool with_subtree) {
        if (!is_there(id)) return no_snapshot(id);
        if (auto worked = simulate(id, operation); !worked) return tl::make_unexpected(std::move(worked.error()));
        const std::unique_lock lock(mutex_);
        Destroyed destroyed;
        if (with_subtree)
            destroyed.snapshots = forest_.remove_with_subtree(id);
        else if (forest_.remove_keeping_children(id))
            destroyed.snapshots.emplace_back(id);
        if (destroyed.snapshots.empty()) return no_snapshot(id);  // it went with another one's subtree meanwhile
        return destroyed;
    }

    /// Makes the n-th machine, counted from 1, and its tree level by level.
    void grow_machine(std::size_t n) {
        const std::size_t count = options_.snapshots_per_machine;
        const std::size_t branching = std::max<std::size_t>(options_.branching, 1);
        const std::uint64_t before = (n - 1) * count;
        Machine machine;
        machine.id = id_of(machine_prefix, n).text();
        machine.name = fmt::format("vm-{}", n);
        machine.state = MachineState::off;
        machine.created = first_day;
        if (count > 0) machine.current_snapshot = id_of(snapshot_prefix, before + count).text();
        const std::string machine_id = machine.id;
        forest_.put_machine(std::move(machine));
        for (std::size_t i = 0; i < count; ++i) {
            Snapshot snapshot;
            snapshot.id = id_of(snapshot_prefix, before + i + 1).text();
            snapshot.machine = machine_id;
            if (i > 0) snapshot.parent = id_of(snapshot_prefix, before + (i - 1) / branching + 1).text();
            snapshot.name = fmt::format("snapshot {}.{}", n, i + 1);
            snapshot.created = first_day + std::chrono::minutes(i + 1);
            forest_.put_snapshot(std::move(snapshot));
        }
    }

    const MemoryBackendOptions options_;
    std::shared_mutex mutex_;  ///< Guards the forest.
    SnapshotForest forest_;
};

}  // namespace

std::unique_ptr<MemoryBackend> make_memory_backend(MemoryBackendOptions options) {
    return std::make_unique<SimulatedBackend>(std::move(options));
}

}  // namespace tintype
