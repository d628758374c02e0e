#pragma once
/// \file
/// A datetime as elements (DSP0230, cimDateTime).

#include <string>
#include <tl/expected.hpp>

#include "soap/element_cursor.hpp"
#include "tintype/cim/value.hpp"

namespace tintype::cim {

/// Reads the children of `parent`: cim:Datetime, cim:Interval, cim:CIM_DateTime, or cim:Date with or without cim:Time.
/// Errors: a sentence's end.
[[nodiscard]] tl::expected<Scalar, std::string> read_datetime_elements(const soap::Element& parent);

}  // namespace tintype::cim
