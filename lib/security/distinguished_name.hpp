#pragma once
/// \file
/// Names of certificates as text (RFC 4514).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::security {

/// One attribute of a name, in the one form that all its spellings have.
struct NameAttribute {
    std::string type;      ///< Object identifier with dots: `2.5.4.3`.
    std::string value;     ///< Without escapes; with `encoded`, hexadecimal digits in upper case.
    bool encoded = false;  ///< The text has the value as `#` and its encoding.

    bool operator==(const NameAttribute&) const = default;
};

/// The attributes that stand together at one place (joined by `+`), in the order of their types.
using RelativeName = std::vector<NameAttribute>;
/// The most specific one first, as RFC 4514 writes them.
using DistinguishedName = std::vector<RelativeName>;

/// Reads `CN=alice, OU=Operations,O=Example`: types by their short names, in any case, or their object identifiers;
/// blanks around separators are of no account. Nothing if that is no such name or is empty.
[[nodiscard]] std::optional<DistinguishedName> read_distinguished_name(std::string_view text);

}  // namespace tintype::security
