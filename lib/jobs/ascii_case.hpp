#pragma once
/// \file
/// Ids compared without regard to case: clients send GUIDs in either.

#include <cstddef>
#include <string>
#include <string_view>

namespace tintype::jobs {

/// The text with a to z as A to Z; every other byte as it is.
[[nodiscard]] std::string upper_case(std::string_view text);

/// Hash and equality for containers of ids; transparent, so that a std::string_view finds a std::string.
struct CaselessHash {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept;
};

struct CaselessEqual {
    using is_transparent = void;
    [[nodiscard]] bool operator()(std::string_view left, std::string_view right) const noexcept;
};

}  // namespace tintype::jobs
