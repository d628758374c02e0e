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
    // Every request asks every class: most names differ in length already.
    const auto is_it = [&](std::string_view one) {
        return one.size() == class_name.size() && equal_names(one, class_name);
    };
    return is_it(name) || std::any_of(superclasses.begin(), superclasses.end(), is_it);
}

}  // namespace tintype::cim
