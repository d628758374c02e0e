#pragma once
/// \file
/// References in CIM-XML (DSP0201, VALUE.REFERENCE).

#include <string>
#include <tl/expected.hpp>

#include "cim/xml_tree.hpp"
#include "tintype/cim/object_path.hpp"

namespace tintype::cim {

/// Reads what a VALUE.REFERENCE holds: INSTANCEPATH, LOCALINSTANCEPATH, INSTANCENAME, or an object path as text, in a
/// VALUE or not. A key may be a reference itself, two levels deep. Errors: a sentence's end.
[[nodiscard]] tl::expected<ObjectPath, std::string> read_cim_xml_reference(const XmlTree::Element& value_reference);

}  // namespace tintype::cim
