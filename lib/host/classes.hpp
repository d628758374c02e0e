#pragma once
/// \file
/// The classes of the computer itself, as their reference pages declare them. Nothing in them can be written: this
/// service only tells.

#include <string_view>

#include "tintype/cim/class_declaration.hpp"

namespace tintype::host {

inline constexpr std::string_view cim_namespace = "root/cimv2";

// Constants, initialised before any code runs.
extern const cim::ClassDeclaration computer_system_class;          ///< Win32_ComputerSystem
extern const cim::ClassDeclaration computer_system_product_class;  ///< Win32_ComputerSystemProduct
extern const cim::ClassDeclaration operating_system_class;         ///< Win32_OperatingSystem

}  // namespace tintype::host
