#include "cim/type_name.hpp"

#include <array>
#include <cstddef>

#include "tintype/cim/object_path.hpp"

namespace tintype::cim {
namespace {

/// In the order of Type.
constexpr std::array<std::string_view, 15> names{"boolean", "sint8",  "uint8",  "sint16",   "uint16",
                                                 "sint32",  "uint32", "sint64", "uint64",   "real32",
                                                 "real64",  "char16", "string", "datetime", "reference"};
static_assert(static_cast<std::size_t>(Type::reference) + 1 == names.size());

}  // namespace

std::string_view type_name(Type type) noexcept {
    return names[static_cast<std::size_t>(type)];
}

std::optional<Type> parse_type(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (equal_names(names[i], name)) return static_cast<Type>(i);
    return std::nullopt;
}

}  // namespace tintype::cim
