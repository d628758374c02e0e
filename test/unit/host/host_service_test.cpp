// The computer itself: a made-up one in a temporary folder, and the one that the test runs on.
#include "tintype/host_service.hpp"

#include <doctest/doctest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "host/operating_system.hpp"
#include "made_up_system.hpp"
#include "tintype/guid.hpp"
#include "tintype/wsman/router.hpp"

namespace {

using namespace tintype;
using namespace tintype::host;
using tintype::test::MadeUpSystem;

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

TEST_CASE("what the files of a server say is its Win32_ComputerSystem") {
    const MadeUpSystem server;
    server.add_server();
    const auto instance = Served(server.root()).get("Win32_ComputerSystem");
    REQUIRE(instance);
    for (const auto& expected : std::initializer_list<Expected>{{"Name", "hv01.example.org"},
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
        CAPTURE(expected.property);
        CHECK(text(*instance, expected.property) == expected.value);
    }
}

TEST_CASE("what the files of a server say is its Win32_OperatingSystem") {
    const MadeUpSystem server;
    server.add_server();
    const auto instance = Served(server.root()).get("Win32_OperatingSystem");
    REQUIRE(instance);
    for (const auto& expected : std::initializer_list<Expected>{{"Caption", "Debian GNU/Linux 12 (bookworm)"},
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
        CAPTURE(expected.property);
        CHECK(text(*instance, expected.property) == expected.value);
    }
}

TEST_CASE("the product is what the firmware says, its UUID in upper case") {
    const MadeUpSystem server;
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
    const MadeUpSystem server;
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
    const MadeUpSystem nothing;
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
    const MadeUpSystem server;
    server.add_server();
    std::filesystem::remove_all(server.root() / "proc/1");
    CHECK(text(*Served(server.root()).get("Win32_OperatingSystem"), "NumberOfProcesses") == "null");
}

TEST_CASE("what firmware and files hold in bytes that no XML can carry is made harmless") {
    const MadeUpSystem server;
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
    const MadeUpSystem server;
    server.add_server();
    const Served served(server.root());
    CHECK(text(*served.get("Win32_OperatingSystem"), "FreePhysicalMemory") == "9000000");
    server.write("proc/meminfo", "MemTotal: 16777216 kB\nMemFree: 5 kB\n");
    CHECK(text(*served.get("Win32_OperatingSystem"), "FreePhysicalMemory") == "5");
    CHECK(text(*served.get("Win32_OperatingSystem"), "FreeSpaceInPagingFiles") == "null");
}

TEST_CASE("a singleton is named by any of its keys, or by none, but not by another's") {
    const MadeUpSystem server;
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
