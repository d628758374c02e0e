#pragma once
/// \file
/// References to instances on the wire: endpoint references, and what clients send in their place.

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "soap/envelope.hpp"
#include "tintype/cim/class_declaration.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/cim/resource_uri.hpp"

namespace tintype::cim {

/// Reads the content of a reference parameter, canonical XML. Four forms occur: a:Address and a:ReferenceParameters;
/// these inside a:EndpointReference; a WMI object path as text; key properties as child elements in the namespace of
/// their class (omicli). `__cimnamespace` becomes ObjectPath::cim_namespace.
/// An a:Address of any kind is fine. A selector may hold an EPR itself (its key's value is then that object path), one
/// level deep. White space around values is not significant.
/// \param other_namespaces Envelope::other_namespaces, for the last form.
/// \param body_namespace Envelope::body_namespace, for a reference to the body's own class in that form.
/// Errors: a sentence that says what is wrong with it.
[[nodiscard]] tl::expected<ObjectPath, std::string> read_reference(std::string_view canonical,
                                                                   std::span<const std::string_view> other_namespaces,
                                                                   std::string_view body_namespace = {});

/// The same into a path that is there already, so that what its texts take can be used again. After an error it is
/// anything.
[[nodiscard]] tl::expected<void, std::string> read_reference_into(ObjectPath& path, std::string_view canonical,
                                                                  std::span<const std::string_view> other_namespaces,
                                                                  std::string_view body_namespace = {});

/// Appends a:Address and a:ReferenceParameters, prefixes a and w; `__cimnamespace` stands before the keys, since a
/// client takes the last text for the id.
void append_reference(std::string& out, const ObjectPath& path, UriStyle style);
/// The same of an instance with one key, which is no reference.
void append_reference(std::string& out, const ClassDeclaration& declaration, std::string_view key,
                      std::string_view value, UriStyle style);

}  // namespace tintype::cim
