#include "command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <getopt.h>

#include <algorithm>

#include "keys.hpp"
#include "options.hpp"
#include "value_types.hpp"
#include "version.hpp"

namespace tintype::daemon {
namespace {

/// What getopt_long(3) reads of the arguments.
struct Given {
    std::vector<std::string> words;  ///< What is no option, in order.
    std::string wrong;               ///< What is wrong with them.
};

// Of another option's value its number is told, which these are apart from.
constexpr int first_option = 0x100;

std::vector<::option> long_options(const std::vector<Option>& options) {
    std::vector<::option> all;
    int number = first_option;
    for (const auto& option : options) {
        all.push_back({option.name.c_str(), option.argument, nullptr, number});
        // The one that people type often goes by the name that it has elsewhere, too.
        if (option.key == log_level) all.push_back({"log-level", option.argument, nullptr, number});
        ++number;
    }
    all.push_back({});
    return all;
}

Given read_arguments(std::span<const std::string> arguments, std::vector<Option>& options) {
    const auto known = long_options(options);
    std::vector<std::string> texts{"tintyped"};
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> places;
    places.reserve(texts.size() + 1);
    for (auto& text : texts) places.push_back(text.data());
    places.push_back(nullptr);
    const auto place_of = [&](int number) { return options.begin() + (number - first_option); };

    Given given;
    ::optind = 0;  // Begins anew.
    for (;;) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no other threads yet
        int chosen = ::getopt_long(static_cast<int>(texts.size()), places.data(), ":h", known.data(), nullptr);
        if (chosen < 0) break;
        const bool apart = ::optarg != nullptr && ::optarg == places[static_cast<std::size_t>(::optind) - 1];
        const std::string_view typed = places[static_cast<std::size_t>(::optind - (apart ? 2 : 1))];
        if (chosen == 'h') chosen = first_option;
        if (chosen == ':') given.wrong = fmt::format("--{}: a value is missing", place_of(::optopt)->name);
        // An abbreviation would mean something else once there is another key.
        const auto name = typed.substr(0, typed.find('='));
        const bool abbreviated = chosen >= first_option && name.starts_with("--") &&
                                 std::none_of(known.begin(), known.end() - 1, [&](const ::option& one) {
                                     return one.val == chosen && name.substr(2) == one.name;
                                 });
        if (chosen == '?' && ::optopt >= first_option) {
            given.wrong = fmt::format("--{}: takes no value", place_of(::optopt)->name);
        } else if (chosen == '?' || abbreviated) {
            given.wrong = fmt::format("{}: there is no such option", typed);
        }
        if (!given.wrong.empty()) return given;
        auto& option = *place_of(chosen);
        if (!option.values.empty() && !option.repeats) {
            given.wrong = fmt::format("--{}: given more than once", option.name);
            return given;
        }
        option.values.emplace_back(::optarg != nullptr ? ::optarg : "true");
    }
    // It has moved them behind the options.
    for (auto at = static_cast<std::size_t>(::optind); at < texts.size(); ++at) given.words.emplace_back(places[at]);
    return given;
}

/// What the words command. Errors: why they don't.
tl::expected<Command, std::string> command_of(const std::vector<std::string>& words, bool help_is_wanted) {
    if (words.empty()) return Command::serve;
    const auto is = [&](std::size_t at, std::string_view word) { return at < words.size() && words[at] == word; };
    if (is(0, "user") && is(1, "add")) {
        if (words.size() == 2 && !help_is_wanted) return tl::unexpected(std::string("user add: NAME is missing"));
        if (words.size() > 3) return tl::unexpected(fmt::format("user add: \"{}\" is one name too many", words[3]));
        return Command::add_user;
    }
    if (is(0, "tls") && is(1, "self-signed")) {
        if (words.size() > 2) return tl::unexpected(fmt::format("tls self-signed: what is \"{}\"?", words[2]));
        return Command::self_signed;
    }
    const bool begun = words.front() == "user" || words.front() == "tls";
    if (begun && help_is_wanted && words.size() == 1) return Command::serve;
    return tl::unexpected(fmt::format("there is no subcommand \"{}\"{}", fmt::join(words, " "),
                                      begun ? ": user add, tls self-signed" : ""));
}

Notice mistake(std::string_view what) {
    return {fmt::format("tintyped: {} (see tintyped --help)\n", what), ExitCode::usage};
}

}  // namespace

std::variant<CommandLine, Notice> parse_command_line(std::span<const std::string> arguments) {
    auto options = all_options();
    const auto given = read_arguments(arguments, options);
    if (!given.wrong.empty()) return mistake(given.wrong);
    const auto values = [&](std::string_view name) -> const std::vector<std::string>& {
        return std::find_if(options.begin(), options.end(), [&](const auto& one) { return one.name == name; })->values;
    };
    const auto has = [&](std::string_view name) { return !values(name).empty(); };
    const auto take = [&](std::string_view name, auto& into) {
        if (has(name)) into = values(name).front();
    };
    const auto command = command_of(given.words, has("help"));
    if (!command) return mistake(command.error());
    if (has("help")) return Notice{help(*command, options), ExitCode::ok};
    if (has("version")) return Notice{fmt::format("tintyped {}\n", version), ExitCode::ok};
    for (const auto& option : options) {
        if (!option.values.empty() && option.command != Command::serve && option.command != *command)
            return mistake(fmt::format("--{}: does not go with this command", option.name));
    }
    if (has("check-config") && has("print-config")) return mistake("--check-config excludes --print-config");

    CommandLine line;
    take("config", line.configuration_file);
    take("url-file", line.url_file);
    if (has("check-config")) line.action = Action::check_configuration;
    if (has("print-config")) line.action = Action::print_configuration;
    if (*command == Command::add_user) {
        line.action = Action::add_user;
        line.user = given.words[2];
        take("file", line.users_file);
    }
    if (*command == Command::self_signed) {
        line.action = Action::self_signed;
        line.self_signed.hosts = values("host");
        line.self_signed.force = has("force");
        take("certificate", line.self_signed.certificate);
        take("key", line.self_signed.key);
        constexpr Count days{1, 36'500};
        if (has("days")) {
            const auto read = days.read_text(values("days").front());
            if (!read) return mistake(fmt::format("--days: {}", read.error()));
            line.self_signed.days = static_cast<int>(*read);
        }
    }
    for (const auto& option : options) {
        if (option.key.empty()) continue;
        for (const auto& text : option.values) line.settings.emplace_back(option.key, text);
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
