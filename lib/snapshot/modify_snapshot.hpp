#pragma once
/// \file
/// What a Put of a snapshot's Msvm_VirtualSystemSettingData, and ModifySystemSettings, change, and how.

#include <cstddef>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "jobs/engine.hpp"
#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

/// Characters of an ElementName (class page Msvm_VirtualSystemSettingData, ElementName).
inline constexpr std::size_t max_element_name = 100;
/// Characters of all Notes together. The page has no bound; with this one every snapshot fits into an answer.
inline constexpr std::size_t max_notes = 16'384;

/// The new name and notes among the values of a Put. Null Notes are none; several become lines of one, since a backend
/// keeps one text. Errors: InvalidRepresentation with InvalidValues for an ElementName that is null, blank, too long or
/// has control characters, for Notes that are too long, and for any other property, which can't be changed here.
[[nodiscard]] wsman::Result<SnapshotChanges> read_changes(const std::vector<wsman::PropertyValue>& values);

/// Why a snapshot stays as it is.
struct ModifyRefusal {
    BackendError error;
    bool from_backend = true;  ///< The words are the backend's; otherwise they are ours.
};

/// Changes a snapshot. \param jobs tells which snapshots a job is working on. \param id GUID, upper case.
/// Errors: not_supported for a backend that can't and for a machine's current settings, in_use for a snapshot that a
/// job is working on, and the backend's own.
[[nodiscard]] tl::expected<Snapshot, ModifyRefusal> modify(SnapshotBackend& backend, const jobs::Engine& jobs,
                                                           const std::string& id, const SnapshotChanges& changes);

}  // namespace tintype::snapshot
