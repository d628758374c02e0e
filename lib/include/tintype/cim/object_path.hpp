#pragma once
/// \file
/// The name of a CIM instance: namespace, class, keys; as WMI writes it.

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace tintype::cim {

struct Key {
    std::string name;
    std::string value;       ///< Text of the key's value; for a reference, its object path.
    bool reference = false;  ///< It is a reference: on the wire an endpoint reference (DSP0227 5.5), not text.
    /// A reference is equal to its object path as text, which is how some clients send it.
    bool operator==(const Key& other) const noexcept { return name == other.name && value == other.value; }
};

struct ObjectPath {
    std::string host;           ///< Empty if not named.
    std::string cim_namespace;  ///< With forward slashes, `root/virtualization/v2`; empty if not named.
    std::string class_name;
    std::vector<Key> keys;  ///< In the order given.

    /// Value of a key, names compared without regard to case; null if there is none.
    [[nodiscard]] const std::string* key(std::string_view name) const noexcept;
    bool operator==(const ObjectPath&) const = default;
};

/// More keys than this in one path, or selectors in one reference, are an error. No class has a tenth of it.
inline constexpr std::size_t max_keys = 64;

/// Reads `\\HOST\root\virtualization\v2:Class.Key="value",Key2=5`, host and namespace optional, `/` as good as `\`,
/// `\"`, `\'` and `\\` inside quotes (a backslash before anything else stands for itself), single quotes allowed,
/// `Class=@` for a singleton. Errors: a sentence that names the place.
[[nodiscard]] tl::expected<ObjectPath, std::string> parse_object_path(std::string_view text);

/// Writes it in the form above with backslashes and double quotes. A host without a namespace is left out, since the
/// form has no place for it.
[[nodiscard]] std::string to_string(const ObjectPath& path);

/// A CIM name: a letter, `_` or a character outside of ASCII, then these and digits.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

/// A namespace with forward slashes, none at its ends: `\root\virtualization\v2` is `root/virtualization/v2`.
[[nodiscard]] std::string normal_namespace(std::string_view text);

/// ASCII comparison without regard to case, as CIM names are compared.
[[nodiscard]] bool equal_names(std::string_view a, std::string_view b) noexcept;

}  // namespace tintype::cim
