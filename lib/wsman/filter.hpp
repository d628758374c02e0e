#pragma once
/// \file
/// Filters of an Enumerate (DSP0226 8.2.1, DSP0227 8): which dialects there are, and what a filter lets through.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cim/wql.hpp"
#include "soap/element_cursor.hpp"
#include "soap/envelope.hpp"
#include "tintype/wsman/fault.hpp"
#include "wsman/association_query.hpp"

namespace tintype::wsman {

inline constexpr std::string_view wql_dialect = "http://schemas.microsoft.com/wbem/wsman/1/WQL";
inline constexpr std::string_view selector_dialect = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter";
inline constexpr std::string_view association_dialect =
    "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter";

/// A filter that was understood.
struct Filter {
    std::string class_name;               ///< Of WQL's FROM; empty where the resource URI alone says it.
    cim::WqlCondition condition;          ///< Empty: everything.
    std::vector<std::string> properties;  ///< What is wanted of each instance; empty: all.
    bool keys_only = false;               ///< Of each instance its keys are wanted, all else null.
    bool by_selectors = false;            ///< A selector filter, which has rules of its own (MS-WSMV 3.1.4.1.13).
    std::optional<AssociationQuery> association;  ///< Then neither class_name nor condition is set.
};

/// Reads w:Filter or n:Filter. Errors: FilterDialectRequestedUnavailable with the dialects that there are,
/// CannotProcessFilter with the place of a mistake.
[[nodiscard]] Result<Filter> read_filter(const soap::Element& element,
                                         const std::vector<std::string_view>& other_namespaces);

/// Reads an element of an Enumerate if it is a filter, of which there may be one in all. \param found gets it.
/// \returns whether it is one.
[[nodiscard]] Result<bool> take_filter(const soap::Element& element,
                                       const std::vector<std::string_view>& other_namespaces,
                                       std::optional<Filter>& found);

/// The filter of an Enumerate, if it has one; two, whatever their namespaces, are CannotProcessFilter.
[[nodiscard]] Result<std::optional<Filter>> find_filter(const soap::Envelope& envelope);

/// Whether the filter fits the class: CannotProcessFilter for a property that it doesn't have, or can't compare.
[[nodiscard]] Result<void> check_filter(const Filter& filter, const cim::ClassDeclaration& declaration);

}  // namespace tintype::wsman
