#pragma once
/// \file
/// Msvm_VirtualSystemManagementService: of all that its page lists, what concerns snapshots.

#include <memory>
#include <string>
#include <string_view>

#include "jobs/engine.hpp"
#include "snapshot/return_values.hpp"
#include "tintype/cim/instance.hpp"
#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

extern const cim::ClassDeclaration management_service_class;  ///< A constant, initialised before any code runs.

[[nodiscard]] cim::ObjectPath management_service_path(std::string_view host_name);

/// ModifySystemSettings in typed values: gives a snapshot the name and the notes that its settings have, if they have
/// others than it. What is null or not there stays; what can't be changed by any client is passed over.
/// \param settings an instance of Msvm_VirtualSystemSettingData as CIM-XML. \param why takes words for the log.
/// Errors: what backend_fault() says of a backend that can't be read.
[[nodiscard]] wsman::Result<Outcome> modify_system_settings(SnapshotBackend& backend, const jobs::Engine& jobs,
                                                            std::string_view settings, std::string& why);

/// The class with its methods. \param jobs tells which snapshots a job is working on.
[[nodiscard]] std::unique_ptr<wsman::Resource> make_management_service(SnapshotBackend& backend,
                                                                       const jobs::Engine& jobs, std::string host_name);

}  // namespace tintype::snapshot
