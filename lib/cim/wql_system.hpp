#pragma once
/// \file
/// WMI's system properties, which every instance has and no class declares: `__CLASS`, `__PATH` and the like.

#include <string_view>

#include "tintype/cim/instance.hpp"

namespace tintype::cim {

/// True for a name that only a system property can have.
[[nodiscard]] constexpr bool is_system_name(std::string_view name) noexcept {
    return name.starts_with("__");
}

/// Name and type of a system property, names compared without regard to case; null if WMI has none of that name.
[[nodiscard]] const PropertyDeclaration* find_system_property(std::string_view name) noexcept;

/// Its value. \param property one that find_system_property() gave. \param host `__SERVER`, which `__PATH` begins with;
/// if it is empty `__SERVER` is null.
[[nodiscard]] Value system_value(const PropertyDeclaration& property, const Instance& instance, std::string_view host);

}  // namespace tintype::cim
