#pragma once
/// \file
/// The schemas that every class's schema stands on: those of wsdl/, put in when the library is built.

#include <optional>
#include <string_view>

namespace tintype::wsman {

/// The text of `addressing`, `cim-common`, `enumeration`, `wsman` or `xml`. What it imports is a URL relative to the
/// endpoint's.
[[nodiscard]] std::optional<std::string_view> common_schema(std::string_view name) noexcept;

}  // namespace tintype::wsman
