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

/// Reads an instance from a client's text: `<INSTANCE>` itself, or wrapped in CIM, DECLARATION, DECLGROUP, VALUE.OBJECT
/// and the like, as tools write it. Qualifiers are passed over; names of elements are taken in any case; references are
/// instance names, paths or object paths as text. The text is hostile: its size, depth and number of elements are
/// bounded (XmlTreeLimits), nothing recurses as deep as it says.
/// Errors: a sentence that says what is wrong, with line and column where it isn't XML.
[[nodiscard]] tl::expected<CimXmlInstance, std::string> read_cim_xml(std::string_view text);

/// The values of an instance that was read, checked against its class: one for each property of the class, in its
/// order; nothing for one that the text doesn't have. A text that says another type is taken if its value is one of the
/// declared type; a scalar makes an array of one. What the class doesn't have must be null or WMI's own (`__PATH`).
/// Errors: a sentence that names the property.
[[nodiscard]] tl::expected<std::vector<std::optional<Value>>, std::string> given_values(
    const CimXmlInstance& instance, const ClassDeclaration& declaration);

/// Both: text to instance; what the text doesn't have is null. Its class must be that of `declaration` or a superclass.
[[nodiscard]] tl::expected<Instance, std::string> read_cim_xml_instance(std::string_view text,
                                                                        const ClassDeclaration& declaration);

/// Appends `<INSTANCE CLASSNAME="…"><PROPERTY NAME="…" TYPE="…"><VALUE>…</VALUE></PROPERTY>…</INSTANCE>`; a null has no
/// VALUE, an array a VALUE.ARRAY, a reference a VALUE.REFERENCE with an INSTANCENAME, which stands in a
/// LOCALINSTANCEPATH or, with a host, an INSTANCEPATH where the reference names a namespace.
void append_cim_xml(std::string& out, const CimXmlInstance& instance);

/// An instance as WMI writes it: all of its properties in the class's order, booleans TRUE and FALSE, datetimes in
/// CIM's form.
[[nodiscard]] std::string to_cim_xml(const Instance& instance);

}  // namespace tintype::cim
