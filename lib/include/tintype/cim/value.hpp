#pragma once
/// \file
/// CIM values and their types (DSP0004), as C++ values.

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tintype/cim/object_path.hpp"

namespace tintype::cim {

enum class Type : std::uint8_t {
    boolean,
    sint8,
    uint8,
    sint16,
    uint16,
    sint32,
    uint32,
    sint64,
    uint64,
    real32,
    real64,
    char16,
    string,
    datetime,
    reference
};

using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using Interval = std::chrono::duration<std::int64_t, std::micro>;

/// Every unsigned integer is uint64_t and every signed one int64_t here; the declaration says which it is. A datetime
/// is a Timestamp or an Interval; char16 and string are UTF-8.
using Scalar = std::variant<bool, std::uint64_t, std::int64_t, double, std::string, Timestamp, Interval, ObjectPath>;
using Array = std::vector<Scalar>;
using Value = std::variant<std::monostate, Scalar, Array>;  ///< monostate: null.

/// The value's text as XML Schema writes it, without escaping (`true`, `42`, `2026-11-22T10:00:00Z`, `P0DT0H5M0S`).
/// For a reference, its WMI object path.
/// Times outside of the years 1 to 9999, which neither XML Schema nor CIM can write, become the nearest that they can.
[[nodiscard]] std::string to_text(const Scalar& value);
/// The same, appended.
void append_text(std::string& out, const Scalar& value);

/// CIM's own form of a datetime: `20261122100000.000000+000`, `00000000000500.000000:000`. An interval below zero
/// is written as zero, which is the least that the form has.
[[nodiscard]] std::string to_cim_datetime(Timestamp time);
[[nodiscard]] std::string to_cim_datetime(Interval interval);

}  // namespace tintype::cim
