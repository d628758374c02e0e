#pragma once
/// \file
/// What tintype was asked to do.

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "exit_code.hpp"
#include "profile.hpp"
#include "request.hpp"

namespace tintype::client {

enum class Command { identify, machines, tree, create, apply, destroy, rename, state, jobs, watch, query, invoke };

struct CommandLine {
    Command command = Command::identify;
    AccessFlags access;
    bool json = false;
    bool verbose = false;
    bool no_wait = false;
    std::chrono::seconds timeout{60};                ///< For one request.
    std::optional<std::chrono::seconds> wait_limit;  ///< For a job.
    std::string target;  ///< The machine, snapshot, job, query or class; of tree: empty for all machines.
    /// create: empty for one that the endpoint makes up. rename: the new one. state: its word. invoke: the method.
    std::string name;
    bool whole_tree = false;
    std::string cim_namespace{virtualization};  ///< query and invoke.
    std::vector<std::string> arguments;         ///< invoke: `key=value`.
};

/// Something to tell and then to exit: help, the version, a mistake in the command line.
struct Notice {
    std::string text;
    ExitCode code = ExitCode::done;
};

/// \param arguments without the program's name.
[[nodiscard]] std::variant<CommandLine, Notice> parse_command_line(std::span<const std::string> arguments);

/// `tintype … watch` with the flags that name the same endpoint.
[[nodiscard]] std::string watch_command(const CommandLine& line);

}  // namespace tintype::client
