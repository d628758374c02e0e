#pragma once
/// \file
/// CreateSnapshot in typed values (class page Msvm_VirtualSystemSnapshotService, method CreateSnapshot).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jobs/engine.hpp"
#include "snapshot/method_answer.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// First word of JobRecord::request, before the new snapshot's id. Written down: never change it.
inline constexpr std::string_view create_request = "create-snapshot";

struct CreateParameters {
    cim::ObjectPath affected_system;
    std::string snapshot_settings;               ///< CIM-XML; may be empty.
    std::optional<std::uint16_t> snapshot_type;  ///< 2 full, 3 disk, 32768 recovery.
};

/// Starts the job. The new snapshot's id is chosen here and is among the job's affected elements when it is done.
/// \param owner who asks. Errors: as find_machine() and submit().
[[nodiscard]] wsman::Result<MethodAnswer> create_snapshot(SnapshotBackend& backend, jobs::Engine& engine,
                                                          const CreateParameters& parameters, std::string_view owner);

/// What became of such a job that an earlier process left unfinished. \param id of the snapshot that was to be.
[[nodiscard]] jobs::Settlement settle_create(SnapshotBackend& backend, std::string_view id);

}  // namespace tintype::snapshot
