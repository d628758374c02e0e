#pragma once
/// \file
/// The daemon's log: lines on standard error.

#include <functional>
#include <string>
#include <string_view>

#include "tintype/log.hpp"

namespace tintype::daemon {

/// A sink that writes lines of `least` and above to standard error, with time and level; with the journal's priority
/// instead where standard error is the journal. Callable from any thread; keeps what it needs alive.
[[nodiscard]] LogSink make_log(LogLevel least);

/// Lines of the audit among those of the log, whatever its level: `audit: ` and then the line, which has no control
/// characters. Callable from any thread.
[[nodiscard]] std::function<void(std::string_view)> make_audit_log();

/// The text with control characters written as `\xNN`, so that no client's words can pass for a line of their own.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace tintype::daemon
