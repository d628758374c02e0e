#pragma once
/// \file
/// What a class is: name, superclasses, properties, methods. Declarations are constants, made once, never copied.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "tintype/cim/value.hpp"

namespace tintype::cim {

struct PropertyDeclaration {
    std::string_view name;
    Type type = Type::string;
    bool array = false;
    bool key = false;
    bool writable = false;                  ///< A Put may change it.
    std::string_view reference_class = {};  ///< For Type::reference: the class referred to, or a superclass of it.
    std::string_view embedded_class = {};   ///< For Type::string that holds an instance as CIM-XML: its class.
    std::string_view origin = {};           ///< The superclass that introduced it; empty: the class itself.
};

/// A parameter of a method. One that goes both ways is `in` and `out`.
struct ParameterDeclaration {
    std::string_view name;
    Type type = Type::string;
    bool array = false;
    bool in = true;
    bool out = false;
    bool required = false;                  ///< An `in` parameter that a client must give.
    std::string_view reference_class = {};  ///< As of a property.
    std::string_view embedded_class = {};   ///< As of a property.
};

/// A method. Its return value, `ReturnValue` on the wire, is a uint32, as of every method of the CIM schema that is
/// served here.
struct MethodDeclaration {
    std::string_view name;
    std::span<const ParameterDeclaration> parameters = {};  ///< In the order of the method's reference page.
    std::string_view origin = {};                           ///< As of a property.
};

/// Example: a singleton with a method.
/// \code
/// constexpr std::array properties{
///     tintype::cim::PropertyDeclaration{.name = "Name", .key = true},
///     tintype::cim::PropertyDeclaration{.name = "On", .type = tintype::cim::Type::boolean},
/// };
/// constexpr std::array switch_parameters{
///     tintype::cim::ParameterDeclaration{.name = "On", .type = tintype::cim::Type::boolean, .required = true},
/// };
/// constexpr std::array methods{tintype::cim::MethodDeclaration{.name = "Switch", .parameters = switch_parameters}};
/// constexpr tintype::cim::ClassDeclaration lamp{.name = "Acme_Lamp", .cim_namespace = "root/acme", .superclasses = {},
///     .properties = properties, .methods = methods, .singleton = true};
/// \endcode
struct ClassDeclaration {
    std::string_view name;
    std::string_view cim_namespace;                   ///< `root/virtualization/v2`.
    std::span<const std::string_view> superclasses;   ///< The nearest first, up to the root.
    std::span<const PropertyDeclaration> properties;  ///< In the order of the class's reference page.
    std::span<const MethodDeclaration> methods;
    bool singleton = false;    ///< One instance; any subset of its keys, or none, names it.
    bool association = false;  ///< Its instances say how others belong together: it has two references or more.

    /// Position in `properties`, names compared without regard to case.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view property) const noexcept;
    /// The method of that name, compared without regard to case, or null.
    [[nodiscard]] const MethodDeclaration* method(std::string_view method_name) const noexcept;
    /// True for the class itself and for each of its superclasses, names compared without regard to case.
    [[nodiscard]] bool is_a(std::string_view class_name) const noexcept;
};

}  // namespace tintype::cim
