#pragma once
/// \file
/// The words that class declarations are written in.

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
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

template <std::size_t N>
using Properties = std::array<cim::PropertyDeclaration, N>;

/// What a superclass introduces.
template <class... P>
constexpr auto introduced_by(std::string_view superclass, const P&... properties) {
    Properties<sizeof...(P)> list{properties...};
    for (auto& one : list) one.origin = superclass;
    return list;
}

/// What a class has: the properties of its superclasses from the root on, then its own. Methods likewise.
template <class Declaration, std::size_t... N>
constexpr auto join(const std::array<Declaration, N>&... parts) {
    std::array<Declaration, (N + ...)> all{};
    std::size_t at = 0;
    const auto append = [&](const auto& part) {
        for (const auto& one : part) all[at++] = one;
    };
    (append(parts), ...);
    return all;
}

/// The list without one of its properties, whose place is elsewhere.
template <std::size_t N>
constexpr auto without(const Properties<N>& list, std::string_view name) {
    Properties<N - 1> rest{};
    std::copy_if(list.begin(), list.end(), rest.begin(), [&](const auto& one) { return one.name != name; });
    return rest;
}

/// The list with some of its properties as keys: superclasses leave it to their subclasses what their keys are.
template <std::size_t N>
constexpr auto with_keys(Properties<N> list, std::initializer_list<std::string_view> keys) {
    for (auto& one : list) one.key = one.key || std::find(keys.begin(), keys.end(), one.name) != keys.end();
    return list;
}

/// The list with some of its properties writable.
template <std::size_t N>
constexpr auto with_writable(Properties<N> list, std::initializer_list<std::string_view> names) {
    for (auto& one : list)
        one.writable = one.writable || std::find(names.begin(), names.end(), one.name) != names.end();
    return list;
}

/// Parameters, as a reference page's syntax block has them.
constexpr cim::ParameterDeclaration in(std::string_view name, cim::Type type) {
    return {.name = name, .type = type};
}
constexpr cim::ParameterDeclaration in_reference(std::string_view name, std::string_view class_name) {
    return {.name = name, .type = cim::Type::reference, .required = true, .reference_class = class_name};
}
constexpr cim::ParameterDeclaration in_instance(std::string_view name, std::string_view class_name) {
    return {.name = name, .embedded_class = class_name};
}
constexpr cim::ParameterDeclaration inout_reference(std::string_view name, std::string_view class_name) {
    return {.name = name, .type = cim::Type::reference, .out = true, .reference_class = class_name};
}
constexpr cim::ParameterDeclaration out_reference(std::string_view name, std::string_view class_name) {
    return {.name = name, .type = cim::Type::reference, .in = false, .out = true, .reference_class = class_name};
}
constexpr cim::ParameterDeclaration out_instance(std::string_view name, std::string_view class_name,
                                                 bool is_array = false) {
    return {.name = name, .array = is_array, .in = false, .out = true, .embedded_class = class_name};
}

/// What a method that may take long hands out.
inline constexpr cim::ParameterDeclaration out_job = out_reference("Job", "CIM_ConcreteJob");

}  // namespace tintype::snapshot
