#pragma once
/// \file
/// How a filter is refused (DSP0226 14.6, wsen:CannotProcessFilter).

#include <string>
#include <utility>

#include "tintype/wsman/fault.hpp"

namespace tintype::wsman {

[[nodiscard]] inline tl::unexpected<Fault> refuse_filter(std::string words) {
    return fail(faults::cannot_process_filter, std::move(words));
}

}  // namespace tintype::wsman
