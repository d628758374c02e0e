#pragma once
/// \file
/// The one place that says which fault a backend's error becomes. Return values: return_values.hpp.

#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/fault.hpp"

namespace tintype::snapshot {

/// What a client gets when the backend can't even be read.
[[nodiscard]] wsman::Fault backend_fault(const BackendError& error);

/// What a client gets whose Put, or another operation without a return value of its own, the backend refused:
/// DestinationUnreachable for what is not there, Concurrency for what is in use, ActionNotSupported for what can't be
/// done at all, TimedOut, else what backend_fault() says.
[[nodiscard]] wsman::Fault transfer_fault(const BackendError& error);

}  // namespace tintype::snapshot
