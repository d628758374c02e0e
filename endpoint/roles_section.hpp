#pragma once
/// \file
/// Who may do what, as [authorization] says: roles, groups and [[authorization.role]], whose names are the
/// administrator's and so in no table of keys.

#include <toml++/toml.h>
#include <functional>
#include <string>
#include <string_view>

#include "configuration.hpp"

namespace tintype::daemon {

/// Told of each mistake: its place and what is wrong.
using Complain = std::function<void(const toml::source_position&, std::string_view)>;

/// True for the names in [authorization] that read_roles() reads.
[[nodiscard]] bool is_about_roles(std::string_view name) noexcept;

/// Reads them all in the place of what the configuration has.
void read_roles(const toml::table& section, Configuration& configuration, const Complain& complain);

/// The same as TOML; empty if nothing of it is configured.
[[nodiscard]] std::string print_roles(const Configuration& configuration);

}  // namespace tintype::daemon
