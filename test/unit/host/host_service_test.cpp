// The computer itself: a made-up one in a temporary folder, and the one that the test runs on.
#include "tintype/host_service.hpp"

#include <doctest/doctest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "host/classes.hpp"
#include "host/hardware.hpp"
#include "host/language.hpp"
#include "host/operating_system.hpp"
#include "tintype/guid.hpp"
#include "tintype/wsman/router.hpp"

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

/// A system's files in a temporary folder.
class MadeUp {
  public:
    MadeUp() {
        std::string pattern = std::filesystem::temp_directory_path() / "tintype-host-XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        root_ = pattern;
    }
    MadeUp(const MadeUp&) = delete;
    MadeUp& operator=(const MadeUp&) = delete;
    ~MadeUp() { std::filesystem::remove_all(root_); }

    void write(const std::string& path, std::string_view content) const {
        std::filesystem::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << content;
    }

    /// A server with two packages of two threads, 16 GiB, Debian.
    void add_server() const {
        write(
            "etc/os-release",
            "# comment\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME='Debian GNU/Linux'\nVERSION_ID=\"12\"\n");
        write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        write("etc/default/locale", "LANG=de_CH.UTF-8\n");
        write("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
        write("proc/sys/kernel/pid_max", "4194304\n");
        write("proc/meminfo",
              "MemTotal:       16777216 kB\nMemFree:         1000000 kB\nMemAvailable:    9000000 kB\n"
              "SwapTotal:       2097152 kB\nSwapFree:        2000000 kB\n");
        write("proc/stat", "cpu  1 2 3\nintr 1 2\nbtime 1738324800\nprocesses 99\n");
        std::string cpus;
        for (int cpu = 0; cpu < 4; ++cpu) {
            cpus += "processor\t: " + std::to_string(cpu) + "\nphysical id\t: " + std::to_string(cpu / 2) +
                    "\nflags\t\t: fpu vme hypervisor nx\n\n";
        }
        write("proc/cpuinfo", cpus);
        for (const char* process : {"1", "2", "777"}) write(std::string("proc/") + process + "/stat", "");
        write("run/systemd/sessions/4", "");
        write("run/systemd/sessions/4.ref", "");
        write("run/systemd/sessions/c1", "");
        write("sys/class/dmi/id/sys_vendor", "Acme Inc.\n");
        write("sys/class/dmi/id/product_name", "Rack 9000\n");
        write("sys/class/dmi/id/product_version", "Rev B\n");
        write("sys/class/dmi/id/product_serial", "SN-42\n");
        write("sys/class/dmi/id/product_sku", "R9K\n");
        write("sys/class/dmi/id/product_family", "Rack\n");
        write("sys/class/dmi/id/chassis_type", "23\n");
        write("sys/class/dmi/id/product_uuid", "a1b2c3d4-0000-4000-8000-00000000ffff\n");
    }

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  private:
    std::filesystem::path root_;
};

/// The classes of a system, as an endpoint serves them.
class Served {
  public:
    explicit Served(const std::filesystem::path& root = "/", const std::string& host_name = "hv01.example.org")
        : service_({.root = root}) {
        service_.add_to(router_, host_name);
    }

    [[nodiscard]] wsman::Resource& resource(std::string_view class_name) const {
        auto* found = router_.find("root/cimv2", class_name);
        REQUIRE(found != nullptr);
        return *found;
    }
    [[nodiscard]] std::optional<cim::Instance> get(std::string_view class_name, std::vector<cim::Key> keys = {}) const {
        auto found = resource(class_name).get({{}, {}, std::string(class_name), std::move(keys)});
        REQUIRE(found);
        return *found;
    }

  private:
    HostService service_;
    wsman::Router router_;
};

/// A property's text, an array's items with `|` between, `null` for null.
std::string text(const cim::Instance& instance, std::string_view property) {
    const cim::Value& value = instance.get(property);
    if (const auto* scalar = std::get_if<cim::Scalar>(&value)) return cim::to_text(*scalar);
    const auto* array = std::get_if<cim::Array>(&value);
    if (array == nullptr) return "null";
    std::string out;
    for (const auto& item : *array) out += (out.empty() ? "" : "|") + cim::to_text(item);
    return out;
}

struct Expected {
    const char* property;
    const char* value;
};

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

TEST_CASE("what the files of a server say is its Win32_ComputerSystem") {
    const MadeUp server;
    server.add_server();
    const auto instance = Served(server.root()).get("Win32_ComputerSystem");
    REQUIRE(instance);
    for (const auto& [property, value] : std::initializer_list<Expected>{{"Name", "hv01.example.org"},
                                                                         {"Caption", "hv01.example.org"},
                                                                         {"DNSHostName", "hv01"},
                                                                         {"Domain", "example.org"},
                                                                         {"PartOfDomain", "false"},
                                                                         {"Manufacturer", "Acme Inc."},
                                                                         {"Model", "Rack 9000"},
                                                                         {"SystemFamily", "Rack"},
                                                                         {"SystemSKUNumber", "R9K"},
                                                                         {"NumberOfProcessors", "2"},
                                                                         {"NumberOfLogicalProcessors", "4"},
                                                                         {"HypervisorPresent", "true"},
                                                                         {"PCSystemType", "4"},
                                                                         {"TotalPhysicalMemory", "17179869184"},
                                                                         {"Status", "OK"},
                                                                         {"UserName", "null"},
                                                                         {"ThermalState", "null"}}) {
        CAPTURE(property);
        CHECK(text(*instance, property) == value);
    }
}

TEST_CASE("what the files of a server say is its Win32_OperatingSystem") {
    const MadeUp server;
    server.add_server();
    const auto instance = Served(server.root()).get("Win32_OperatingSystem");
    REQUIRE(instance);
    for (const auto& [property, value] :
         std::initializer_list<Expected>{{"Caption", "Debian GNU/Linux 12 (bookworm)"},
                                         {"Name", "Debian GNU/Linux 12 (bookworm)"},
                                         {"Manufacturer", "Debian GNU/Linux"},
                                         {"Version", "6.1.0"},
                                         {"BuildNumber", "0"},
                                         {"OtherTypeDescription", "Linux 6.1.0-18-amd64"},
                                         {"OSType", "36"},
                                         {"CSName", "hv01.example.org"},
                                         {"LastBootUpTime", "2025-01-31T12:00:00Z"},
                                         {"TotalVisibleMemorySize", "16777216"},
                                         {"FreePhysicalMemory", "9000000"},
                                         {"TotalVirtualMemorySize", "18874368"},
                                         {"FreeVirtualMemory", "11000000"},
                                         {"SizeStoredInPagingFiles", "2097152"},
                                         {"FreeSpaceInPagingFiles", "2000000"},
                                         {"NumberOfProcesses", "3"},
                                         {"NumberOfUsers", "2"},
                                         {"MaxNumberOfProcesses", "4194304"},
                                         {"Locale", "0807"},
                                         {"OSLanguage", "2055"},
                                         {"MUILanguages", "de-CH"},
                                         {"CSDVersion", "null"},
                                         {"InstallDate", "null"}}) {
        CAPTURE(property);
        CHECK(text(*instance, property) == value);
    }
}

TEST_CASE("the product is what the firmware says, its UUID in upper case") {
    const MadeUp server;
    server.add_server();
    const auto instance = Served(server.root()).get("Win32_ComputerSystemProduct");
    REQUIRE(instance);
    CHECK(text(*instance, "UUID") == "A1B2C3D4-0000-4000-8000-00000000FFFF");
    CHECK(text(*instance, "Vendor") == "Acme Inc.");
    CHECK(text(*instance, "Name") == "Rack 9000");
    CHECK(text(*instance, "Version") == "Rev B");
    CHECK(text(*instance, "IdentifyingNumber") == "SN-42");
    CHECK(text(*instance, "SKUNumber") == "R9K");
}

TEST_CASE("where the firmware's UUID may not be read, one is made from the machine id, which it does not give away") {
    const MadeUp server;
    server.add_server();
    std::filesystem::remove(server.root() / "sys/class/dmi/id/product_uuid");
    const auto uuid = text(*Served(server.root()).get("Win32_ComputerSystemProduct"), "UUID");
    CHECK(is_guid(uuid));
    CHECK(uuid == upper_guid(uuid));
    CHECK(uuid[14] == '4');
    CHECK(uuid.find("01234567") == std::string::npos);
    CHECK(uuid == text(*Served(server.root()).get("Win32_ComputerSystemProduct"), "UUID"));
    // HMAC-SHA256 as another program computes it, the bits of the version set.
    CHECK(uuid == "976E1B05-5A7A-497C-B8A1-7040EB9FFB3A");

    server.write("etc/machine-id", "fedcba9876543210fedcba9876543210\n");
    CHECK(uuid != text(*Served(server.root()).get("Win32_ComputerSystemProduct"), "UUID"));
}

TEST_CASE("a system that says nothing of itself still has what clients need") {
    const MadeUp nothing;
    const Served served(nothing.root(), "box");
    const auto system = served.get("Win32_ComputerSystem");
    CHECK(text(*system, "Name") == "box");
    CHECK(text(*system, "Model") == "Linux");
    CHECK(text(*system, "Manufacturer") == "Unknown");
    CHECK(text(*system, "NumberOfLogicalProcessors") == "1");
    CHECK(text(*system, "NumberOfProcessors") == "1");
    CHECK(text(*system, "Domain") == "null");
    CHECK(text(*system, "HypervisorPresent") == "null");
    CHECK(text(*system, "TotalPhysicalMemory") == "null");
    const auto product = served.get("Win32_ComputerSystemProduct");
    CHECK(text(*product, "UUID") == "00000000-0000-0000-0000-000000000000");
    CHECK(text(*product, "IdentifyingNumber") == "None");
    const auto os = served.get("Win32_OperatingSystem");
    CHECK(text(*os, "Caption") == "Linux");
    CHECK(text(*os, "Version") == "0.0.0");
    CHECK(text(*os, "LastBootUpTime") == "null");
    CHECK(text(*os, "NumberOfProcesses") == "null");
    CHECK(text(*os, "Locale") == "0409");
}

TEST_CASE("processes that are hidden from this one are not taken for none") {
    const MadeUp server;
    server.add_server();
    std::filesystem::remove_all(server.root() / "proc/1");
    CHECK(text(*Served(server.root()).get("Win32_OperatingSystem"), "NumberOfProcesses") == "null");
}

TEST_CASE("what firmware and files hold in bytes that no XML can carry is made harmless") {
    const MadeUp server;
    server.add_server();
    server.write("sys/class/dmi/id/product_name",
                 "Ra\x01"
                 "ck\xFF\xC3\xBC\n");
    server.write("etc/os-release", "PRETTY_NAME=\"a\\\"b\\$c \xC3\"\n");
    const Served served(server.root());
    CHECK(text(*served.get("Win32_ComputerSystem"), "Model") == "Ra ck?\u00fc");
    CHECK(text(*served.get("Win32_OperatingSystem"), "Caption") == "a\"b$c ?");
}

TEST_CASE("memory is read anew for each request") {
    const MadeUp server;
    server.add_server();
    const Served served(server.root());
    CHECK(text(*served.get("Win32_OperatingSystem"), "FreePhysicalMemory") == "9000000");
    server.write("proc/meminfo", "MemTotal: 16777216 kB\nMemFree: 5 kB\n");
    CHECK(text(*served.get("Win32_OperatingSystem"), "FreePhysicalMemory") == "5");
    CHECK(text(*served.get("Win32_OperatingSystem"), "FreeSpaceInPagingFiles") == "null");
}

TEST_CASE("a singleton is named by any of its keys, or by none, but not by another's") {
    const MadeUp server;
    server.add_server();
    const Served served(server.root());
    for (const auto* name : {"Win32_ComputerSystem", "Win32_ComputerSystemProduct", "Win32_OperatingSystem"}) {
        CAPTURE(name);
        CHECK(served.resource(name).required_keys().empty());
        const auto instance = served.get(name);
        REQUIRE(instance);
        const auto path = instance->path();
        CHECK(path.keys.size() >= 2);
        CHECK(served.get(name, path.keys));
        for (const auto& key : path.keys) {
            CAPTURE(key.name);
            CHECK(served.get(name, {key}));
            if (key.name != "CSName") CHECK_FALSE(served.get(name, {{key.name, "another"}}));
        }
    }
    CHECK(served.get("Win32_ComputerSystem", {{"name", "HV01.EXAMPLE.ORG"}}));
    // A client knows the host by a name of its own.
    CHECK(served.get("Win32_OperatingSystem", {{"CSName", "10.0.0.7"}}));
}

TEST_CASE("an enumeration has the one instance, once") {
    const Served served;
    auto cursor = served.resource("Win32_OperatingSystem").enumerate();
    REQUIRE(cursor);
    CHECK((*cursor)->next(1)->size() == 1);
    CHECK((*cursor)->next(1)->empty());
}

TEST_CASE("the version has three numbers, whatever the kernel's release is") {
    CHECK(three_numbers("6.1.0-18-amd64") == "6.1.0");
    CHECK(three_numbers("6.18.44-fc") == "6.18.44");
    CHECK(three_numbers("6.1-rc2") == "6.1.0");
    CHECK(three_numbers("5") == "5.0.0");
    CHECK(three_numbers("5.15.0.1") == "5.15.0");
    CHECK(three_numbers("") == "0.0.0");
    CHECK(three_numbers("next") == "0.0.0");
}

TEST_CASE("locales are named as Windows names languages") {
    CHECK(language_of("en_US.UTF-8").id == 0x0409);
    CHECK(language_of("C.UTF-8").tag == "en-US");
    CHECK(language_of("").tag == "en-US");
    CHECK(language_of("de_AT@euro").id == 0x0C07);
    CHECK(language_of("tlh_KX").tag == "tlh-KX");
    CHECK_FALSE(language_of("tlh_KX").id);
}

TEST_CASE("architectures are of 32 or 64 bits, and the chassis says what a computer is for") {
    for (const char* name : {"x86_64", "aarch64", "ppc64le", "riscv64", "s390x"}) CHECK(is_64_bit(name));
    for (const char* name : {"i686", "armv7l"}) CHECK_FALSE(is_64_bit(name));
    const MadeUp laptop;
    laptop.write("sys/class/dmi/id/chassis_type", "10\n");
    CHECK(read_hardware(SystemFiles(laptop.root())).chassis == ChassisUse::mobile);
    laptop.write("sys/class/dmi/id/chassis_type", "3\n");
    CHECK(read_hardware(SystemFiles(laptop.root())).chassis == ChassisUse::desktop);
    laptop.write("sys/class/dmi/id/chassis_type", "1\n");
    CHECK(read_hardware(SystemFiles(laptop.root())).chassis == ChassisUse::unspecified);
}

TEST_CASE("the machine that the test runs on says of itself what the kernel says") {
    const Served served;
    const auto system = served.get("Win32_ComputerSystem");
    const auto os = served.get("Win32_OperatingSystem");
    CHECK(text(*system, "NumberOfLogicalProcessors") == std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)));
    CHECK(std::stoull(text(*system, "TotalPhysicalMemory")) >
          static_cast<unsigned long long>(::sysconf(_SC_PHYS_PAGES)) * 4096 / 2);
    utsname names{};
    REQUIRE(::uname(&names) == 0);
    CHECK(text(*os, "Version") == three_numbers(&names.release[0]));
    CHECK(std::stoull(text(*os, "FreePhysicalMemory")) > 0);
    CHECK(std::stoull(text(*os, "FreePhysicalMemory")) <= std::stoull(text(*os, "TotalVisibleMemorySize")));
    CHECK(text(*os, "LastBootUpTime") < text(*os, "LocalDateTime"));
    CHECK(text(*os, "LastBootUpTime").starts_with("20"));
    CHECK(is_guid(text(*served.get("Win32_ComputerSystemProduct"), "UUID")));
}

}  // namespace
