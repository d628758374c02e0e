#pragma once
/// \file
/// What a class is: name, superclasses, properties, methods. Declarations are constants, made once, never copied.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "cim/value.hpp"

namespace tintype::cim {

struct PropertyDeclaration {
    std::string_view name;
    Type type = Type::string;
    bool array = false;
    bool key = false;
    bool writable = false;                  ///< A Put may change it.
    std::string_view reference_class = {};  ///< For Type::reference.
};

struct ClassDeclaration {
    std::string_view name;
    std::string_view cim_namespace;                   ///< `root/virtualization/v2`.
    std::span<const std::string_view> superclasses;   ///< The nearest first, up to the root.
    std::span<const PropertyDeclaration> properties;  ///< In the order of the class's reference page.
    std::span<const std::string_view> methods;
    bool singleton = false;  ///< One instance; any subset of its keys, or none, names it.

    /// Position in `properties`, names compared without regard to case.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view property) const noexcept;
    /// True for the class itself and for each of its superclasses, names compared without regard to case.
    [[nodiscard]] bool is_a(std::string_view class_name) const noexcept;
};

}  // namespace tintype::cim
