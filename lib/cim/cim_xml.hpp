#pragma once
/// \file
/// Instances as strings of CIM-XML (DSP0201), which is how Hyper-V's methods and properties embed them: what WMI's
/// GetText writes and its clients send.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/cim/instance.hpp"

namespace tintype::cim {

/// A property as CIM-XML says it, not yet checked against a class.
struct CimXmlProperty {
    std::string name;
    Type type = Type::string;
    bool array = false;
    /// Decoded text of each value, of a scalar just one; a reference's is its object path. Nothing: null.
    std::optional<std::vector<std::string>> values = {};
};

/// An instance likewise.
struct CimXmlInstance {
    std::string class_name;
    std::vector<CimXmlProperty> properties;
};

/// Appends `<INSTANCE CLASSNAME="…"><PROPERTY NAME="…" TYPE="…"><VALUE>…</VALUE></PROPERTY>…</INSTANCE>`; a null has no
/// VALUE, an array a VALUE.ARRAY, a reference a VALUE.REFERENCE with an INSTANCENAME or, where it has a namespace, a
/// LOCALINSTANCEPATH.
void append_cim_xml(std::string& out, const CimXmlInstance& instance);

/// An instance as WMI writes it: all of its properties in the class's order, booleans TRUE and FALSE, datetimes in
/// CIM's form.
[[nodiscard]] std::string to_cim_xml(const Instance& instance);

}  // namespace tintype::cim
