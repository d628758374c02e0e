#pragma once
/// \file
/// The methods of Msvm_VirtualSystemSnapshotService as messages: what the bindings read becomes typed values, what
/// comes of them is written.

#include <string_view>
#include <utility>
#include <vector>

#include "snapshot/snapshot_methods.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

/// Each by its name. \param methods must outlive them.
[[nodiscard]] std::vector<std::pair<std::string_view, wsman::Method>> service_methods(SnapshotMethods& methods);

}  // namespace tintype::snapshot
