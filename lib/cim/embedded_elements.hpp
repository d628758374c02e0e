#pragma once
/// \file
/// Embedded instances that a client sends as elements (DSP0230's own form) where Hyper-V's classes hold text.

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "soap/element_cursor.hpp"

namespace tintype::cim {

/// The CIM-XML (cim_xml.hpp) of the instance whose properties are the children of `element`, or those of the only
/// child, if that is an element named like its class. The class is the one whose resource URI the elements' namespace
/// is, otherwise `embedded_class`. As the class's declaration is not looked at here, values are strings, but for
/// datetimes and references; read_cim_xml_instance() takes these for what the class has. An instance inside of the
/// instance must be text. \param other_namespaces Envelope::other_namespaces. Errors: a sentence without its full stop.
[[nodiscard]] tl::expected<std::string, std::string> embedded_text(const soap::Element& element,
                                                                   std::string_view embedded_class,
                                                                   std::span<const std::string_view> other_namespaces);

}  // namespace tintype::cim
