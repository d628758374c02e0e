#pragma once
/// \file
/// The commands, each from a command line to what it writes.

#include "command_line.hpp"
#include "error.hpp"
#include "output.hpp"
#include "session.hpp"

namespace tintype::client {

struct Context {
    Session& session;
    const Output& output;
    const CommandLine& line;
};

/// Does what the command line says. What it found or did is written; an error is the caller's to write.
[[nodiscard]] Result<void> run(const Context& context);

// Those that look.
[[nodiscard]] Result<void> identify(const Context& context);
[[nodiscard]] Result<void> list_machines(const Context& context);
[[nodiscard]] Result<void> show_tree(const Context& context);
[[nodiscard]] Result<void> list_jobs(const Context& context);
[[nodiscard]] Result<void> watch_job(const Context& context);
[[nodiscard]] Result<void> query(const Context& context);

// Those that change something.
[[nodiscard]] Result<void> create_snapshot(const Context& context);
[[nodiscard]] Result<void> apply_snapshot(const Context& context);
[[nodiscard]] Result<void> destroy_snapshot(const Context& context);
[[nodiscard]] Result<void> rename_snapshot(const Context& context);
[[nodiscard]] Result<void> change_state(const Context& context);
[[nodiscard]] Result<void> invoke(const Context& context);

/// Writes an instance for people: a line a property.
void print_instance(const Output& output, const Instance& instance);

}  // namespace tintype::client
