#pragma once
/// \file
/// The words that class declarations are written in.

#include <string_view>

#include "tintype/cim/class_declaration.hpp"

namespace tintype::snapshot {

inline constexpr bool array = true;

constexpr cim::PropertyDeclaration property(std::string_view name, cim::Type type, bool is_array = false) {
    return {.name = name, .type = type, .array = is_array};
}
constexpr cim::PropertyDeclaration writable(std::string_view name, cim::Type type, bool is_array = false) {
    return {.name = name, .type = type, .array = is_array, .writable = true};
}
constexpr cim::PropertyDeclaration key(std::string_view name) {
    return {.name = name, .type = cim::Type::string, .key = true};
}

}  // namespace tintype::snapshot
