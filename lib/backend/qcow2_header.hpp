#pragma once
/// \file
/// A qcow2 file's header and table of snapshots, read without starting a program: a store of a hundred machines opens
/// in a few milliseconds instead of a hundred runs of qemu-img. Source: QEMU's docs/interop/qcow2.txt.

#include <optional>

#include "backend/disk.hpp"
#include "backend/disk_contents.hpp"

namespace tintype::backend {

/// Whether a disk can hold snapshots at all.
enum class DiskFormat {
    unknown,        ///< It can't be read: whoever opens it in earnest learns why.
    qcow2,          ///< It can.
    not_qcow2,      ///< Another format, or raw.
    external_data,  ///< qcow2 that keeps its data in another file (`data_file=`), and so can't hold snapshots.
};

/// Looks at the first bytes of a disk. Any thread.
[[nodiscard]] DiskFormat format_of(const Disk& disk);

/// What QemuImg::read would give, where that is plain: none if the disk is not plain qcow2 of version 2 or 3, is marked
/// corrupt, has names that are not printable ASCII, changed while it was read, or contradicts itself. Then qemu-img has
/// the last word. Any thread; a machine may run from the disk.
[[nodiscard]] std::optional<DiskContents> read_plain_qcow2(const Disk& disk);

}  // namespace tintype::backend
