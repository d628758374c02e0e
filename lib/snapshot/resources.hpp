#pragma once
/// \file
/// The classes that the snapshot service serves, each as a resource of the protocol.

#include <chrono>
#include <memory>
#include <string>

#include "jobs/engine.hpp"
#include "snapshot/snapshot_methods.hpp"
#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/resource.hpp"
#include "tintype/wsman/router.hpp"

namespace tintype::snapshot {

/// Msvm_ComputerSystem: the host, then the backend's machines, whose state RequestStateChange changes.
/// \param jobs tells which machines a job is working on.
[[nodiscard]] std::unique_ptr<wsman::Resource> make_computer_system(SnapshotBackend& backend, SnapshotMethods& methods,
                                                                    const jobs::Engine& jobs, std::string host_name);

/// Msvm_VirtualSystemSettingData: the machines' current settings, then all snapshots, whose name and notes a Put
/// changes. \param jobs tells which snapshots a job is working on.
[[nodiscard]] std::unique_ptr<wsman::Resource> make_setting_data(SnapshotBackend& backend, const jobs::Engine& jobs,
                                                                 std::string host_name);

/// Msvm_ConcreteJob.
[[nodiscard]] std::unique_ptr<wsman::Resource> make_concrete_job(jobs::Engine& jobs, std::chrono::seconds retention);

/// The associations between all of these. What one end of them names is looked up; the snapshots of a machine as
/// SnapshotBackend::snapshots_of() does, the jobs of an element among all jobs that are remembered.
void add_associations(wsman::Router& router, SnapshotBackend& backend, jobs::Engine& jobs,
                      const std::string& host_name);

/// Msvm_VirtualSystemSnapshotServiceCapabilities, Msvm_VirtualSystemSnapshotCapabilities of each machine, and
/// Msvm_ElementCapabilities, which ties them to the snapshot service and to the machines.
void add_capabilities(wsman::Router& router, SnapshotBackend& backend, const std::string& host_name);

}  // namespace tintype::snapshot
