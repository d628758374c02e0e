#pragma once
/// \file
/// The rules for headers: what must be there, what may be there, what it must look like (DSP0226 clauses 5 and 6).

#include <chrono>
#include <cstddef>
#include <string_view>

#include "soap/envelope.hpp"
#include "tintype/limits.hpp"
#include "tintype/wsman/fault.hpp"

namespace tintype::wsman {

/// What the control headers ask for.
struct Control {
    std::chrono::milliseconds operation_timeout{};
    std::size_t max_envelope_size = 0;  ///< Bytes that the answer may have.
    bool total_items_count_estimate = false;
};

/// What the reader could not read, as a fault.
[[nodiscard]] Fault to_fault(const soap::ReadError& error);

/// Checks every header of a message that is not an Identify.
[[nodiscard]] Result<Control> check_headers(const soap::Headers& headers, const Limits& limits);

}  // namespace tintype::wsman
