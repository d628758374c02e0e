#include "host/operating_system.hpp"

#include <algorithm>
#include <ctime>

namespace tintype::host {

namespace {

bool is_number(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string locale_name(const SystemFiles& files) {
    for (const std::string_view path : {"/etc/locale.conf", "/etc/default/locale"}) {
        const auto settings = files.assignments(path);
        if (const auto found = settings.find("LANG"); found != settings.end()) return found->second;
    }
    return {};
}

std::optional<std::chrono::sys_seconds> boot_time(const SystemFiles& files) {
    std::optional<std::chrono::sys_seconds> booted;
    files.fields("/proc/stat", [&](std::string_view name, std::string_view value) {
        if (name != "btime") return;
        if (const auto seconds = leading_number(value)) {
            booted = std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(*seconds)));
        }
    });
    return booted;
}

}  // namespace

std::string three_numbers(std::string_view release) {
    std::string version;
    for (int part = 0; part < 3; ++part) {
        if (part > 0) version += '.';
        const auto digits = std::min(release.find_first_not_of("0123456789"), release.size());
        version += digits == 0 ? "0" : std::string(release.substr(0, digits));
        // Only a dot leads on to a further number: in `6.1-rc2` the 2 is none of them.
        const bool dot = digits > 0 && digits < release.size() && release[digits] == '.';
        release = dot ? release.substr(digits + 1) : std::string_view{};
    }
    return version;
}

Memory read_memory(const SystemFiles& files) {
    Memory memory;
    std::optional<std::uint64_t> free;
    files.fields("/proc/meminfo", [&](std::string_view name, std::string_view value) {
        if (name == "MemTotal") memory.total = leading_number(value);
        if (name == "MemFree") free = leading_number(value);
        if (name == "MemAvailable") memory.available = leading_number(value);
        if (name == "SwapTotal") memory.swap_total = leading_number(value);
        if (name == "SwapFree") memory.swap_free = leading_number(value);
    });
    if (!memory.available) memory.available = free;
    return memory;
}

OperatingSystem read_operating_system(const SystemFiles& files) {
    auto release = files.assignments("/etc/os-release");
    if (release.empty()) release = files.assignments("/usr/lib/os-release");
    const auto named = [&](const char* name) {
        const auto found = release.find(name);
        return found == release.end() || found->second.empty() ? "Linux" : found->second;
    };
    OperatingSystem system;
    system.caption = named("PRETTY_NAME");
    system.vendor = named(release.contains("VENDOR_NAME") ? "VENDOR_NAME" : "NAME");
    system.kernel = files.line("/proc/sys/kernel/osrelease").value_or("");
    system.version = three_numbers(system.kernel);
    system.build = system.version.substr(system.version.rfind('.') + 1);
    system.booted = boot_time(files);
    system.memory = read_memory(files);
    if (const auto most = leading_number(files.line("/proc/sys/kernel/pid_max").value_or(""))) {
        system.max_processes = static_cast<std::uint32_t>(std::min<std::uint64_t>(*most, UINT32_MAX));
    }
    // Where this process sees only its own (hidepid, ProtectProc=), their number says nothing.
    if (files.exists("/proc/1")) system.processes = files.count("/proc", is_number);
    // Beside each session lies a pipe with `.ref` in its name.
    system.sessions = files.count("/run/systemd/sessions",
                                  [](std::string_view name) { return name.find('.') == std::string_view::npos; });
    system.language = language_of(locale_name(files));
    return system;
}

TimeZone time_zone(std::chrono::system_clock::time_point at) {
    const std::time_t time = std::chrono::system_clock::to_time_t(at);
    std::tm local{};
    if (::localtime_r(&time, &local) == nullptr) return {};
    return {static_cast<std::int16_t>(local.tm_gmtoff / 60), local.tm_isdst > 0};
}

}  // namespace tintype::host
