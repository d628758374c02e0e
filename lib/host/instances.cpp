#include "host/instances.hpp"

#include <array>
#include <concepts>
#include <optional>
#include <string>

#include "host/classes.hpp"

namespace tintype::host {

namespace {

constexpr std::uint64_t kibibyte = 1024;

void set_known(cim::Instance& instance, std::string_view property, const std::optional<std::string>& text) {
    if (text) instance.set(property, *text);
}

template <std::integral T>
void set_known(cim::Instance& instance, std::string_view property, std::optional<T> number) {
    if (number) instance.set(property, *number);
}

std::optional<std::uint64_t> sum(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
    if (!a && !b) return std::nullopt;
    return a.value_or(0) + b.value_or(0);
}

cim::Value time(std::chrono::system_clock::time_point at) {
    return cim::Scalar(std::chrono::floor<std::chrono::microseconds>(at));
}

/// As Windows words it; clients look for `x64` in it.
std::string system_type(std::string_view architecture) {
    if (architecture == "x86_64") return "x64-based PC";
    if (architecture == "aarch64") return "ARM64-based PC";
    if (architecture.size() == 4 && architecture.starts_with('i') && architecture.ends_with("86")) {
        return "X86-based PC";
    }
    return std::string(architecture) + "-based PC";
}

/// LANGID as four hexadecimal digits.
std::string locale_id(std::uint16_t id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned shift : {12U, 8U, 4U, 0U}) text += digits[(id >> shift) & 0xFU];
    return text;
}

}  // namespace

cim::Instance computer_system_instance(const Hardware& hardware, const Memory& memory, std::string_view host_name,
                                       std::chrono::system_clock::time_point now) {
    const auto dot = host_name.find('.');
    const auto zone = time_zone(now);
    cim::Instance instance(computer_system_class);
    instance.set("Caption", host_name)
        .set("CreationClassName", computer_system_class.name)
        .set("CurrentTimeZone", zone.minutes)
        .set("DaylightInEffect", zone.daylight)
        .set("Description", "Linux computer")
        .set("DNSHostName", host_name.substr(0, dot))
        .set("DomainRole", 2)  // standalone server
        .set("Manufacturer", hardware.vendor)
        .set("Model", hardware.product)
        .set("Name", host_name)
        .set("NetworkServerModeEnabled", true)
        .set("NumberOfLogicalProcessors", hardware.logical_processors)
        .set("NumberOfProcessors", hardware.processors)
        .set("PartOfDomain", false)
        .set("PCSystemType", static_cast<std::uint16_t>(hardware.chassis))
        .set("PCSystemTypeEx", static_cast<std::uint16_t>(hardware.chassis))
        .set("Status", "OK")
        .set("SystemType", system_type(hardware.architecture));
    if (dot != std::string_view::npos) instance.set("Domain", host_name.substr(dot + 1));
    if (hardware.hypervisor) instance.set("HypervisorPresent", *hardware.hypervisor);
    set_known(instance, "SystemFamily", hardware.family);
    set_known(instance, "SystemSKUNumber", hardware.sku);
    if (memory.total) instance.set("TotalPhysicalMemory", *memory.total * kibibyte);
    return instance;
}

cim::Instance computer_system_product_instance(const Hardware& hardware) {
    cim::Instance instance(computer_system_product_class);
    instance.set("Caption", "Computer System Product")
        .set("Description", "Computer System Product")
        .set("IdentifyingNumber", hardware.serial)
        .set("Name", hardware.product)
        .set("Vendor", hardware.vendor)
        .set("Version", hardware.version)
        .set("UUID", hardware.uuid);
    set_known(instance, "SKUNumber", hardware.sku);
    return instance;
}

cim::Instance operating_system_instance(const OperatingSystem& system, const Hardware& hardware,
                                        std::string_view host_name, std::chrono::system_clock::time_point now) {
    const auto& memory = system.memory;
    cim::Instance instance(operating_system_class);
    instance.set("BuildNumber", system.build)
        .set("Caption", system.caption)
        .set("CodeSet", "65001")  // UTF-8
        .set("CreationClassName", operating_system_class.name)
        .set("CSCreationClassName", computer_system_class.name)
        .set("CSName", host_name)
        .set("CurrentTimeZone", time_zone(now).minutes)
        .set("Debug", false)
        .set("Distributed", false)
        .set("LocalDateTime", time(now))
        .set("Manufacturer", system.vendor)
        .set("MUILanguages", cim::Value(cim::Array{system.language.tag}))
        .set("Name", system.caption)
        .set("NumberOfLicensedUsers", 0)  // no bound
        .set("OperatingSystemSKU", 0)     // undefined
        .set("OSArchitecture", is_64_bit(hardware.architecture) ? "64-bit" : "32-bit")
        .set("OSType", 36)  // Linux
        .set("OtherTypeDescription", "Linux " + system.kernel)
        .set("Primary", true)
        .set("ProductType", 3)  // server
        .set("ServicePackMajorVersion", 0)
        .set("ServicePackMinorVersion", 0)
        .set("Status", "OK")
        .set("Version", system.version);
    if (system.booted) instance.set("LastBootUpTime", time(*system.booted));
    if (system.language.id) {
        instance.set("Locale", locale_id(*system.language.id)).set("OSLanguage", *system.language.id);
    }
    set_known(instance, "FreePhysicalMemory", memory.available);
    set_known(instance, "FreeSpaceInPagingFiles", memory.swap_free);
    set_known(instance, "FreeVirtualMemory", sum(memory.available, memory.swap_free));
    set_known(instance, "MaxNumberOfProcesses", system.max_processes);
    set_known(instance, "NumberOfProcesses", system.processes);
    set_known(instance, "NumberOfUsers", system.sessions);
    set_known(instance, "SizeStoredInPagingFiles", memory.swap_total);
    set_known(instance, "TotalVirtualMemorySize", sum(memory.total, memory.swap_total));
    set_known(instance, "TotalVisibleMemorySize", memory.total);
    return instance;
}

}  // namespace tintype::host
