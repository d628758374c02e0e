#include "daemon.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <variant>

#include "built_in.hpp"
#include "check.hpp"
#include "command_line.hpp"
#include "log.hpp"
#include "privileges.hpp"
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

struct Mistake {
    ExitCode code;
    Messages messages;
};

/// File and flags together.
tl::expected<Loaded, Mistake> read(const CommandLine& line) {
    Loaded loaded;
    std::string file = line.configuration_file.value_or(std::string(default_configuration_file));
    std::error_code ignored;
    if (line.configuration_file || std::filesystem::exists(file, ignored)) {
        auto given = read_file(file, loaded.configuration);
        if (!given) return tl::unexpected(Mistake{ExitCode::configuration, std::move(given.error())});
        loaded.given = std::move(*given);
    }
    if (const auto applied = apply(line.settings, loaded.configuration, loaded.given); !applied) {
        return tl::unexpected(Mistake{ExitCode::usage, applied.error()});
    }
    return loaded;
}

/// The configuration as it is now, if it could be started with.
tl::expected<Configuration, Messages> read_again(const CommandLine& line) {
    auto loaded = read(line);
    if (!loaded) return tl::unexpected(std::move(loaded.error().messages));
    auto findings = check(loaded->configuration, loaded->given);
    if (!findings.errors.empty()) return tl::unexpected(std::move(findings.errors));
    return std::move(loaded->configuration);
}

/// As the user that a start would run as, since that one has to be able to use it all.
Messages find_obstacles(const Configuration& configuration) {
    auto privileges = Privileges::confine(configuration.run_as);
    if (!privileges) return {privileges.error()};
    if (auto errors = check_files(configuration); !errors.empty()) return errors;
    if (const auto dropped = privileges->drop(); !dropped) return {dropped.error()};
    return check_writable(configuration);
}

ExitCode check_everything(const Configuration& configuration) {
    const auto errors = find_obstacles(configuration);
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

ExitCode make_certificate(const SelfSigned& wanted) {
    if constexpr (built_in::self_signed) {
        const auto made = make_self_signed(wanted);
        if (!made) {
            complain({made.error()});
            return ExitCode::run_time_failure;
        }
        fmt::print("{}", *made);
        return ExitCode::ok;
    }
    complain({"tls self-signed: this tintyped was built without it"});
    return ExitCode::usage;
}

ExitCode act(const CommandLine& line) {
    if (line.action == Action::self_signed) return make_certificate(line.self_signed);
    // A users file that is named needs no configuration, which may not be there yet.
    if (line.action == Action::add_user && !line.users_file.empty()) return add_user_to_file(line, {});
    auto loaded = read(line);
    if (!loaded) {
        complain(loaded.error().messages);
        return loaded.error().code;
    }
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
    return serve(
        std::move(configuration), findings.warnings, [&] { return read_again(line); }, line.url_file, log);
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
