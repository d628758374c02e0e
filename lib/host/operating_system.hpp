#pragma once
/// \file
/// The operating system: what it is called, since when it runs, what it has left.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "host/language.hpp"
#include "host/system_files.hpp"

namespace tintype::host {

/// Kibibytes, as /proc/meminfo and Win32_OperatingSystem have them.
struct Memory {
    std::optional<std::uint64_t> total;
    std::optional<std::uint64_t> available;  ///< Without swapping.
    std::optional<std::uint64_t> swap_total;
    std::optional<std::uint64_t> swap_free;
};

struct TimeZone {
    std::int16_t minutes = 0;  ///< East of UTC, with daylight saving time if that is in effect.
    bool daylight = false;
};

struct OperatingSystem {
    std::string caption;  ///< The distribution with its version; `Linux` if it is not known.
    std::string vendor;   ///< Who makes it; `Linux` if it is not known.
    std::string kernel;   ///< As uname(2) has it: `6.1.0-18-amd64`.
    std::string version;  ///< Its first three numbers: `6.1.0`.
    std::string build;    ///< The third of them.
    std::optional<std::chrono::sys_seconds> booted;
    Memory memory;
    std::optional<std::uint32_t> max_processes;
    std::optional<std::uint32_t> processes;
    std::optional<std::uint32_t> sessions;  ///< Of users, as logind counts them.
    Language language;
};

[[nodiscard]] OperatingSystem read_operating_system(const SystemFiles& files);
[[nodiscard]] Memory read_memory(const SystemFiles& files);

/// The time zone of this process at a time.
[[nodiscard]] TimeZone time_zone(std::chrono::system_clock::time_point at);

/// The first three numbers of a kernel's release, `0` for those it lacks: `6.1-rc2` is `6.1.0`.
[[nodiscard]] std::string three_numbers(std::string_view release);

}  // namespace tintype::host
