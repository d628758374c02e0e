#pragma once
/// \file
/// Parts of an instance instead of the whole (DSP0226 7.7): the header, and what a Put of a part says.

#include <optional>
#include <string>

#include "cim/fragment.hpp"
#include "soap/envelope.hpp"
#include "tintype/cim/instance.hpp"
#include "tintype/wsman/fault.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// The fragment that the header w:FragmentTransfer asks for; nothing without one. Errors: FragmentDialectNotSupported,
/// with the one that is; CannotProcessFilter for what is no XPath of level 1.
[[nodiscard]] Result<std::optional<cim::Fragment>> read_fragment(const soap::Headers& headers);

/// The one property that a Put of a fragment gives a value. One that the fragment has no value for becomes null.
/// \param target of the fragment, as fragment_target() said. \param current what an array has beside the value that is
///        replaced. Errors: InvalidRepresentation in all its forms.
[[nodiscard]] Result<PropertyValue> read_fragment_value(const soap::Envelope& envelope,
                                                        const cim::FragmentTarget& target,
                                                        const cim::Instance& current);

/// Appends the header by which an answer says that it holds a fragment.
void append_fragment_header(std::string& out, const soap::Headers& headers);

}  // namespace tintype::wsman
