#pragma once
/// \file
/// How much memory the libraries of this process take before there is anything to do.

namespace tintype::daemon {

/// Tells SQLite to take pages and small pieces one by one, as they are needed, instead of 140 KB in advance for each
/// connection. Settings of the process, which SQLite takes only before its first use.
void take_memory_when_needed() noexcept;

}  // namespace tintype::daemon
