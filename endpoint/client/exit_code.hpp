#pragma once
/// \file
/// What tintype's exit status says to a script. docs/client.md and tintype.1 repeat this list.

namespace tintype::client {

enum class ExitCode {
    done = 0,
    failed = 1,         ///< The endpoint refused the operation, or its job failed.
    usage = 2,          ///< The command line, the configuration file or a password file is wrong.
    not_found = 3,      ///< No machine, snapshot or job of that name; invoke: no such class (of a query: failed).
    access_denied = 4,  ///< The endpoint doesn't take the user or the password, or doesn't allow the operation.
    unreachable = 5,    ///< Nobody answers there, the certificate isn't trusted, or what answers is no WS-Management.
    timed_out = 6,      ///< No answer in time; or the job hadn't ended when waiting ended, and goes on.
    ambiguous = 7,      ///< The name is that of several things; the candidates are listed.
    interrupted = 130,  ///< Ctrl-C while waiting for a job, which goes on.
};

}  // namespace tintype::client
