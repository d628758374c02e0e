#pragma once
/// \file
/// The options of the command line: those of the table of keys, and a few besides.

#include <getopt.h>

#include <string>
#include <string_view>
#include <vector>

namespace tintype::daemon {

inline constexpr std::string_view listener_url = "listener.url";
inline constexpr std::string_view log_level = "log.level";

/// What the words on the command line ask for.
enum class Command { serve, add_user, self_signed };

struct Option {
    std::string name;  ///< Without the dashes.
    std::string help;
    std::string type = {};                 ///< What stands for the value in --help.
    int argument = required_argument;      ///< As getopt_long(3) has it.
    Command command = Command::serve;      ///< Whose it is; serve's go with every command.
    bool repeats = false;                  ///< May be given more than once.
    std::string_view key = {};             ///< Of the configuration.
    std::vector<std::string> values = {};  ///< As they were given.
};

/// All of them, --help first; those of a section side by side.
[[nodiscard]] std::vector<Option> all_options();

/// What --help says of a command. Options that go with every command are told with `serve`.
[[nodiscard]] std::string help(Command command, const std::vector<Option>& options);

}  // namespace tintype::daemon
