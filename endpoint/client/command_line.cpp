#include "command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "version.hpp"

namespace tintype::client {
namespace {

constexpr std::string_view description =
    "tintype lists virtual machines and their snapshots over WS-Management (WinRM), creates, applies, renames and "
    "destroys snapshots, and starts and stops machines.\n\n"
    "Machines and snapshots are called by their name or GUID; MACHINE/SNAPSHOT where a snapshot's name alone is that "
    "of "
    "several.";

constexpr std::string_view closing_words =
    "The password is asked for, unless --password-file or TINTYPE_PASSWORD gives it. Profiles stand in "
    "~/.config/tintype/client.toml. tintype(1) says more.\n\n"
    "Exit status:\n"
    "    0  done\n"
    "    1  the operation, or its job, failed\n"
    "    2  the command line, the configuration or a password file is wrong\n"
    "    3  no machine, snapshot or job of that name; invoke: no such class (query: 1)\n"
    "    4  access denied\n"
    "    5  the endpoint can't be reached\n"
    "    6  timed out\n"
    "    7  the name is that of several; they are listed\n"
    "  130  interrupted while waiting for a job, which goes on\n";

/// What CLI11 threw, as what to say; its own exit() writes to streams.
Notice notice_of(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
        if (error.get_name() == "CallForVersion") return {std::string(error.what()) + "\n", ExitCode::done};
        return {app.help(), ExitCode::done};
    }
    // CLI11 says no more than that a command is missing.
    if (const auto unknown = app.remaining(); app.get_subcommands().empty() && !unknown.empty()) {
        const auto* const kind = unknown.front().starts_with('-') ? "option" : "command";
        return {fmt::format("tintype: There is no {} '{}' (see tintype --help)\n", kind, unknown.front()),
                ExitCode::usage};
    }
    return {fmt::format("tintype: {} (see tintype --help)\n", error.what()), ExitCode::usage};
}

void add_access(CLI::App& app, AccessFlags& access) {
    const std::string group = "Which endpoint";
    app.add_option("--profile", access.profile, "A profile of the configuration file")->group(group)->type_name("NAME");
    app.add_option("--url", access.url, "The endpoint, such as https://host:5986/wsman")
        ->group(group)
        ->type_name("URL");
    app.add_option("--user", access.user, "Who asks")->group(group)->type_name("NAME");
    app.add_option("--password-file", access.password_file, "The password is its first line; nobody else may read it")
        ->group(group)
        ->type_name("FILE");
    app.add_option("--ca", access.ca, "Certificates to trust, in place of the system's")
        ->group(group)
        ->type_name("FILE");
    app.add_option("--auth", access.auth, "How to log on: basic, negotiate, kerberos or certificate")
        ->group(group)
        ->type_name("WAY");
    app.add_option("--cert", access.certificate, "The client's certificate")->group(group)->type_name("FILE");
    app.add_option("--key", access.key, "Its key, which nobody else may read")->group(group)->type_name("FILE");
    app.add_flag("--insecure", access.insecure, "Don't check the endpoint's certificate")->group(group);
    app.add_flag("--allow-plain-http", access.allow_plain_http,
                 "Send the password over plain HTTP to another machine, for all to read")
        ->group(group);
    app.add_option("--config", access.configuration_file, "Configuration file (default ~/.config/tintype/client.toml)")
        ->group(group)
        ->type_name("FILE");
}

class Commands {
  public:
    Commands(CLI::App& app, CommandLine& line) : app_(app), line_(line) {
        add(Command::identify, "identify", "Say what answers there");
        add(Command::machines, "vms", "List the virtual machines");
        auto* tree = add(Command::tree, "tree", "Draw the snapshots of a machine, or of all, and where it stands now");
        tree->add_option("VM", line_.target, "A machine's name or GUID");
        auto* create = add(Command::create, "create", "Create a snapshot of a machine");
        target(create, "VM", "A machine's name or GUID");
        create->add_option("NAME", line_.name, "What to call it (default: the endpoint makes a name)");
        waiting(create);
        auto* apply = add(Command::apply, "apply", "Bring a machine back to a snapshot; what was not in one is lost");
        target(apply, "SNAPSHOT", "A snapshot's name or GUID, or VM/SNAPSHOT");
        waiting(apply);
        auto* destroy = add(Command::destroy, "destroy", "Destroy a snapshot; those below it move up");
        target(destroy, "SNAPSHOT", "A snapshot's name or GUID, or VM/SNAPSHOT");
        destroy->add_flag("--tree", line_.whole_tree, "Destroy all those below it, too");
        waiting(destroy);
        auto* rename = add(Command::rename, "rename", "Give a snapshot another name");
        target(rename, "SNAPSHOT", "A snapshot's name or GUID, or VM/SNAPSHOT");
        rename->add_option("NAME", line_.name, "The new name")->required();
        auto* state = add(Command::state, "state", "Start a machine, or change its state otherwise");
        target(state, "VM", "A machine's name or GUID");
        state
            ->add_option(
                "STATE", line_.name,
                "start (or go on, if it is paused), stop (at once), shutdown (by its guest), pause, save, reset")
            ->required()
            ->check(CLI::IsMember({"start", "stop", "shutdown", "pause", "save", "reset"}));
        waiting(state);
        add(Command::jobs, "jobs", "List the jobs that run, and those that ended lately");
        auto* watch = add(Command::watch, "watch", "Wait for the end of a job");
        target(watch, "JOB", "A job's GUID");
        limit(watch);
        auto* query = add(Command::query, "query", "Print what a query finds");
        target(query, "WQL", "Such as \"SELECT * FROM Win32_OperatingSystem\"");
        name_space(query);
        auto* invoke = add(Command::invoke, "invoke", "Call any method");
        target(invoke, "CLASS", "A class, or an object path: Class.Key=\"value\"");
        invoke->add_option("METHOD", line_.name, "The method")->required();
        invoke->add_option("ARGUMENTS", line_.arguments, "key=value; an object path for a reference");
        name_space(invoke);
        waiting(invoke);
    }

    [[nodiscard]] Command chosen() const {
        for (const auto& [command, app] : commands_) {
            if (app->parsed()) return command;
        }
        return Command::identify;
    }

  private:
    CLI::App* add(Command command, const char* name, const char* what) {
        CLI::App* const app = app_.add_subcommand(name, what);
        commands_.emplace_back(command, app);
        return app;
    }
    void target(CLI::App* app, const char* name, const char* what) {
        app->add_option(name, line_.target, what)->required();
    }
    void limit(CLI::App* app) {
        app->add_option_function<long>(
               "--wait", [this](long seconds) { line_.wait_limit = std::chrono::seconds(seconds); },
               "Wait for the job no longer than this")
            ->type_name("SECONDS")
            ->check(CLI::Range(0L, 31'536'000L));
    }
    void waiting(CLI::App* app) {
        app->add_flag("--no-wait", line_.no_wait, "Don't wait for the job");
        limit(app);
    }
    void name_space(CLI::App* app) {
        app->add_option("--namespace", line_.cim_namespace, fmt::format("CIM namespace (default {})", virtualization))
            ->type_name("NAME");
    }

    CLI::App& app_;
    CommandLine& line_;
    std::vector<std::pair<Command, CLI::App*>> commands_;
};

/// A word of a command line, quoted where a shell would take it apart.
std::string quoted(const std::string& word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,=~";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

}  // namespace

std::variant<CommandLine, Notice> parse_command_line(std::span<const std::string> arguments) {
    CommandLine line;
    CLI::App app{std::string(description), "tintype"};
    app.footer(std::string(closing_words));
    app.set_help_flag("-h,--help", "Print this and exit");
    app.set_version_flag("--version", fmt::format("tintype {}", version));
    app.fallthrough();
    app.require_subcommand(1);
    app.add_flag("--json", line.json, "Write JSON, and errors as JSON to standard error");
    app.add_flag("-v,--verbose", line.verbose, "Show what stands behind an error");
    long timeout = line.timeout.count();
    app.add_option("--timeout", timeout, "Wait for an answer to one request no longer than this (default 60)")
        ->type_name("SECONDS")
        ->check(CLI::Range(1L, 3600L));
    add_access(app, line.access);
    const Commands commands(app, line);
    try {
        // CLI11 takes arguments from the back.
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        app.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
        return notice_of(app, error);
    }
    line.timeout = std::chrono::seconds(timeout);
    line.command = commands.chosen();
    return line;
}

std::string watch_command(const CommandLine& line) {
    std::string command = "tintype";
    const auto add = [&](std::string_view flag, const std::optional<std::string>& value) {
        if (value) command += fmt::format(" {} {}", flag, quoted(*value));
    };
    add("--config", line.access.configuration_file);
    add("--profile", line.access.profile);
    add("--url", line.access.url);
    add("--user", line.access.user);
    add("--password-file", line.access.password_file);
    add("--ca", line.access.ca);
    add("--auth", line.access.auth);
    add("--cert", line.access.certificate);
    add("--key", line.access.key);
    if (line.access.insecure) command += " --insecure";
    if (line.access.allow_plain_http) command += " --allow-plain-http";
    return command + " watch";
}

}  // namespace tintype::client
