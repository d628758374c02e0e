#pragma once
/// \file
/// Instances on the wire (DSP0230, wire facts): one element a property, in the class's order.

#include <span>
#include <string>
#include <string_view>

#include "tintype/cim/instance.hpp"
#include "tintype/cim/resource_uri.hpp"

namespace tintype::cim {

/// Appends `<p:Class xmlns:p="URI" xsi:type="p:Class_Type">…</p:Class>`. A null scalar is xsi:nil="true", a null array
/// is left out, an array repeats its element, a datetime is cim:Datetime or cim:Interval inside the property, a
/// reference is an EPR. xsi, cim, a and w are bound further out.
void append_instance(std::string& out, const Instance& instance, UriStyle style);

/// Appends an instance as one of its superclasses, `<p:Superclass xmlns:p="URI" xsi:type="p:Superclass_Type">…`: with
/// the properties that this superclass or one above it introduced (DSP0227 8.1, ExcludeSubClassProperties). Otherwise
/// as append_instance(). The class itself counts as its own superclass. \param superclass compared without regard to
/// case; one that is none is a std::logic_error.
void append_instance_as(std::string& out, const Instance& instance, std::string_view superclass, UriStyle style);

/// Appends some of an instance's properties as `<w:XmlFragment xmlns:p="URI">…</w:XmlFragment>`, in the class's order:
/// what a query that names properties answers with (DSP0227 8.1). Names are compared without regard to case; one that
/// the class doesn't have is left out. Nulls as above.
void append_fragment(std::string& out, const Instance& instance, std::span<const std::string> properties,
                     UriStyle style);

/// Appends what stands between the tags of a property of this type.
void append_content(std::string& out, Type type, const Scalar& value, UriStyle style);

/// Appends a parameter of a method's answer, `<p:Name>…</p:Name>`, as a property of its type is written.
void append_parameter(std::string& out, const ParameterDeclaration& parameter, const Value& value, UriStyle style);

/// Appends `<a:EndpointReference>…</a:EndpointReference>`, prefixes a and w: an item of an enumeration of EPRs.
void append_epr(std::string& out, const ObjectPath& path, UriStyle style);

}  // namespace tintype::cim
