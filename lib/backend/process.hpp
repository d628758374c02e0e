#pragma once
/// \file
/// Runs one program to its end, never through a shell, never longer than it may.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <tl/expected.hpp>
#include <vector>

namespace tintype::backend {

/// What a program may use of the machine; the kernel ends it, or refuses it, where it wants more. It leaves no core
/// file.
struct ProcessLimits {
    std::uint64_t memory = std::uint64_t{4} << 30;  ///< Bytes of address space.
    std::uint64_t file_size = ~std::uint64_t{0};    ///< Bytes: where in a file it may write. The largest: anywhere.
    std::uint64_t open_files = 256;
    std::chrono::seconds processor_time{24 * 60 * 60};
};

struct ProcessRequest {
    std::filesystem::path program;           ///< Absolute path; PATH is not searched.
    std::vector<std::string> arguments;      ///< argv[1] and on, passed as they are.
    std::vector<std::string> environment;    ///< The whole environment, `NAME=value` each.
    std::chrono::milliseconds time_limit{};  ///< Then the program and its children are ended.
    /// How long it has between SIGTERM and SIGKILL once its time is up.
    std::chrono::milliseconds grace{2000};
    std::size_t output_limit = std::size_t{64} << 20;  ///< Bytes kept of stdout; the rest is read and dropped.
    std::size_t error_limit = std::size_t{16} << 10;   ///< The same for stderr.
    ProcessLimits limits{};
    int held_descriptor = -1;  ///< One that the program holds open too, as long as it runs; -1: none.
};

struct ProcessResult {
    enum class End { exited, signalled, timed_out };
    End end = End::exited;
    int code = 0;  ///< Exit status, or the signal's number; 0 if it was timed out.
    std::string output;
    std::string errors;
    bool output_cut = false;  ///< It said more than `output_limit`.
};

/// Runs a program with stdin from /dev/null, default signal handling, no descriptor of ours but its stdout and stderr,
/// in a process group of its own, with the rights that are in effect here and no way to more (no_new_privs). Returns
/// when it has ended; nothing of its group outlives the call, and the program doesn't outlive this process.
/// Any number of threads may call it.
/// Errors: it can't be started (no such file, no permission, no memory), or its end can't be learnt because the process
/// ignores SIGCHLD.
[[nodiscard]] tl::expected<ProcessResult, std::error_code> run_process(const ProcessRequest& request);

/// The absolute path of a program: `name` itself if it has a slash, else the first executable of that name in `search`
/// (folders with colons between, as in PATH). An empty path if there is none.
[[nodiscard]] std::filesystem::path find_program(const std::filesystem::path& name, std::string_view search);

}  // namespace tintype::backend
