#pragma once
/// \file
/// The moment between two programs: what a new process gives up before it becomes the one that was asked for.

#include <sys/types.h>

#include "backend/process.hpp"

namespace tintype::backend {

/// Starts the program as run_process() promises. \param pid receives its number. \param out \param err what it gets as
/// stdout and stderr. \returns 0, or the errno of what didn't work: then there is no process.
[[nodiscard]] int start_program(pid_t& pid, const ProcessRequest& request, int out, int err);

}  // namespace tintype::backend
