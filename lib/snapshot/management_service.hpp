#pragma once
/// \file
/// Msvm_VirtualSystemManagementService: of all that its page lists, what concerns snapshots and the service itself.

#include <memory>
#include <string>
#include <string_view>

#include "jobs/engine.hpp"
#include "snapshot/method_answer.hpp"
#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

/// ModifySystemSettings in typed values: gives a snapshot the name and the notes that its settings have, if they have
/// others than it. What is null or not there stays; what can't be changed by any client is passed over.
/// \param settings an instance of Msvm_VirtualSystemSettingData as CIM-XML.
/// Errors: the fault that unreadable() says of a backend that can't be read.
[[nodiscard]] wsman::Result<MethodAnswer> modify_system_settings(SnapshotBackend& backend, const jobs::Engine& jobs,
                                                                 std::string_view settings);

/// The class with its methods. \param jobs tells which snapshots a job is working on.
[[nodiscard]] std::unique_ptr<wsman::Resource> make_management_service(SnapshotBackend& backend,
                                                                       const jobs::Engine& jobs, std::string host_name);

}  // namespace tintype::snapshot
