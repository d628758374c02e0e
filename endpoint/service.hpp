#pragma once
/// \file
/// The daemon at work: puts the parts together, serves until it is told to stop, and stops in order.

#include <functional>
#include <string>
#include <tl/expected.hpp>

#include "configuration.hpp"
#include "configuration_file.hpp"
#include "exit_code.hpp"
#include "tintype/log.hpp"

namespace tintype::daemon {

/// Serves until SIGTERM or SIGINT. What keeps it from starting is logged in one line before anything is served.
/// \param warnings what to log once it serves; a start that fails says why and nothing else.
/// \param read_again reads the configuration anew (SIGHUP), of which who may do what comes into force. Errors: as
/// lines. \param url_file where to write the bound URLs; empty: nowhere.
[[nodiscard]] ExitCode serve(Configuration configuration, const Messages& warnings,
                             const std::function<tl::expected<Configuration, Messages>()>& read_again,
                             const std::string& url_file, const LogSink& log);

}  // namespace tintype::daemon
