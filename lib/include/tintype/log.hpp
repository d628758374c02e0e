#pragma once
/// \file
/// How the library says what happens: through a function that its user supplies.

#include <functional>
#include <string_view>

namespace tintype {

enum class LogLevel { debug, info, warning, error };

/// Called from any thread, one line a call, no line break at the end, never a password or a token in it.
/// Must not throw. An empty function means: say nothing.
using LogSink = std::function<void(LogLevel, std::string_view)>;

}  // namespace tintype
