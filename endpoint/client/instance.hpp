#pragma once
/// \file
/// Instances and outputs of methods as an endpoint sends them, without their class's declaration.

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "soap/element_cursor.hpp"

namespace tintype::client {

using Json = nlohmann::ordered_json;

/// Properties by name in the order in which they came. WS-Management doesn't say types: a value is its text, null, or
/// an array of these if its element came several times; a datetime is its XML Schema form, a reference its object path.
struct Instance {
    std::string class_name;  ///< Empty for a selection of properties.
    Json properties = Json::object();

    /// The text of a property; empty for null, for an array and if there is none.
    [[nodiscard]] std::string text(std::string_view name) const;
    /// Its text as a number; `otherwise` if it is none.
    [[nodiscard]] long number(std::string_view name, long otherwise = 0) const;
};

/// \param other_namespaces Envelope::other_namespaces of the message that `element` stands in.
[[nodiscard]] Instance read_instance(const soap::Element& element, std::span<const std::string_view> other_namespaces);

}  // namespace tintype::client
