#pragma once
/// \file
/// The Hyper-V classes served, as their reference pages declare them.

#include <string_view>

#include "tintype/cim/class_declaration.hpp"

namespace tintype::snapshot {

inline constexpr std::string_view cim_namespace = "root/virtualization/v2";

// Constants, initialised before any code runs.
extern const cim::ClassDeclaration computer_system_class;              ///< Msvm_ComputerSystem
extern const cim::ClassDeclaration virtual_system_setting_data_class;  ///< Msvm_VirtualSystemSettingData
extern const cim::ClassDeclaration snapshot_service_class;             ///< Msvm_VirtualSystemSnapshotService
/// Msvm_VirtualSystemManagementService: of all that its page lists, what concerns snapshots and the service itself.
extern const cim::ClassDeclaration management_service_class;
extern const cim::ClassDeclaration concrete_job_class;  ///< Msvm_ConcreteJob
extern const cim::ClassDeclaration error_class;         ///< Msvm_Error: embedded only

/// Msvm_VirtualSystemSnapshotSettingData: only ever embedded in CreateSnapshot's SnapshotSettings.
extern const cim::ClassDeclaration snapshot_setting_data_class;

// Associations.
extern const cim::ClassDeclaration snapshot_of_virtual_system_class;  ///< Msvm_SnapshotOfVirtualSystem
extern const cim::ClassDeclaration most_current_snapshot_class;       ///< Msvm_MostCurrentSnapshotInBranch
extern const cim::ClassDeclaration last_applied_snapshot_class;       ///< Msvm_LastAppliedSnapshot
extern const cim::ClassDeclaration settings_define_state_class;       ///< Msvm_SettingsDefineState
extern const cim::ClassDeclaration element_setting_data_class;        ///< Msvm_ElementSettingData
extern const cim::ClassDeclaration affected_job_element_class;        ///< Msvm_AffectedJobElement
extern const cim::ClassDeclaration hosted_service_class;              ///< Msvm_HostedService
extern const cim::ClassDeclaration element_capabilities_class;        ///< Msvm_ElementCapabilities

// What the service and the machines can do.
extern const cim::ClassDeclaration
    snapshot_service_capabilities_class;                         ///< Msvm_VirtualSystemSnapshotServiceCapabilities
extern const cim::ClassDeclaration snapshot_capabilities_class;  ///< Msvm_VirtualSystemSnapshotCapabilities

}  // namespace tintype::snapshot
