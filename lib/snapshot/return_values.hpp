#pragma once
/// \file
/// The one place that says which number a method returns, and which one the job that failed has as ErrorCode.

#include <cstdint>

#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// What comes of calling a method.
enum class Outcome : std::uint8_t {
    completed,    ///< There was nothing to do, or it is done.
    job_started,  ///< The parameters are fine, a job is at it.
    not_supported,
    failed,
    timed_out,
    invalid_parameter,  ///< Names what is not there, or has a value that it must not have.
    in_use,             ///< Another job is working on it.
    invalid_state,      ///< Is there, but in no state for this.
    invalid_type,       ///< Names an instance of another class.
    unavailable,        ///< The storage can't be reached.
};

/// The tables on the methods' reference pages, "Return value".
enum class ReturnTable : std::uint8_t {
    cim,     ///< 0 to 6: CreateSnapshot, DestroySnapshot, ConvertToReferencePoint.
    apply,   ///< The same with numbers of its own for invalid parameters and states: ApplySnapshot.
    vendor,  ///< 32768 to 32778: DestroySnapshotTree, ClearSnapshotState.
};

/// What a table has no number for gets the nearest that it has.
[[nodiscard]] std::uint32_t return_value(Outcome outcome, ReturnTable table) noexcept;

/// What an operation came to that the backend refused or could not do.
[[nodiscard]] Outcome outcome_of(BackendErrorCode code) noexcept;

/// ErrorCode of the job that ended so.
[[nodiscard]] std::uint16_t job_error_code(BackendErrorCode code, ReturnTable table) noexcept;

}  // namespace tintype::snapshot
