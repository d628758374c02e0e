#pragma once
// A class with every type, for the tests of instances.

#include <array>
#include <string_view>

#include "tintype/cim/class_declaration.hpp"

namespace tintype::cim {

inline constexpr auto test_superclasses = std::to_array<std::string_view>({"CIM_Thing", "CIM_ManagedElement"});
inline constexpr auto test_methods = std::to_array<MethodDeclaration>({{.name = "Do"}});
inline constexpr auto test_properties = std::to_array<PropertyDeclaration>({
    {.name = "Name", .type = Type::string, .key = true},
    {.name = "Flag", .type = Type::boolean},
    {.name = "Tiny", .type = Type::sint8},
    {.name = "Small", .type = Type::uint8},
    {.name = "Number", .type = Type::uint16, .key = true},
    {.name = "Signed", .type = Type::sint64},
    {.name = "Large", .type = Type::uint64},
    {.name = "Single", .type = Type::real32},
    {.name = "Double", .type = Type::real64},
    {.name = "Letter", .type = Type::char16},
    {.name = "When", .type = Type::datetime},
    {.name = "Other", .type = Type::reference, .reference_class = "CIM_Thing"},
    {.name = "Texts", .type = Type::string, .array = true},
    {.name = "Numbers", .type = Type::uint16, .array = true},
});
inline constexpr ClassDeclaration test_class{.name = "Test_Thing",
                                             .cim_namespace = "root/test",
                                             .superclasses = test_superclasses,
                                             .properties = test_properties,
                                             .methods = test_methods,
                                             .singleton = false};

}  // namespace tintype::cim
