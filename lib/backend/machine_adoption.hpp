#pragma once
/// \file
/// Machines that nobody described: folders with disks that somebody made with qemu-img, and no machine.toml.

#include <filesystem>

#include "backend/machine_files.hpp"
#include "backend/qemu_img.hpp"

namespace tintype::backend {

/// Whether a folder of the store is meant to be a machine: it has a file of ours or a `.qcow2` file. One that can't be
/// looked into is; `lost+found` is not.
[[nodiscard]] bool is_machine_folder(const std::filesystem::path& folder);

/// Describes the disks of a folder that has no machine.toml and writes that description, with a new id.
/// Its disks are its `.qcow2` files but those that another one of them has as its backing file.
/// Errors: snapshots.toml or an intent is there, so that machine.toml must have been lost, and with it the id that
/// clients know; there is no disk, or one that can't be read; machine.toml can't be written.
[[nodiscard]] BackendResult<MachineDescription> describe_machine(const std::filesystem::path& folder,
                                                                 const QemuImg& qemu_img);

}  // namespace tintype::backend
