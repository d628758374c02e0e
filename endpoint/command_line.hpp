#pragma once
/// \file
/// What tintyped was asked to do.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "configuration.hpp"
#include "configuration_file.hpp"
#include "exit_code.hpp"
#include "tls_command.hpp"

namespace tintype::daemon {

inline constexpr std::string_view default_configuration_file = "/etc/tintype/tintyped.toml";

enum class Action { serve, check_configuration, print_configuration, add_user, self_signed };

/// A key's name and the text of its flag.
using Setting = std::pair<std::string, std::string>;

struct CommandLine {
    Action action = Action::serve;
    std::optional<std::string> configuration_file;  ///< None: the default one, if it is there.
    std::vector<Setting> settings;                  ///< In the order of the table of keys.
    std::string url_file;                           ///< Where to write the bound URLs; empty: nowhere.
    std::string user;                               ///< add_user: whom.
    std::string users_file;                         ///< add_user: where; empty: the configuration's.
    SelfSigned self_signed;
};

/// Something to tell and then to exit: help, the version, a mistake in the command line.
struct Notice {
    std::string text;
    ExitCode code = ExitCode::ok;
};

/// \param arguments without the program's name.
[[nodiscard]] std::variant<CommandLine, Notice> parse_command_line(std::span<const std::string> arguments);

/// Puts flags in place of what the file said. `--listener.url` replaces all listeners; `--listener.certificate` and
/// `--listener.key` then apply to every https listener. Adds the keys to `given`.
/// Errors: each as `--flag: what is wrong`.
[[nodiscard]] tl::expected<void, Messages> apply(std::span<const Setting> settings, Configuration& configuration,
                                                 GivenKeys& given);

}  // namespace tintype::daemon
