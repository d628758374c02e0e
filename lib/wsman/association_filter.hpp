#pragma once
/// \file
/// The CIM binding's association filter (DSP0227 8.2): b:AssociatedInstances, b:AssociationInstances.

#include <string_view>
#include <vector>

#include "soap/element_cursor.hpp"
#include "tintype/wsman/fault.hpp"
#include "wsman/association_query.hpp"

namespace tintype::wsman {

struct AssociationFilter {
    AssociationQuery query;
    std::vector<std::string> properties;  ///< b:IncludeResultProperty; empty: all.
};

/// True for what stands in a filter of this dialect, whatever dialect the filter names.
[[nodiscard]] bool is_association_filter(const soap::Element& filter);

/// \param filter the w:Filter. Clients send elements that they have nothing to say with empty: these count as absent.
/// \param other_namespaces Envelope::other_namespaces.
/// Errors: CannotProcessFilter for a filter with none or more than one of the two elements (DSP0227 R8.2.1-3), without
/// b:Object, with an element twice or one that doesn't belong.
[[nodiscard]] Result<AssociationFilter> read_association_filter(const soap::Element& filter,
                                                                const std::vector<std::string_view>& other_namespaces);

}  // namespace tintype::wsman
