#pragma once
/// \file
/// Filters of an Enumerate (DSP0226 8.2.1, DSP0227 8.1): which dialects there are, and what a filter lets through.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cim/wql.hpp"
#include "soap/element_cursor.hpp"
#include "tintype/wsman/fault.hpp"

namespace tintype::wsman {

inline constexpr std::string_view wql_dialect = "http://schemas.microsoft.com/wbem/wsman/1/WQL";
inline constexpr std::string_view selector_dialect = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter";

/// A filter that was understood.
struct Filter {
    std::string class_name;               ///< Of WQL's FROM; empty where the resource URI alone says it.
    cim::WqlCondition condition;          ///< Empty: everything.
    std::vector<std::string> properties;  ///< What a query wants of each instance; empty: all.
};

/// Reads w:Filter or n:Filter. Errors: FilterDialectRequestedUnavailable with the dialects that there are,
/// CannotProcessFilter with the place of a mistake.
[[nodiscard]] Result<Filter> read_filter(const soap::Element& element);

/// The filter of an Enumerate's body, if it has one; two are CannotProcessFilter.
[[nodiscard]] Result<std::optional<Filter>> find_filter(std::string_view body);

/// Whether the filter fits the class: CannotProcessFilter for a property that it doesn't have, or can't compare.
[[nodiscard]] Result<void> check_filter(const Filter& filter, const cim::ClassDeclaration& declaration);

}  // namespace tintype::wsman
