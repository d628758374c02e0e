#include "command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "keys.hpp"
#include "version.hpp"

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

constexpr std::string_view listener_url = "listener.url";

struct Flag {
    std::string key;
    CLI::Option* option;
};

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
Flag add_flag(CLI::App& app, const Key<Place>& key, const std::string& note) {
    const std::string section(key.name.substr(0, key.name.find('.')));
    const std::string help = fmt::format("{}{}", key.meaning, note);
    // The one that people type often goes by the name that it has elsewhere, too.
    const std::string flag = flag_of(key.name) + (key.name == "log.level" ? ",--log-level" : "");
    CLI::Option* option = key.is_switch ? app.add_flag(flag) : app.add_option(flag);
    option->description(help)->group("Configuration: " + section);
    option->type_name(key.is_switch ? "[=true|false]" : placeholder(key.type));
    return {std::string(key.name), option};
}

std::string default_note(const Key<Configuration>& key) {
    static const Configuration defaults;
    const auto value = key.get(defaults);
    return value == Scalar(std::string()) ? "" : fmt::format(" (default {})", to_toml(value));
}

std::vector<Flag> add_flags(CLI::App& app) {
    std::vector<Flag> flags;
    for (const auto& key : listener_keys()) {
        const bool repeats = key.name == listener_url;
        flags.push_back(add_flag(
            app, key, repeats ? "; repeatable, replaces the file's listeners" : "; applies to every https listener"));
        if (repeats) flags.back().option->expected(1, 1'000)->allow_extra_args(false);
    }
    for (const auto& key : keys()) flags.push_back(add_flag(app, key, default_note(key)));
    return flags;
}

/// \returns the one that makes a certificate.
CLI::App* add_tls_commands(CLI::App& app, SelfSigned& wanted) {
    constexpr int longest = 36'500;
    auto* tls = app.add_subcommand("tls", "Make what TLS needs")->require_subcommand(1);
    auto* made = tls->add_subcommand("self-signed", "Make a key and a certificate for trying, signed by itself");
    made->add_option("--host", wanted.hosts,
                     "Name or address that clients reach the daemon by; repeatable (default: this machine's name, "
                     "localhost, 127.0.0.1 and ::1)")
        ->type_name("NAME");
    made->add_option("--days", wanted.days, "How long the certificate is good (default 365)")
        ->type_name("N")
        ->check(CLI::Range(1, longest));
    made->add_option("--certificate", wanted.certificate, "Where to write the certificate (default tintyped.pem)")
        ->type_name("FILE");
    made->add_option("--key", wanted.key, "Where to write the key, readable by its owner only (default tintyped.key)")
        ->type_name("FILE");
    made->add_flag("--force", wanted.force, "Replace files that are there");
    return made;
}

/// What CLI11 threw, as what to say; its own exit() writes to streams.
Notice notice_of(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
        if (error.get_name() == "CallForVersion") return {std::string(error.what()) + "\n", ExitCode::ok};
        const CLI::App* shown = &app;
        while (!shown->get_subcommands().empty()) shown = shown->get_subcommands().front();
        return {shown->help(), ExitCode::ok};
    }
    return {fmt::format("tintyped: {} (see tintyped --help)\n", error.what()), ExitCode::usage};
}

}  // namespace

std::variant<CommandLine, Notice> parse_command_line(std::span<const std::string> arguments) {
    CommandLine line;
    CLI::App app{std::string(description), "tintyped"};
    app.footer(std::string(closing_words));
    app.set_help_flag("-h,--help", "Print this and exit");
    app.set_version_flag("--version", fmt::format("tintyped {}", version));
    app.fallthrough();
    app.require_subcommand(0, 1);

    std::string file;
    auto* file_option = app.add_option(
        "--config", file, fmt::format("Configuration file (default {}, if it is there)", default_configuration_file));
    file_option->type_name("FILE");
    app.add_option("--url-file", line.url_file, "Write the URLs served, one a line, to this file once they are")
        ->type_name("FILE");
    auto* check = app.add_flag("--check-config")->description("Check the configuration and what it names, and exit");
    auto* print = app.add_flag("--print-config")->description("Print the configuration in effect as TOML, and exit");
    check->excludes(print);
    const auto flags = add_flags(app);

    auto* user = app.add_subcommand("user", "Change the users file")->require_subcommand(1);
    auto* add = user->add_subcommand("add",
                                     "Add a user, or give one a new password: asked for twice on a terminal, otherwise "
                                     "the first line of standard input");
    add->add_option("NAME", line.user, "The user's name")->required();
    add->add_option("--file", line.users_file, "The users file (default: the configuration's auth.basic.users)")
        ->type_name("FILE");
    auto* self_signed = add_tls_commands(app, line.self_signed);

    try {
        // CLI11 takes arguments from the back.
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        app.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
        return notice_of(app, error);
    }
    if (file_option->count() > 0) line.configuration_file = file;
    if (check->count() > 0) line.action = Action::check_configuration;
    if (print->count() > 0) line.action = Action::print_configuration;
    if (add->parsed()) line.action = Action::add_user;
    if (self_signed->parsed()) line.action = Action::self_signed;
    for (const auto& flag : flags) {
        for (const auto& text : flag.option->results()) line.settings.emplace_back(flag.key, text);
    }
    return line;
}

tl::expected<void, Messages> apply(std::span<const Setting> settings, Configuration& configuration, GivenKeys& given) {
    Messages errors;
    const auto note = [&](std::string_view key, const tl::expected<void, std::string>& done) {
        if (!done) errors.push_back(fmt::format("{}: {}", flag_of(key), done.error()));
        given.emplace(key);
    };
    auto& listeners = configuration.server.listeners;
    const auto is_url = [](const Setting& setting) { return setting.first == listener_url; };
    if (std::any_of(settings.begin(), settings.end(), is_url)) listeners.clear();

    for (const auto& [name, text] : settings) {
        for (const auto& key : listener_keys()) {
            if (key.name != name) continue;
            if (name == listener_url) listeners.emplace_back();
            for (auto& listener : listeners) {
                const bool applies =
                    name == listener_url ? &listener == &listeners.back() : listener.url.starts_with("https://");
                if (applies) note(name, key.set_text(listener, text));
            }
        }
        for (const auto& key : keys()) {
            if (key.name == name) note(name, key.set_text(configuration, text));
        }
    }
    if (!errors.empty()) return tl::unexpected(std::move(errors));
    return {};
}

}  // namespace tintype::daemon
