#pragma once
/// \file
/// What libvirt's internal snapshots can't do, said before anything is done.

#include <string>
#include <string_view>

#include "libvirt/machine_reader.hpp"

namespace tintype::libvirt {

/// Whether a snapshot of the machine as it is can be taken. Errors: not_supported or invalid, naming the disk and why.
[[nodiscard]] BackendResult<void> check_creation(const KnownMachine& machine, const SnapshotRequest& request);
/// Whether the machine can go back to this snapshot.
[[nodiscard]] BackendResult<void> check_application(const KnownMachine& machine, const KnownSnapshot& snapshot);
[[nodiscard]] BackendResult<void> check_deletion(const KnownMachine& machine, const KnownSnapshot& snapshot);

/// Whether QEMU, qemu-img and libvirt all take this text for the name of a snapshot and nothing else.
[[nodiscard]] bool is_plain_name(std::string_view name);

}  // namespace tintype::libvirt
