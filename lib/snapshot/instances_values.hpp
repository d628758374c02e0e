#pragma once
/// \file
/// Values that the instances are made of.

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "tintype/cim/class_declaration.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/cim/value.hpp"

namespace tintype::snapshot {

[[nodiscard]] inline cim::Value numbers(std::initializer_list<std::uint64_t> items) {
    return cim::Array(items.begin(), items.end());
}

[[nodiscard]] inline cim::Value texts(std::initializer_list<std::string_view> items) {
    cim::Array array;
    array.reserve(items.size());
    for (const std::string_view item : items) array.emplace_back(std::string(item));
    return array;
}

[[nodiscard]] inline cim::Value time(std::chrono::system_clock::time_point at) {
    return cim::Scalar(std::chrono::floor<std::chrono::microseconds>(at));
}

/// The epoch stands for an unknown time.
[[nodiscard]] inline cim::Value time_or_null(std::chrono::system_clock::time_point at) {
    return at == std::chrono::system_clock::time_point{} ? cim::Value{} : time(at);
}

/// Empty text stands for none.
[[nodiscard]] inline cim::Value text_or_null(std::string_view text) {
    return text.empty() ? cim::Value{} : cim::Value(cim::Scalar(std::string(text)));
}

[[nodiscard]] constexpr std::uint64_t not_negative(std::int64_t number) noexcept {
    return number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

[[nodiscard]] inline cim::ObjectPath make_path(
    const cim::ClassDeclaration& declaration,
    std::initializer_list<std::pair<std::string_view, std::string_view>> keys) {
    cim::ObjectPath path{{}, std::string(declaration.cim_namespace), std::string(declaration.name), {}};
    path.keys.reserve(keys.size());
    for (const auto& [name, value] : keys) path.keys.push_back({std::string(name), std::string(value), false});
    return path;
}

}  // namespace tintype::snapshot
