#pragma once
/// \file
/// The machine under the operating system: who made it, what it has, how it is told from others.

#include <cstdint>
#include <optional>
#include <string>

#include "host/system_files.hpp"

namespace tintype::host {

/// Win32_ComputerSystem.PCSystemType, as far as a chassis tells.
enum class ChassisUse : std::uint16_t { unspecified = 0, desktop = 1, mobile = 2, enterprise_server = 4 };

/// As the firmware says it (DMI, on boards without it the device tree); members that are needed always have a text.
struct Hardware {
    std::string vendor;   ///< `Unknown` if it is not known.
    std::string product;  ///< `Linux` if it is not known.
    std::string version;  ///< `None` if it is not known.
    std::string serial;   ///< `None` if this process may not read it.
    std::optional<std::string> sku;
    std::optional<std::string> family;
    ChassisUse chassis = ChassisUse::unspecified;
    std::string uuid;  ///< Upper case; zeros if there is nothing to make it from.

    std::uint32_t processors = 1;          ///< Packages.
    std::uint32_t logical_processors = 1;  ///< Threads.
    std::optional<bool> hypervisor;        ///< One runs beneath this system, or this system is one.
    std::string architecture;              ///< As uname(2) has it: `x86_64`.
};

[[nodiscard]] Hardware read_hardware(const SystemFiles& files);

/// True for an architecture of 64 bits.
[[nodiscard]] bool is_64_bit(std::string_view architecture);

/// A GUID that is the same as long as the machine id is, from which the machine id can't be had: HMAC-SHA256 with the
/// machine id as the key over a text of ours, as sd_id128_get_machine_app_specific(3) does it.
[[nodiscard]] std::string uuid_from_machine_id(std::string_view machine_id);

}  // namespace tintype::host
