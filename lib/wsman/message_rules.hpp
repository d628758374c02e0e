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
    bool envelope_size_binds = true;    ///< False: a hint (R6.2-3). Pages keep to it, what can't be cut is sent anyway.
    bool total_items_count_estimate = false;
};

/// What the reader could not read, as a fault.
[[nodiscard]] Fault to_fault(const soap::ReadError& error);

/// Checks every header of a message that is not an Identify, but for what depends on the operation: the OptionSet, and
/// headers that are not for all.
[[nodiscard]] Result<Control> check_headers(const soap::Headers& headers, const Limits& limits);

/// As Control::max_envelope_size, for an answer to headers that are no good.
[[nodiscard]] std::size_t answer_size(const soap::Headers& headers, const Limits& limits);

/// A header that is known but means nothing to this operation, though it must be understood (DSP0226 R5.2-2).
[[nodiscard]] Fault not_understood(std::string_view uri, std::string_view local);

}  // namespace tintype::wsman
