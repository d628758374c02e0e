#include "daemon.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <variant>

#include "check.hpp"
#include "command_line.hpp"
#include "log.hpp"
#include "service.hpp"
#include "user_command.hpp"
#include "version.hpp"

namespace tintype::daemon {
namespace {

struct Loaded {
    Configuration configuration;
    GivenKeys given;
};

void complain(const Messages& messages, std::string_view kind = "") {
    for (const auto& message : messages) fmt::print(stderr, "tintyped: {}{}\n", kind, message);
}

/// File and flags together. What is wrong is said on standard error.
tl::expected<Loaded, ExitCode> load(const CommandLine& line) {
    Loaded loaded;
    std::string file = line.configuration_file.value_or(std::string(default_configuration_file));
    std::error_code ignored;
    if (line.configuration_file || std::filesystem::exists(file, ignored)) {
        auto given = read_file(file, loaded.configuration);
        if (!given) {
            complain(given.error());
            return tl::unexpected(ExitCode::configuration);
        }
        loaded.given = std::move(*given);
    }
    if (const auto applied = apply(line.settings, loaded.configuration, loaded.given); !applied) {
        complain(applied.error());
        return tl::unexpected(ExitCode::usage);
    }
    return loaded;
}

ExitCode check_everything(const Configuration& configuration) {
    const auto errors = check_files(configuration);
    complain(errors);
    if (!errors.empty()) return ExitCode::cannot_start;
    fmt::print("the configuration is good\n");
    return ExitCode::ok;
}

ExitCode add_user_to_file(const CommandLine& line, const Configuration& configuration) {
    const auto& file = line.users_file.empty() ? configuration.users : line.users_file;
    if (file.empty()) {
        complain({"which users file? Give --file, or set auth.basic.users in the configuration"});
        return ExitCode::usage;
    }
    if (const auto added = add_user(file, line.user, std::cin); !added) {
        complain({added.error()});
        return ExitCode::run_time_failure;
    }
    return ExitCode::ok;
}

ExitCode act(const CommandLine& line) {
    // A users file that is named needs no configuration, which may not be there yet.
    if (line.action == Action::add_user && !line.users_file.empty()) return add_user_to_file(line, {});
    auto loaded = load(line);
    if (!loaded) return loaded.error();
    auto& configuration = loaded->configuration;
    if (line.action == Action::add_user) return add_user_to_file(line, configuration);

    const auto findings = check(configuration, loaded->given);
    if (!findings.errors.empty()) {
        complain(findings.errors);
        return ExitCode::configuration;
    }
    if (line.action == Action::print_configuration) {
        fmt::print("{}", print_toml(configuration));
        return ExitCode::ok;
    }
    if (line.action == Action::check_configuration) {
        complain(findings.warnings, "warning: ");
        return check_everything(configuration);
    }
    const auto log = make_log(configuration.log_level);
    log(LogLevel::info, fmt::format("tintyped {} starts", version));
    return serve(std::move(configuration), findings.warnings, line.url_file, log);
}

}  // namespace

ExitCode run(std::span<const std::string> arguments) {
    const auto asked = parse_command_line(arguments);
    if (const auto* notice = std::get_if<Notice>(&asked)) {
        fmt::print(notice->code == ExitCode::ok ? stdout : stderr, "{}", notice->text);
        return notice->code;
    }
    return act(std::get<CommandLine>(asked));
}

}  // namespace tintype::daemon
