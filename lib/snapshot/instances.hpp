#pragma once
/// \file
/// Domain values as instances of the Hyper-V classes, and the names of these instances. What a reference page gives no
/// value for, or one that means nothing outside of Hyper-V, is null.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tintype/cim/instance.hpp"
#include "tintype/job_store.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// Msvm_ComputerSystem of a machine.
[[nodiscard]] cim::Instance machine_instance(const Machine& machine);
/// Msvm_ComputerSystem of the computer that hosts the machines. \param host_name its Name and ElementName.
[[nodiscard]] cim::Instance host_instance(std::string_view host_name);

/// Msvm_VirtualSystemSettingData of a machine's present state. Parent is the snapshot it was last taken into or applied
/// from. \param host_name what Parent's object path begins with; empty leaves host out of it.
[[nodiscard]] cim::Instance current_settings_instance(const Machine& machine, std::string_view host_name = {});
/// Msvm_VirtualSystemSettingData of a snapshot. \param host_name as above.
[[nodiscard]] cim::Instance snapshot_instance(const Snapshot& snapshot, std::string_view host_name = {});

/// The same instances made in place, where they may be wanted for some of their properties only: `into` is a new
/// instance of the class.
void describe_machine(const Machine& machine, cim::Instance& into);
void describe_current_settings(const Machine& machine, std::string_view host_name, cim::Instance& into);
void describe_snapshot(const Snapshot& snapshot, std::string_view host_name, cim::Instance& into);
void describe_job(const JobRecord& job, std::chrono::system_clock::time_point now, std::chrono::seconds retention,
                  cim::Instance& into);

/// Msvm_VirtualSystemSnapshotService.
[[nodiscard]] cim::Instance snapshot_service_instance(std::string_view host_name);
/// Msvm_VirtualSystemManagementService.
[[nodiscard]] cim::Instance management_service_instance(std::string_view host_name);

/// Msvm_ConcreteJob. \param now until when an unfinished job has been running. \param retention TimeBeforeRemoval.
[[nodiscard]] cim::Instance job_instance(const JobRecord& job, std::chrono::system_clock::time_point now,
                                         std::chrono::seconds retention);

/// Msvm_Error of a job that failed or was stopped.
[[nodiscard]] cim::Instance job_error_instance(const JobRecord& job);

/// Msvm_VirtualSystemSnapshotServiceCapabilities.
[[nodiscard]] cim::Instance snapshot_service_capabilities_instance(const BackendCapabilities& backend);
/// Msvm_VirtualSystemSnapshotCapabilities of a machine in the state that it is in.
[[nodiscard]] cim::Instance snapshot_capabilities_instance(const BackendCapabilities& backend, const Machine& machine);

/// Names of instances, as Instance::path() gives them. Ids are GUIDs in upper case; `machine_path` takes the host's
/// name too.
[[nodiscard]] cim::ObjectPath machine_path(std::string_view id);
[[nodiscard]] cim::ObjectPath settings_path(std::string_view guid);
[[nodiscard]] cim::ObjectPath service_path(std::string_view host_name);
[[nodiscard]] cim::ObjectPath management_service_path(std::string_view host_name);
[[nodiscard]] cim::ObjectPath job_path(std::string_view id);
[[nodiscard]] cim::ObjectPath snapshot_service_capabilities_path();
/// \param machine its id.
[[nodiscard]] cim::ObjectPath snapshot_capabilities_path(std::string_view machine);

/// The key of both services that names the host.
inline constexpr std::string_view service_host_key = "SystemName";

/// InstanceID of a machine's snapshot capabilities, and the machine's id, upper case, in one.
[[nodiscard]] std::string snapshot_capabilities_id(std::string_view machine);
[[nodiscard]] std::optional<std::string> parse_snapshot_capabilities_id(std::string_view instance_id);

/// InstanceID of the settings of a machine or a snapshot: `Microsoft:<GUID>`.
[[nodiscard]] std::string settings_id(std::string_view guid);
/// The GUID in it, upper case; nothing if it is not such an id. Letters of any case, no white space.
[[nodiscard]] std::optional<std::string> parse_settings_id(std::string_view instance_id);

}  // namespace tintype::snapshot
