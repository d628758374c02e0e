#include "wsman/filter.hpp"

#include <algorithm>

namespace tintype::wsman {

namespace {

Result<Filter> read_wql(const soap::Element& element) {
    const auto text = element.text();
    auto query = cim::parse_wql(text);
    if (!query) return fail(faults::cannot_process_filter, query.error().message);
    auto* select = std::get_if<cim::WqlSelect>(&*query);
    if (select == nullptr) {
        return fail(faults::cannot_process_filter,
                    "Only SELECT queries are supported, no ASSOCIATORS OF or REFERENCES OF.");
    }
    // Properties that WMI adds to every answer; clients that ask for them don't need them.
    auto& properties = select->properties;
    properties.erase(std::remove_if(properties.begin(), properties.end(),
                                    [](const std::string& name) { return name.starts_with("__"); }),
                     properties.end());
    return Filter{std::move(select->class_name), std::move(select->condition), std::move(properties)};
}

// `w:SelectorSet` with a selector for each property that has to have a value: all of them must fit.
Result<Filter> read_selectors(const soap::Element& element) {
    const auto set = element.child("w", "SelectorSet");
    if (!set) return fail(faults::cannot_process_filter, "A selector filter holds a SelectorSet.");
    Filter filter;
    for (auto selector = set->first_child(); selector; selector = selector->next()) {
        auto name = selector->attribute("Name");
        if (!selector->is("w", "Selector") || !name || name->empty() || selector->has_children()) {
            return fail(faults::cannot_process_filter, "A selector filter holds selectors with a name and text.");
        }
        filter.condition.emplace_back(cim::WqlComparison{std::move(*name), cim::WqlOperator::equal, selector->text()});
        if (filter.condition.size() > 1) filter.condition.emplace_back(cim::WqlConnective::both);
    }
    if (filter.condition.empty()) return fail(faults::cannot_process_filter, "The selector filter is empty.");
    return filter;
}

}  // namespace

Result<Filter> read_filter(const soap::Element& element) {
    const auto named = element.attribute("Dialect");
    const auto dialect = named ? soap::trim(*named) : std::string_view("http://www.w3.org/TR/1999/REC-xpath-19991116");
    if (dialect == wql_dialect) return read_wql(element);
    if (dialect == selector_dialect) return read_selectors(element);
    Fault fault(faults::filter_dialect_requested_unavailable, "The filter dialect " + std::string(dialect) +
                                                                  " is not supported: use " + std::string(wql_dialect) +
                                                                  " or " + std::string(selector_dialect) + ".");
    for (const auto supported : {wql_dialect, selector_dialect}) {
        fault.detail_xml += "<n:SupportedDialect>";
        fault.detail_xml += supported;
        fault.detail_xml += "</n:SupportedDialect>";
    }
    return tl::unexpected(std::move(fault));
}

Result<std::optional<Filter>> find_filter(std::string_view body) {
    std::optional<Filter> found;
    const auto root = soap::Element::first_in(body);
    if (!root) return found;
    for (auto child = root->first_child(); child; child = child->next()) {
        if (!child->is("w", "Filter") && !child->is("n", "Filter")) continue;
        if (found) return fail(faults::cannot_process_filter, "There is more than one filter.");
        auto filter = read_filter(*child);
        if (!filter) return tl::unexpected(std::move(filter.error()));
        found = std::move(*filter);
    }
    return found;
}

Result<void> check_filter(const Filter& filter, const cim::ClassDeclaration& declaration) {
    if (auto wrong = cim::check_condition(filter.condition, declaration)) {
        return fail(faults::cannot_process_filter, std::move(*wrong));
    }
    for (const auto& name : filter.properties) {
        if (!declaration.find(name)) {
            return fail(faults::cannot_process_filter,
                        "The class " + std::string(declaration.name) + " has no property " + name + ".");
        }
    }
    return {};
}

}  // namespace tintype::wsman
