#pragma once
/// \file
/// tintyped as a function: arguments in, exit status out.

#include <span>
#include <string>

#include "exit_code.hpp"

namespace tintype::daemon {

/// Does what the arguments (without the program's name) ask for; answers on standard output, mistakes on standard
/// error.
[[nodiscard]] ExitCode run(std::span<const std::string> arguments);

}  // namespace tintype::daemon
