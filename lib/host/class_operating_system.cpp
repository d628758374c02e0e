#include <array>
#include <string_view>

#include "host/class_properties.hpp"
#include "host/classes.hpp"

namespace tintype::host {
namespace {

using enum cim::Type;

constexpr std::string_view operating_system = "CIM_OperatingSystem";
constexpr std::string_view managed_system_element = "CIM_ManagedSystemElement";

constexpr auto superclasses =
    std::to_array<std::string_view>({operating_system, "CIM_LogicalElement", managed_system_element});

// In the order of the page's syntax block.
constexpr auto properties = std::to_array<cim::PropertyDeclaration>({
    property("BootDevice", string),
    property("BuildNumber", string),
    property("BuildType", string),
    property("Caption", string, managed_system_element),
    property("CodeSet", string),
    property("CountryCode", string),
    key("CreationClassName", operating_system),
    key("CSCreationClassName", operating_system),
    property("CSDVersion", string),
    key("CSName", operating_system),
    property("CurrentTimeZone", sint16, operating_system),
    property("DataExecutionPrevention_Available", boolean),
    property("DataExecutionPrevention_32BitApplications", boolean),
    property("DataExecutionPrevention_Drivers", boolean),
    property("DataExecutionPrevention_SupportPolicy", uint8),
    property("Debug", boolean),
    property("Description", string),
    property("Distributed", boolean, operating_system),
    property("EncryptionLevel", uint32),
    property("ForegroundApplicationBoost", uint8),
    property("FreePhysicalMemory", uint64, operating_system),
    property("FreeSpaceInPagingFiles", uint64, operating_system),
    property("FreeVirtualMemory", uint64, operating_system),
    property("InstallDate", datetime, managed_system_element),
    property("LargeSystemCache", uint32),
    property("LastBootUpTime", datetime, operating_system),
    property("LocalDateTime", datetime, operating_system),
    property("Locale", string),
    property("Manufacturer", string),
    property("MaxNumberOfProcesses", uint32, operating_system),
    property("MaxProcessMemorySize", uint64, operating_system),
    array_of("MUILanguages", string),
    key("Name", operating_system),
    property("NumberOfLicensedUsers", uint32, operating_system),
    property("NumberOfProcesses", uint32, operating_system),
    property("NumberOfUsers", uint32, operating_system),
    property("OperatingSystemSKU", uint32),
    property("Organization", string),
    property("OSArchitecture", string),
    property("OSLanguage", uint32),
    property("OSProductSuite", uint32),
    property("OSType", uint16, operating_system),
    property("OtherTypeDescription", string, operating_system),
    property("PAEEnabled", boolean),
    property("PlusProductID", string),
    property("PlusVersionNumber", string),
    property("PortableOperatingSystem", boolean),
    property("Primary", boolean),
    property("ProductType", uint32),
    property("RegisteredUser", string),
    property("SerialNumber", string),
    property("ServicePackMajorVersion", uint16),
    property("ServicePackMinorVersion", uint16),
    property("SizeStoredInPagingFiles", uint64, operating_system),
    property("Status", string, managed_system_element),
    property("SuiteMask", uint32),
    property("SystemDevice", string),
    property("SystemDirectory", string),
    property("SystemDrive", string),
    property("TotalSwapSpaceSize", uint64, operating_system),
    property("TotalVirtualMemorySize", uint64, operating_system),
    property("TotalVisibleMemorySize", uint64, operating_system),
    property("Version", string, operating_system),
    property("WindowsDirectory", string),
    property("QuantumLength", uint8),
    property("QuantumType", uint8),
});

}  // namespace

constinit const cim::ClassDeclaration operating_system_class{
    .name = "Win32_OperatingSystem",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = {},
    .singleton = true,
};

}  // namespace tintype::host
