#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/class_superclasses.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr auto superclasses = std::to_array<std::string_view>({
    "CIM_VirtualSystemSettingData",
    "CIM_SettingData",
    "CIM_ManagedElement",
});

// The page has ElementName and Notes as read-only, and Hyper-V changes them through ModifySystemSettings; here a Put
// does.
constexpr auto properties = join(
    with_writable(with_keys(superclass::managed_element, {"InstanceID"}), {"ElementName"}),
    introduced_by("CIM_VirtualSystemSettingData", property("VirtualSystemIdentifier", string),
                  property("VirtualSystemType", string), writable("Notes", string, array),
                  property("CreationTime", datetime), property("ConfigurationID", string),
                  property("ConfigurationDataRoot", string), property("ConfigurationFile", string),
                  property("SnapshotDataRoot", string), property("SuspendDataRoot", string),
                  property("SwapFileDataRoot", string), property("LogDataRoot", string),
                  property("AutomaticStartupAction", uint16), property("AutomaticStartupActionDelay", datetime),
                  property("AutomaticStartupActionSequenceNumber", uint16), property("AutomaticShutdownAction", uint16),
                  property("AutomaticRecoveryAction", uint16), property("RecoveryFile", string)),
    std::array{
        writable("BIOSGUID", string),
        writable("BIOSSerialNumber", string),
        writable("BaseBoardSerialNumber", string),
        writable("ChassisSerialNumber", string),
        property("Architecture", string),
        writable("ChassisAssetTag", string),
        writable("BIOSNumLock", boolean),
        writable("BootOrder", uint16, array),
        property("Parent", string),
        writable("UserSnapshotType", uint16),
        property("IsSaved", boolean),
        writable("AdditionalRecoveryInformation", string),
        writable("AllowFullSCSICommandSet", boolean),
        writable("DebugChannelId", uint32),
        writable("DebugPortEnabled", uint16),
        writable("DebugPort", uint32),
        property("Version", string),
        writable("IncrementalBackupEnabled", boolean),
        writable("VirtualNumaEnabled", boolean),
        writable("AllowReducedFcRedundancy", boolean),
        property("VirtualSystemSubType", string),
        writable("BootSourceOrder", string, array),
        writable("PauseAfterBootFailure", boolean),
        writable("NetworkBootPreferredProtocol", uint16),
        writable("GuestControlledCacheTypes", boolean),
        writable("AutomaticSnapshotsEnabled", boolean),
        property("IsAutomaticSnapshot", boolean),
        property("GuestStateFile", string),
        property("GuestStateDataRoot", string),
        writable("LockOnDisconnect", boolean),
        writable("ParentPackage", string),
        writable("AutomaticCriticalErrorActionTimeout", datetime),
        writable("AutomaticCriticalErrorAction", uint16),
        writable("ConsoleMode", uint16),
        writable("SecureBootEnabled", boolean),
        writable("SecureBootTemplateId", string),
        writable("LowMmioGapSize", uint64),
        writable("HighMmioGapSize", uint64),
        writable("EnhancedSessionTransportType", uint16),
    });

}  // namespace

constinit const cim::ClassDeclaration virtual_system_setting_data_class{
    .name = "Msvm_VirtualSystemSettingData",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = {},
    .singleton = false,
};

}  // namespace tintype::snapshot
