#include <array>
#include <string_view>

#include "host/class_properties.hpp"
#include "host/classes.hpp"

namespace tintype::host {
namespace {

using enum cim::Type;

constexpr std::string_view unitary = "CIM_UnitaryComputerSystem";
constexpr std::string_view system = "CIM_System";
constexpr std::string_view managed_system_element = "CIM_ManagedSystemElement";

constexpr auto superclasses = std::to_array<std::string_view>(
    {unitary, "CIM_ComputerSystem", system, "CIM_LogicalElement", managed_system_element});

// In the order of the page's syntax block.
constexpr auto properties = std::to_array<cim::PropertyDeclaration>({
    property("AdminPasswordStatus", uint16),
    property("AutomaticManagedPagefile", boolean),
    property("AutomaticResetBootOption", boolean),
    property("AutomaticResetCapability", boolean),
    property("BootOptionOnLimit", uint16),
    property("BootOptionOnWatchDog", uint16),
    property("BootROMSupported", boolean),
    property("BootupState", string),
    array_of("BootStatus", uint16),
    property("Caption", string, managed_system_element),
    property("ChassisBootupState", uint16),
    property("ChassisSKUNumber", string),
    key("CreationClassName", system),
    property("CurrentTimeZone", sint16),
    property("DaylightInEffect", boolean),
    property("Description", string, managed_system_element),
    property("DNSHostName", string),
    property("Domain", string),
    property("DomainRole", uint16),
    property("EnableDaylightSavingsTime", boolean),
    property("FrontPanelResetStatus", uint16),
    property("HypervisorPresent", boolean),
    property("InfraredSupported", boolean),
    array_of("InitialLoadInfo", string, unitary),
    property("InstallDate", datetime, managed_system_element),
    property("KeyboardPasswordStatus", uint16),
    property("LastLoadInfo", string, unitary),
    property("Manufacturer", string),
    property("Model", string),
    key("Name", managed_system_element),
    property("NameFormat", string, system),
    property("NetworkServerModeEnabled", boolean),
    property("NumberOfLogicalProcessors", uint32),
    property("NumberOfProcessors", uint32),
    array_of("OEMLogoBitmap", uint8),
    array_of("OEMStringArray", string),
    property("PartOfDomain", boolean),
    property("PauseAfterReset", sint64),
    property("PCSystemType", uint16),
    property("PCSystemTypeEx", uint16),
    array_of("PowerManagementCapabilities", uint16, unitary),
    property("PowerManagementSupported", boolean, unitary),
    property("PowerOnPasswordStatus", uint16),
    property("PowerState", uint16, unitary),
    property("PowerSupplyState", uint16),
    property("PrimaryOwnerContact", string, system),
    property("PrimaryOwnerName", string, system),
    property("ResetCapability", uint16, unitary),
    property("ResetCount", sint16),
    property("ResetLimit", sint16),
    array_of("Roles", string, system),
    property("Status", string, managed_system_element),
    array_of("SupportContactDescription", string),
    property("SystemFamily", string),
    property("SystemSKUNumber", string),
    property("SystemStartupDelay", uint16),
    array_of("SystemStartupOptions", string),
    property("SystemStartupSetting", uint8),
    property("SystemType", string),
    property("ThermalState", uint16),
    property("TotalPhysicalMemory", uint64),
    property("UserName", string),
    property("WakeUpType", uint16),
    property("Workgroup", string),
});

}  // namespace

constinit const cim::ClassDeclaration computer_system_class{
    .name = "Win32_ComputerSystem",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = {},
    .singleton = true,
};

}  // namespace tintype::host
