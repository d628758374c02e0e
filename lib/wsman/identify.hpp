#pragma once
/// \file
/// Identify (DSP0226 clause 11): what speaks here, without addressing headers.

#include <string>
#include <string_view>

namespace tintype::wsman {

/// The whole answer, in UTF-8. \param version empty: left out, as for clients that did not log on.
[[nodiscard]] std::string identify_response(std::string_view vendor, std::string_view version);

}  // namespace tintype::wsman
