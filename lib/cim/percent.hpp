#pragma once
/// \file
/// Percent-encoding in URLs (RFC 3986 2.1).

#include <string>
#include <string_view>

namespace tintype::cim {

/// `a%20b` as `a b`. What is no encoding stays as it is.
[[nodiscard]] std::string percent_decode(std::string_view text);

}  // namespace tintype::cim
