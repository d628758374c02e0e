#pragma once
/// \file
/// Points in time and lengths of time as XML Schema and CIM write them (DSP0004 5.2.4, DSP0230 on cimDateTime).

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tintype/cim/value.hpp"

namespace tintype::cim {

/// All of these take a text without white space around it. Fractions are cut after microseconds; a time without an
/// offset is UTC. Errors: words that say what is wrong with the text, to follow on its name, such as
/// "has an hour over 23".

/// `2026-11-22T10:00:00Z`, `2026-11-22T24:00:00.5+14:00`: years 1 to 9999.
[[nodiscard]] tl::expected<Timestamp, std::string> read_xml_date_time(std::string_view text);

/// xs:date, `2026-11-22` or `2026-11-22+02:00`, and an xs:time of that day, `10:00:00Z`; an empty `time` is midnight.
/// An offset of the time wins over one of the date.
[[nodiscard]] tl::expected<Timestamp, std::string> read_xml_date_and_time(std::string_view date, std::string_view time);

/// `P1DT2H3M4.5S`; years count as 365 days, months as 30, as .NET does. CIM has no intervals below zero, nor of
/// 100,000,000 days or more.
[[nodiscard]] tl::expected<Interval, std::string> read_xml_duration(std::string_view text);

/// CIM's 25 characters, `20261122100000.000000+060` or `00000001020304.000000:000`. Asterisks, which stand for what is
/// not known, are refused, since neither a Timestamp nor an Interval can hold them.
[[nodiscard]] tl::expected<Scalar, std::string> read_cim_datetime(std::string_view text);

/// Whichever of these forms it is: dateTime, duration, CIM's.
[[nodiscard]] tl::expected<Scalar, std::string> read_datetime(std::string_view text);

}  // namespace tintype::cim
