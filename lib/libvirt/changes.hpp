#pragma once
/// \file
/// Operations on a machine's snapshots. Each is told what the machine is now, read anew, and leaves the reading of what
/// became of it to its caller.

#include "libvirt/handles.hpp"
#include "libvirt/machine_reader.hpp"

namespace tintype::libvirt {

[[nodiscard]] BackendResult<void> create_snapshot(const Connection& connection, const KnownMachine& machine,
                                                  const SnapshotRequest& request);
[[nodiscard]] BackendResult<void> apply_snapshot(const Connection& connection, const KnownMachine& machine,
                                                 const KnownSnapshot& snapshot);
[[nodiscard]] BackendResult<void> delete_snapshot(const Connection& connection, const KnownMachine& machine,
                                                  const KnownSnapshot& snapshot);
/// Writes the description anew, with the id that the snapshot has, so that it stays its own.
[[nodiscard]] BackendResult<void> modify_snapshot(const Connection& connection, const KnownMachine& machine,
                                                  const KnownSnapshot& snapshot, const SnapshotChanges& changes);
/// Returns when the change is done.
[[nodiscard]] BackendResult<void> change_state(const Connection& connection, const KnownMachine& machine,
                                               StateRequest request, Operation& operation);

}  // namespace tintype::libvirt
