#pragma once
/// \file
/// What tintyped's exit status says. docs/configuration.md and tintyped.8 repeat this list.

namespace tintype::daemon {

enum class ExitCode {
    ok = 0,
    run_time_failure = 1,  ///< Something failed that was well configured and had started.
    usage = 2,             ///< The command line is wrong.
    configuration = 3,     ///< The configuration file, or a value in it, is wrong.
    cannot_start = 4,      ///< A store, file, certificate or address that the configuration names can't be used.
    stopped_at_once = 5,   ///< A second signal cut the stop short; running jobs are settled at the next start.
};

}  // namespace tintype::daemon
