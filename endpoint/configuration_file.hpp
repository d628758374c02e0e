#pragma once
/// \file
/// The configuration file: TOML, in which every mistake is an error that names its line and column.

#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "configuration.hpp"

namespace tintype::daemon {

/// Sentences for people, one a line, none empty.
using Messages = std::vector<std::string>;

/// Names of keys that somebody set, in a file or by a flag.
using GivenKeys = std::set<std::string, std::less<>>;

/// Reads TOML over what `configuration` holds. [[listener]] entries, if there are any, replace all of its listeners.
/// \param name what messages call the text: the file's path.
/// \returns the keys that the text sets.
/// Errors: each as `name:line:column: what is wrong`: no TOML, an unknown key, a value of the wrong type or range.
[[nodiscard]] tl::expected<GivenKeys, Messages> read_toml(std::string_view text, const std::string& name,
                                                          Configuration& configuration);

/// The same for a file. Errors: also a file that can't be read.
[[nodiscard]] tl::expected<GivenKeys, Messages> read_file(const std::string& path, Configuration& configuration);

/// The whole configuration as TOML that read_toml() turns back into the same. Keys of a backend that isn't configured
/// are left out.
[[nodiscard]] std::string print_toml(const Configuration& configuration);

}  // namespace tintype::daemon
