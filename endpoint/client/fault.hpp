#pragma once
/// \file
/// SOAP faults as errors of the client.

#include <string_view>

#include "error.hpp"
#include "soap/element_cursor.hpp"

namespace tintype::client {

/// \param fault the s:Fault. Its reason is the sentence; subcode and details go into the detail.
[[nodiscard]] Error read_fault(const soap::Element& fault);

/// What a method's ReturnValue other than 0 and 4096 means (the codes of Hyper-V's methods).
[[nodiscard]] Error read_return_value(std::string_view method, long value);

}  // namespace tintype::client
