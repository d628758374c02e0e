#pragma once
/// \file
/// The words that class declarations are written in.

#include <string_view>

#include "tintype/cim/class_declaration.hpp"

namespace tintype::host {

/// \param origin the superclass that introduced it; empty for the class itself.
constexpr cim::PropertyDeclaration property(std::string_view name, cim::Type type, std::string_view origin = {}) {
    return {.name = name, .type = type, .origin = origin};
}
constexpr cim::PropertyDeclaration array_of(std::string_view name, cim::Type type, std::string_view origin = {}) {
    return {.name = name, .type = type, .array = true, .origin = origin};
}
constexpr cim::PropertyDeclaration key(std::string_view name, std::string_view origin) {
    return {.name = name, .type = cim::Type::string, .key = true, .origin = origin};
}

}  // namespace tintype::host
