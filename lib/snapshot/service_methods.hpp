#pragma once
/// \file
/// The methods of Msvm_VirtualSystemSnapshotService as messages: what the bindings read becomes typed values, what
/// comes of them is written.

#include "snapshot/snapshot_methods.hpp"
#include "wsman/singleton.hpp"

namespace tintype::snapshot {

/// All of them, the inherited too. \param methods must outlive them.
[[nodiscard]] wsman::NamedMethods service_methods(SnapshotMethods& methods);

}  // namespace tintype::snapshot
