#include "cim/wql_system.hpp"

#include <algorithm>
#include <array>

namespace tintype::cim {

namespace {

enum Place : std::size_t {
    class_name,
    derivation,
    dynasty,
    genus,
    name_space,
    path,
    property_count,
    relative,
    server,
    superclass
};

constexpr std::array properties{
    PropertyDeclaration{.name = "__CLASS"},
    PropertyDeclaration{.name = "__DERIVATION", .array = true},
    PropertyDeclaration{.name = "__DYNASTY"},
    PropertyDeclaration{.name = "__GENUS", .type = Type::sint32},
    PropertyDeclaration{.name = "__NAMESPACE"},
    PropertyDeclaration{.name = "__PATH"},
    PropertyDeclaration{.name = "__PROPERTY_COUNT", .type = Type::sint32},
    PropertyDeclaration{.name = "__RELPATH"},
    PropertyDeclaration{.name = "__SERVER"},
    PropertyDeclaration{.name = "__SUPERCLASS"},
};

constexpr std::int64_t genus_of_an_instance = 2;  // 1 is a class

Scalar text(std::string_view value) {
    return std::string(value);
}

Scalar path_text(const Instance& instance, std::string_view host, bool relative_path) {
    auto name = instance.path();
    if (relative_path) {
        name.cim_namespace.clear();
    } else {
        name.host = host;
    }
    return to_string(name);
}

}  // namespace

const PropertyDeclaration* find_system_property(std::string_view name) noexcept {
    const auto* const found = std::find_if(properties.begin(), properties.end(),
                                           [&](const auto& one) { return equal_names(one.name, name); });
    return found == properties.end() ? nullptr : found;
}

Value system_value(const PropertyDeclaration& property, const Instance& instance, std::string_view host) {
    const auto& declaration = instance.declaration();
    const auto& superclasses = declaration.superclasses;
    switch (static_cast<Place>(&property - properties.data())) {
        case class_name:
            return text(declaration.name);
        case derivation: {
            Array names;
            for (const auto one : superclasses) names.push_back(text(one));
            return names;
        }
        case dynasty:
            return text(superclasses.empty() ? declaration.name : superclasses.back());
        case genus:
            return Scalar(genus_of_an_instance);
        case name_space: {
            std::string name(declaration.cim_namespace);
            std::replace(name.begin(), name.end(), '/', '\\');
            return Scalar(std::move(name));
        }
        case path:
            return path_text(instance, host, false);
        case property_count:
            return Scalar(static_cast<std::int64_t>(declaration.properties.size()));
        case relative:
            return path_text(instance, host, true);
        case server:
            return host.empty() ? Value{} : Value(text(host));
        case superclass:
            return superclasses.empty() ? Value{} : Value(text(superclasses.front()));
    }
    return {};
}

}  // namespace tintype::cim
