#pragma once
/// \file
/// The rules for an OptionSet (DSP0226 6.4, MS-WSMV 3.1.4.1.10).

#include <span>
#include <vector>

#include "soap/envelope.hpp"
#include "tintype/wsman/fault.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// Checks the options of a request against those that its class and operation know. One that is not known is a hint
/// unless it must be complied with: then InvalidOptions/NotSupported. One that is known may stand once only and has a
/// value of its type, or none (InvalidOptions, InvalidOptions/InvalidValue).
[[nodiscard]] Result<void> check_options(const std::vector<soap::Option>& options,
                                         std::span<const OptionDeclaration> known);

}  // namespace tintype::wsman
