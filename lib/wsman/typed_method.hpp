#pragma once
/// \file
/// Between generated bindings and typed handlers (DSP0226 clause 9).

#include "soap/snapshot_messages.hpp"
#include "tintype/wsman/fault.hpp"

namespace tintype::wsman {

/// What a body that is not the method's input becomes.
[[nodiscard]] Fault to_fault(const soap::BindingError& error);

}  // namespace tintype::wsman
