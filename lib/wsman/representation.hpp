#pragma once
/// \file
/// What the body of a Put or Create says of an instance (DSP0226 7.4, 7.6), held against its class.

#include <string_view>
#include <vector>

#include "cim/instance_reader.hpp"
#include "tintype/cim/instance.hpp"
#include "wsman/dispatch.hpp"

namespace tintype::wsman {

/// The values that a Put gives `current`, or a fragment of it, and that it doesn't have yet. Properties that the body
/// leaves out stay as they are. Errors: InvalidRepresentation in all its forms; InvalidValues where one that is not
/// writable would change.
[[nodiscard]] Result<std::vector<PropertyValue>> read_changes(const Plan& plan, const cim::Instance& current);

/// The values of a new instance, from the body and, for keys, from the selectors. Nulls are left out.
[[nodiscard]] Result<std::vector<PropertyValue>> read_new(const Plan& plan, const cim::ClassDeclaration& declaration);

/// Whether it is the namespace of this class or of one that it derives from, in either style.
[[nodiscard]] bool is_class_namespace(std::string_view uri, const cim::ClassDeclaration& declaration);

/// What an element that can't be read becomes.
[[nodiscard]] Fault to_fault(const cim::ValueError& error);

}  // namespace tintype::wsman
