#include "tintype/cim/class_declaration.hpp"

#include <algorithm>

namespace tintype::cim {

std::optional<std::size_t> ClassDeclaration::find(std::string_view property) const noexcept {
    for (std::size_t i = 0; i < properties.size(); ++i)
        if (equal_names(properties[i].name, property)) return i;
    return std::nullopt;
}

const MethodDeclaration* ClassDeclaration::method(std::string_view method_name) const noexcept {
    const auto found = std::find_if(methods.begin(), methods.end(),
                                    [&](const MethodDeclaration& one) { return equal_names(one.name, method_name); });
    return found == methods.end() ? nullptr : &*found;
}

bool ClassDeclaration::is_a(std::string_view class_name) const noexcept {
    return equal_names(name, class_name) ||
           std::any_of(superclasses.begin(), superclasses.end(),
                       [&](std::string_view superclass) { return equal_names(superclass, class_name); });
}

}  // namespace tintype::cim
