#pragma once
/// \file
/// InstanceID of the settings of a machine or a snapshot, read without an allocation.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "tintype/cim/object_path.hpp"
#include "tintype/guid.hpp"

namespace tintype::snapshot {

inline constexpr std::string_view settings_prefix = "Microsoft:";

/// A GUID's text by itself.
struct GuidText {
    std::array<char, 36> text{};

    [[nodiscard]] std::string_view view() const noexcept { return {text.data(), text.size()}; }
};

/// As parse_settings_id().
[[nodiscard]] inline std::optional<GuidText> settings_guid(std::string_view instance_id) {
    if (!cim::equal_names(instance_id.substr(0, settings_prefix.size()), settings_prefix)) return std::nullopt;
    const auto guid = instance_id.substr(settings_prefix.size());
    if (!is_guid(guid)) return std::nullopt;
    GuidText upper;
    std::transform(guid.begin(), guid.end(), upper.text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
}

}  // namespace tintype::snapshot
