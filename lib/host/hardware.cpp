#include "host/hardware.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <set>

#include "tintype/guid.hpp"

namespace tintype::host {

namespace {

constexpr std::string_view no_uuid = "00000000-0000-0000-0000-000000000000";

/// SMBIOS, System Enclosure or Chassis Types.
ChassisUse use_of(std::optional<std::uint64_t> chassis) {
    constexpr std::array<std::uint64_t, 8> desktops{3, 4, 5, 6, 7, 13, 15, 16};
    constexpr std::array<std::uint64_t, 8> mobiles{8, 9, 10, 11, 14, 30, 31, 32};
    constexpr std::array<std::uint64_t, 4> servers{17, 23, 28, 29};
    const auto among = [&](const auto& types) {
        return chassis && std::find(types.begin(), types.end(), *chassis) != types.end();
    };
    if (among(desktops)) return ChassisUse::desktop;
    if (among(mobiles)) return ChassisUse::mobile;
    return among(servers) ? ChassisUse::enterprise_server : ChassisUse::unspecified;
}

void read_processors(const SystemFiles& files, Hardware& hardware) {
    std::uint32_t threads = 0;
    std::set<std::string, std::less<>> packages;
    bool flags_known = false;
    bool guest = false;
    files.fields("/proc/cpuinfo", [&](std::string_view name, std::string_view value) {
        if (name == "processor") ++threads;
        if (name == "physical id") packages.emplace(value);
        if (name == "flags") {
            flags_known = true;
            guest = guest || (' ' + std::string(value) + ' ').find(" hypervisor ") != std::string::npos;
        }
    });
    hardware.logical_processors = std::max(threads, 1U);
    hardware.processors = std::max(static_cast<std::uint32_t>(packages.size()), 1U);
    if (guest || files.exists("/sys/devices/virtual/misc/kvm") || files.exists("/sys/hypervisor/type")) {
        hardware.hypervisor = true;
    } else if (flags_known) {
        hardware.hypervisor = false;
    }
}

std::string architecture() {
    utsname names{};
    return ::uname(&names) == 0 ? std::string(&names.machine[0]) : std::string();
}

}  // namespace

Hardware read_hardware(const SystemFiles& files) {
    const auto dmi = [&](std::string_view name) { return files.line("/sys/class/dmi/id/" + std::string(name)); };
    Hardware hardware;
    hardware.vendor = dmi("sys_vendor").value_or("Unknown");
    auto product = dmi("product_name");
    if (!product) product = files.line("/proc/device-tree/model");
    hardware.product = std::move(product).value_or("Linux");
    hardware.version = dmi("product_version").value_or("None");
    hardware.serial = dmi("product_serial").value_or("None");
    hardware.sku = dmi("product_sku");
    hardware.family = dmi("product_family");
    hardware.chassis = use_of(leading_number(dmi("chassis_type").value_or("")));
    const auto uuid = dmi("product_uuid");
    const auto machine_id = files.line("/etc/machine-id");
    if (uuid && is_guid(*uuid)) {
        hardware.uuid = upper_guid(*uuid);
    } else {
        hardware.uuid = machine_id ? uuid_from_machine_id(*machine_id) : std::string(no_uuid);
    }
    read_processors(files, hardware);
    hardware.architecture = architecture();
    return hardware;
}

bool is_64_bit(std::string_view architecture) {
    return architecture.find("64") != std::string_view::npos || architecture == "s390x" ||
           architecture.starts_with("alpha");
}

std::string uuid_from_machine_id(std::string_view machine_id) {
    constexpr std::string_view purpose = "tintype Win32_ComputerSystemProduct.UUID";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    const auto* made =
        ::HMAC(EVP_sha256(), machine_id.data(), static_cast<int>(machine_id.size()),
               reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(), digest.data(), &length);
    if (made == nullptr || length < 16) return std::string(no_uuid);
    std::array<unsigned char, 16> bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    return format_guid(bytes);
}

}  // namespace tintype::host
