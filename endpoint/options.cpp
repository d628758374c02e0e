#include "options.hpp"

#include <fmt/format.h>

#include "command_line.hpp"
#include "keys.hpp"

namespace tintype::daemon {
namespace {

constexpr std::string_view description =
    "tintyped answers WS-Management (WinRM) clients over HTTP and HTTPS: they list virtual machines and their "
    "snapshots "
    "and destroy snapshots as on Hyper-V.\n\n"
    "Without a subcommand it serves until SIGTERM. SIGHUP reads certificates and users again.";

constexpr std::string_view closing_words =
    "A key of the configuration file is also a flag, which goes before it. tintyped(8) says more.\n\n"
    "Exit status:\n"
    "  0  all went well\n"
    "  1  something failed that had started\n"
    "  2  the command line is wrong\n"
    "  3  the configuration is wrong\n"
    "  4  a store, file, certificate or address of the configuration can't be used\n"
    "  5  a second signal cut the stop short; jobs that ran are settled at the next start\n";

constexpr std::string_view add_user_words =
    "Add a user, or give one a new password: asked for twice on a terminal, otherwise the first line of standard input";
constexpr std::string_view self_signed_words = "Make a key and a certificate for trying, signed by itself";

/// What stands for the value in --help: `a|b` for one of a few words, otherwise the type without its range.
std::string placeholder(std::string_view type) {
    constexpr std::string_view choice = "one of ";
    if (!type.starts_with(choice)) return std::string(type.substr(0, type.find(',')));
    std::string words;
    for (const char c : type.substr(choice.size())) {
        if (c != ' ') words += c == ',' ? '|' : c;
    }
    return words;
}

template <class Place>
Option option_of(const Key<Place>& key, std::string_view note) {
    Option option{std::string(key.name), fmt::format("{}{}", key.meaning, note)};
    option.type = key.is_switch ? "[=true|false]" : placeholder(key.type);
    if (key.is_switch) option.argument = optional_argument;
    option.key = key.name;
    return option;
}

std::string default_note(const Key<Configuration>& key) {
    static const Configuration defaults;
    const auto value = key.get(defaults);
    return value == Scalar(std::string()) ? "" : fmt::format(" (default {})", to_toml(value));
}

std::string help_line(const std::string& left, std::string_view right) {
    constexpr std::size_t column = 30;
    const auto gap =
        left.size() + 1 < column ? std::string(column - left.size(), ' ') : "\n" + std::string(column, ' ');
    return fmt::format("{}{}{}\n", left, gap, right);
}

}  // namespace

std::vector<Option> all_options() {
    std::vector<Option> all{
        {"help", "Print this and exit", "", no_argument},
        {"version", "Display program version information and exit", "", no_argument},
        {"config", fmt::format("Configuration file (default {}, if it is there)", default_configuration_file), "FILE"},
        {"url-file", "Write the URLs served, one a line, to this file once they are", "FILE"},
        {"check-config", "Check the configuration and what it names, and exit", "", no_argument},
        {"print-config", "Print the configuration in effect as TOML, and exit", "", no_argument},
        {"file", "The users file (default: the configuration's auth.basic.users)", "FILE", required_argument,
         Command::add_user},
        {"host",
         "Name or address that clients reach the daemon by; repeatable (default: this machine's name, localhost, "
         "127.0.0.1 and ::1)",
         "NAME", required_argument, Command::self_signed, true},
        {"days", "How long the certificate is good (default 365)", "N", required_argument, Command::self_signed},
        {"certificate", "Where to write the certificate (default tintyped.pem)", "FILE", required_argument,
         Command::self_signed},
        {"key", "Where to write the key, readable by its owner only (default tintyped.key)", "FILE", required_argument,
         Command::self_signed},
        {"force", "Replace files that are there", "", no_argument, Command::self_signed},
    };
    for (const auto& key : listener_keys()) {
        const bool repeats = key.name == listener_url;
        all.push_back(option_of(
            key, repeats ? "; repeatable, replaces the file's listeners" : "; applies to every https listener"));
        all.back().repeats = repeats;
    }
    for (const auto& key : keys()) all.push_back(option_of(key, default_note(key)));
    return all;
}

std::string help(Command command, const std::vector<Option>& options) {
    std::string text;
    switch (command) {
        case Command::serve:
            text = fmt::format("{}\n\nUsage: tintyped [OPTIONS] [SUBCOMMAND]\n\nSubcommands:\n", description);
            text += help_line("  user add NAME", add_user_words);
            text += help_line("  tls self-signed", self_signed_words);
            break;
        case Command::add_user:
            text = fmt::format("{}\n\nUsage: tintyped user add [OPTIONS] NAME\n", add_user_words);
            break;
        case Command::self_signed:
            text = fmt::format("{}\n\nUsage: tintyped tls self-signed [OPTIONS]\n", self_signed_words);
            break;
    }
    std::string_view group;
    for (const auto& option : options) {
        if (option.command != command) continue;
        const auto section = option.key.substr(0, option.key.find('.'));
        if (&option == &options.front() || command != Command::serve) {
            if (group.empty()) text += "\nOptions:\n";
            group = "Options";
        } else if (!section.empty() && section != group) {
            text += fmt::format("\nConfiguration: {}\n", section);
            group = section;
        }
        const std::string_view before = option.name == "help"     ? "-h,--"
                                        : option.key == log_level ? "--log-level,--"
                                                                  : "--";
        const std::string_view blank = option.type.empty() || option.type.starts_with('[') ? "" : " ";
        text += help_line(fmt::format("  {}{}{}{}", before, option.name, blank, option.type), option.help);
    }
    if (command == Command::serve) text += fmt::format("\n{}", closing_words);
    return text;
}

}  // namespace tintype::daemon
