#pragma once
/// \file
/// All machines and snapshots of a store in memory, by id: what the backend's reading functions answer from.

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "backend/qcow2_machine.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// Thread safety: any function from any thread.
class SnapshotIndex {
  public:
    /// Takes a machine in, or its new view instead of the old one.
    void put(MachineView view);

    /// For a machine that isn't in yet: an id, its own or a snapshot's, that is taken; empty if none is. Clients name
    /// machines and snapshots by the same key, so an id is one or the other.
    [[nodiscard]] std::string clash(const MachineView& view) const;

    [[nodiscard]] std::vector<Machine> machines(std::string_view after, std::size_t limit) const;
    [[nodiscard]] std::vector<Snapshot> snapshots(std::string_view after, std::size_t limit) const;
    [[nodiscard]] std::vector<Snapshot> snapshots_of(std::string_view machine, std::string_view after,
                                                     std::size_t limit) const;
    [[nodiscard]] BackendResult<Machine> machine(std::string_view id) const;
    [[nodiscard]] BackendResult<Snapshot> snapshot(std::string_view id) const;

    /// The machine that the snapshot belongs to, whole or not.
    [[nodiscard]] BackendResult<std::string> machine_of(std::string_view snapshot) const;

  private:
    /// What to find a machine's entries by when it is put again.
    struct Trouble {
        std::string machine;
        BackendError error;
    };

    [[nodiscard]] bool has(std::string_view id) const;

    mutable std::shared_mutex mutex_;
    std::map<std::string, Machine, std::less<>> machines_;
    std::map<std::string, Snapshot, std::less<>> snapshots_;
    std::map<std::string, Trouble, std::less<>> troubled_;
    std::map<std::string, std::vector<std::string>, std::less<>>
        ids_;  ///< By machine: its snapshots, troubled or not, in order.
};

}  // namespace tintype::backend
