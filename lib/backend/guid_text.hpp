#pragma once
/// \file
/// GUIDs that people wrote, and new ones.

#include <optional>
#include <string>
#include <string_view>

namespace tintype::backend {

/// The GUID in upper case, if `text` is one of the form `8-4-4-4-12`, in either case and without braces.
[[nodiscard]] std::optional<std::string> upper_case_guid(std::string_view text);

/// A random one (RFC 4122 version 4), from the system's generator.
[[nodiscard]] std::string fresh_guid();

}  // namespace tintype::backend
