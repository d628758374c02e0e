#pragma once
/// \file
/// The SnapshotSettings of CreateSnapshot: an embedded instance of Msvm_VirtualSystemSnapshotSettingData.

#include <chrono>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "snapshot/method_answer.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// Sets name, notes and the flags of `request` from what a client sent; what it does not say stays. Besides the class
/// itself a Msvm_VirtualSystemSettingData is taken, for its ElementName and Notes.
/// \param text CIM-XML; empty or white space says nothing. Refused: invalid_type for an instance of another class,
/// invalid_parameter for what is no instance, or has a value that it must not have.
[[nodiscard]] tl::expected<void, Refused> read_snapshot_settings(std::string_view text, SnapshotRequest& request);

/// The name of a snapshot that a client gives none, in Hyper-V's form: `Build server - (11/22/2026 - 6:30:57 PM)`, in
/// local time; a long name of the machine is cut so that all of it fits into an ElementName.
[[nodiscard]] std::string default_snapshot_name(std::string_view machine_name,
                                                std::chrono::system_clock::time_point time);

}  // namespace tintype::snapshot
