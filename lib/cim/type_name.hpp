#pragma once
/// \file
/// Names of the CIM types, as CIM-XML and people write them.

#include <optional>
#include <string_view>

#include "tintype/cim/value.hpp"

namespace tintype::cim {

/// `uint16`, `datetime`, `reference`.
[[nodiscard]] std::string_view type_name(Type type) noexcept;

/// The type of that name, compared without regard to case.
[[nodiscard]] std::optional<Type> parse_type(std::string_view name) noexcept;

}  // namespace tintype::cim
