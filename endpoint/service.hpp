#pragma once
/// \file
/// The daemon at work: puts the parts together, serves until it is told to stop, and stops in order.

#include <string>

#include "configuration.hpp"
#include "configuration_file.hpp"
#include "exit_code.hpp"
#include "tintype/log.hpp"

namespace tintype::daemon {

/// Serves until SIGTERM or SIGINT. What keeps it from starting is logged in one line before anything is served.
/// \param warnings what to log once it serves; a start that fails says why and nothing else.
/// \param url_file where to write the bound URLs; empty: nowhere.
[[nodiscard]] ExitCode serve(Configuration configuration, const Messages& warnings, const std::string& url_file,
                             const LogSink& log);

}  // namespace tintype::daemon
