// The class declarations against their reference pages.
#include "host/classes.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using namespace tintype;
using namespace tintype::host;

// The Syntax block of each class's reference page.
constexpr std::string_view computer_system =
    "uint16 AdminPasswordStatus; boolean AutomaticManagedPagefile; boolean AutomaticResetBootOption; "
    "boolean AutomaticResetCapability; uint16 BootOptionOnLimit; uint16 BootOptionOnWatchDog; boolean "
    "BootROMSupported; string BootupState; uint16[] BootStatus; string Caption; uint16 "
    "ChassisBootupState; string ChassisSKUNumber; string CreationClassName; sint16 CurrentTimeZone; "
    "boolean DaylightInEffect; string Description; string DNSHostName; string Domain; uint16 "
    "DomainRole; boolean EnableDaylightSavingsTime; uint16 FrontPanelResetStatus; boolean "
    "HypervisorPresent; boolean InfraredSupported; string[] InitialLoadInfo; datetime InstallDate; "
    "uint16 KeyboardPasswordStatus; string LastLoadInfo; string Manufacturer; string Model; string "
    "Name; string NameFormat; boolean NetworkServerModeEnabled; uint32 NumberOfLogicalProcessors; "
    "uint32 NumberOfProcessors; uint8[] OEMLogoBitmap; string[] OEMStringArray; boolean PartOfDomain; "
    "sint64 PauseAfterReset; uint16 PCSystemType; uint16 PCSystemTypeEx; uint16[] "
    "PowerManagementCapabilities; boolean PowerManagementSupported; uint16 PowerOnPasswordStatus; "
    "uint16 PowerState; uint16 PowerSupplyState; string PrimaryOwnerContact; string PrimaryOwnerName; "
    "uint16 ResetCapability; sint16 ResetCount; sint16 ResetLimit; string[] Roles; string Status; "
    "string[] SupportContactDescription; string SystemFamily; string SystemSKUNumber; uint16 "
    "SystemStartupDelay; string[] SystemStartupOptions; uint8 SystemStartupSetting; string SystemType; "
    "uint16 ThermalState; uint64 TotalPhysicalMemory; string UserName; uint16 WakeUpType; string "
    "Workgroup; ";

constexpr std::string_view operating_system =
    "string BootDevice; string BuildNumber; string BuildType; string Caption; string CodeSet; string "
    "CountryCode; string CreationClassName; string CSCreationClassName; string CSDVersion; string "
    "CSName; sint16 CurrentTimeZone; boolean DataExecutionPrevention_Available; boolean "
    "DataExecutionPrevention_32BitApplications; boolean DataExecutionPrevention_Drivers; uint8 "
    "DataExecutionPrevention_SupportPolicy; boolean Debug; string Description; boolean Distributed; "
    "uint32 EncryptionLevel; uint8 ForegroundApplicationBoost; uint64 FreePhysicalMemory; uint64 "
    "FreeSpaceInPagingFiles; uint64 FreeVirtualMemory; datetime InstallDate; uint32 LargeSystemCache; "
    "datetime LastBootUpTime; datetime LocalDateTime; string Locale; string Manufacturer; uint32 "
    "MaxNumberOfProcesses; uint64 MaxProcessMemorySize; string[] MUILanguages; string Name; uint32 "
    "NumberOfLicensedUsers; uint32 NumberOfProcesses; uint32 NumberOfUsers; uint32 OperatingSystemSKU; "
    "string Organization; string OSArchitecture; uint32 OSLanguage; uint32 OSProductSuite; uint16 "
    "OSType; string OtherTypeDescription; boolean PAEEnabled; string PlusProductID; string "
    "PlusVersionNumber; boolean PortableOperatingSystem; boolean Primary; uint32 ProductType; string "
    "RegisteredUser; string SerialNumber; uint16 ServicePackMajorVersion; uint16 "
    "ServicePackMinorVersion; uint64 SizeStoredInPagingFiles; string Status; uint32 SuiteMask; string "
    "SystemDevice; string SystemDirectory; string SystemDrive; uint64 TotalSwapSpaceSize; uint64 "
    "TotalVirtualMemorySize; uint64 TotalVisibleMemorySize; string Version; string WindowsDirectory; "
    "uint8 QuantumLength; uint8 QuantumType; ";

constexpr std::string_view computer_system_product =
    "string Caption; string Description; string IdentifyingNumber; string Name; string SKUNumber; "
    "string Vendor; string Version; string UUID; ";

std::string_view name_of(cim::Type type) {
    switch (type) {
        case cim::Type::boolean:
            return "boolean";
        case cim::Type::uint8:
            return "uint8";
        case cim::Type::uint16:
            return "uint16";
        case cim::Type::sint16:
            return "sint16";
        case cim::Type::uint32:
            return "uint32";
        case cim::Type::uint64:
            return "uint64";
        case cim::Type::sint64:
            return "sint64";
        case cim::Type::string:
            return "string";
        case cim::Type::datetime:
            return "datetime";
        default:
            return "?";
    }
}

std::string syntax_of(const cim::ClassDeclaration& declaration) {
    std::string out;
    for (const auto& property : declaration.properties) {
        out.append(name_of(property.type)).append(property.array ? "[] " : " ").append(property.name).append("; ");
    }
    return out;
}

TEST_CASE("each class has the properties of its reference page, in its order") {
    CHECK(syntax_of(computer_system_class) == computer_system);
    CHECK(syntax_of(operating_system_class) == operating_system);
    CHECK(syntax_of(computer_system_product_class) == computer_system_product);
}

TEST_CASE("each inherited property says which superclass it comes from") {
    for (const auto* declaration : {&computer_system_class, &operating_system_class, &computer_system_product_class}) {
        for (const auto& property : declaration->properties) {
            CAPTURE(property.name);
            if (!property.origin.empty()) CHECK(declaration->is_a(property.origin));
        }
    }
    CHECK(operating_system_class.properties[*operating_system_class.find("Version")].origin == "CIM_OperatingSystem");
    CHECK(computer_system_class.properties[*computer_system_class.find("Model")].origin.empty());
}

}  // namespace
