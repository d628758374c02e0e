#pragma once
/// \file
/// The one place that says what a backend's error becomes for a client.

#include <cstdint>

#include "tintype/snapshot_backend.hpp"
#include "tintype/wsman/fault.hpp"

namespace tintype::snapshot {

/// ReturnValue of the methods whose pages list 0 to 6 (CreateSnapshot, ApplySnapshot, DestroySnapshot,
/// ConvertToReferencePoint): their reference pages, "Return value".
enum class ReturnValue : std::uint32_t {
    completed = 0,
    not_supported = 1,
    failed = 2,
    timeout = 3,
    invalid_parameter = 4,
    invalid_state = 5,
    invalid_type = 6,
    job_started = 4096,
};

/// What a failed operation returns, or its job has as ErrorCode.
[[nodiscard]] ReturnValue return_value(BackendErrorCode code) noexcept;

/// What a client gets when the backend can't even be read.
[[nodiscard]] wsman::Fault backend_fault(const BackendError& error);

/// What a client gets whose Put, or another operation without a return value of its own, the backend refused:
/// DestinationUnreachable for what is not there, Concurrency for what is in use, ActionNotSupported for what can't be
/// done at all, TimedOut, else what backend_fault() says.
[[nodiscard]] wsman::Fault transfer_fault(const BackendError& error);

}  // namespace tintype::snapshot
