#pragma once
/// \file
/// What the reference parameters of a method name.

#include <string_view>
#include <tl/expected.hpp>

#include "snapshot/method_answer.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::snapshot {

/// The snapshot that a reference to its settings names. \param parameter for words. \param table of the method.
/// Refused: a fault for a class that is not served here, for a missing key and for a backend that can't be read;
/// invalid_type for another class, invalid_state for a machine's current settings, invalid_parameter for what is not
/// there; timed_out, in_use and, where the table has a number for it, unavailable, as the backend says.
/// \param damaged_too one that is damaged is found as well; of that the result has id and machine, and its id for a
/// name.
[[nodiscard]] tl::expected<Snapshot, Refused> find_snapshot(SnapshotBackend& backend, const cim::ObjectPath& reference,
                                                            std::string_view parameter, ReturnTable table,
                                                            bool damaged_too = false);

/// The machine that a reference to a computer system names. Refused likewise; the host is no machine.
[[nodiscard]] tl::expected<Machine, Refused> find_machine(SnapshotBackend& backend, const cim::ObjectPath& reference,
                                                          std::string_view parameter, ReturnTable table);

/// Why a method does nothing when the backend can't be read.
[[nodiscard]] Refused unreadable(const BackendError& error, ReturnTable table);

}  // namespace tintype::snapshot
