#pragma once
/// \file
/// A machine's disk as a file: where it is, and whether somebody holds it.

#include <filesystem>
#include <string>
#include <string_view>

#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// One disk of a machine.
struct Disk {
    std::string name;            ///< As the machine's description has it; errors call it so.
    std::filesystem::path path;  ///< Absolute.
};

/// Whether a description may name a disk so: a relative path that stays in the machine's folder, printable UTF-8.
[[nodiscard]] bool is_disk_name(std::string_view name);

/// The disk of that name: a regular file in the machine's folder, reached through no symbolic link.
/// Errors: invalid, saying what it is instead.
[[nodiscard]] BackendResult<Disk> locate_disk(const std::filesystem::path& machine, const std::string& name);

/// Whether another process has the disk open, by the locks that QEMU keeps on image files. False if it can't be told:
/// qemu-img asks for its lock in any case; this is for knowing it before anything is begun.
[[nodiscard]] bool is_held(const Disk& disk);

/// Errors: failed, if this process may not write to the disk.
[[nodiscard]] BackendResult<void> check_writable(const Disk& disk);

}  // namespace tintype::backend
