#pragma once
/// \file
/// The name of a CIM instance: namespace, class, keys; as WMI writes it.

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace tintype::cim {

struct Key {
    std::string name;
    std::string value;  ///< Text of the key's value; for a reference key, its object path.
    bool operator==(const Key&) const = default;
};

struct ObjectPath {
    std::string host;           ///< Empty if not named.
    std::string cim_namespace;  ///< With forward slashes, `root/virtualization/v2`; empty if not named.
    std::string class_name;
    std::vector<Key> keys;      ///< In the order given.

    /// Value of a key, names compared without regard to case; null if there is none.
    [[nodiscard]] const std::string* key(std::string_view name) const noexcept;
    bool operator==(const ObjectPath&) const = default;
};

/// Reads `\\HOST\root\virtualization\v2:Class.Key="value",Key2=5`, host and namespace optional, `/` as good as `\`,
/// `\"` and `\\` inside quotes, single quotes allowed, `Class=@` for a singleton. Errors: a sentence that names the place.
[[nodiscard]] tl::expected<ObjectPath, std::string> parse_object_path(std::string_view text);

/// Writes it in the form above with backslashes and double quotes.
[[nodiscard]] std::string to_string(const ObjectPath& path);

/// ASCII comparison without regard to case, as CIM names are compared.
[[nodiscard]] bool equal_names(std::string_view a, std::string_view b) noexcept;

}  // namespace tintype::cim
