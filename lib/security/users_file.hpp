#pragma once
/// \file
/// The users file: htpasswd's form, a `name:hash` a line.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tintype::security {

/// Bytes of the longest users file that is read.
inline constexpr std::size_t max_users_file = std::size_t{16} * 1024 * 1024;

struct UserLine {
    std::string name;
    std::string hash;
};

/// The name in a line, or nothing if the line is blank or a comment.
[[nodiscard]] std::optional<std::string_view> name_in_line(std::string_view line) noexcept;

/// Every entry of the text, in order. Errors: a line that is no entry, a name that no user can have, a hash that is
/// none or of a weak kind, a name that was there before; each with the line's number. No error repeats a hash.
[[nodiscard]] tl::expected<std::vector<UserLine>, std::string> parse_users(std::string_view text);

}  // namespace tintype::security
