#pragma once
/// \file
/// What is known of the computer as instances of its classes; what is not known is null.

#include <chrono>
#include <string_view>

#include "host/hardware.hpp"
#include "host/operating_system.hpp"
#include "tintype/cim/instance.hpp"

namespace tintype::host {

/// Win32_ComputerSystem. \param now for the time zone, which has summer and winter.
[[nodiscard]] cim::Instance computer_system_instance(const Hardware& hardware, const Memory& memory,
                                                     std::string_view host_name,
                                                     std::chrono::system_clock::time_point now);

/// Win32_ComputerSystemProduct.
[[nodiscard]] cim::Instance computer_system_product_instance(const Hardware& hardware);

/// Win32_OperatingSystem. \param now its LocalDateTime.
[[nodiscard]] cim::Instance operating_system_instance(const OperatingSystem& system, const Hardware& hardware,
                                                      std::string_view host_name,
                                                      std::chrono::system_clock::time_point now);

}  // namespace tintype::host
