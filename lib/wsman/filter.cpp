#include "wsman/filter.hpp"

#include <algorithm>
#include <array>

#include "cim/wql_system.hpp"
#include "wsman/association_filter.hpp"
#include "wsman/filter_fault.hpp"

namespace tintype::wsman {

namespace {

constexpr std::string_view xpath_dialect = "http://www.w3.org/TR/1999/REC-xpath-19991116";
// Each of them is looked for in each instance; no class has as many.
constexpr std::size_t most_properties = 500;
constexpr std::array supported{wql_dialect, selector_dialect, association_dialect};

Filter to_filter(cim::WqlSelect select) {
    Filter filter;
    filter.class_name = std::move(select.class_name);
    filter.condition = std::move(select.condition);
    filter.properties = std::move(select.properties);
    return filter;
}

Filter to_filter(cim::WqlAssociators associators) {
    Filter filter;
    filter.keys_only = associators.keys_only;
    filter.association = AssociationQuery{std::move(associators.object),
                                          false,
                                          std::move(associators.association_class),
                                          std::move(associators.result_class),
                                          std::move(associators.role),
                                          std::move(associators.result_role)};
    return filter;
}

Filter to_filter(cim::WqlReferences references) {
    Filter filter;
    filter.keys_only = references.keys_only;
    filter.association = AssociationQuery{std::move(references.object), true, {}, std::move(references.result_class),
                                          std::move(references.role),   {}};
    return filter;
}

Result<Filter> read_wql(const soap::Element& element) {
    if (element.has_children()) return refuse_filter("A WQL query is text.");
    std::string decoded;
    auto text = element.plain_text();
    if (!text) text = decoded = element.text();
    auto query = cim::parse_wql(*text);
    if (!query) return refuse_filter(query.error().message);
    return std::visit([](auto& kind) { return to_filter(std::move(kind)); }, *query);
}

// `w:SelectorSet` with a selector for each property that has to have a value: all of them must fit.
Result<Filter> read_selectors(const soap::Element& element) {
    const auto set = element.child("w", "SelectorSet");
    if (!set) return refuse_filter("A selector filter holds a SelectorSet.");
    if (set->next()) return refuse_filter("A selector filter holds one SelectorSet, not several.");
    if (!soap::trim(element.text()).empty()) return refuse_filter("A selector filter holds a SelectorSet and no text.");
    Filter filter;
    filter.by_selectors = true;
    std::vector<std::string> names;
    for (auto selector = set->first_child(); selector; selector = selector->next()) {
        auto name = selector->attribute("Name");
        if (!selector->is("w", "Selector") || !name || name->empty() || selector->has_children()) {
            return refuse_filter("A selector filter holds selectors with a name and text.");
        }
        if (names.size() == cim::max_keys) {
            return refuse_filter("The selector filter has more than " + std::to_string(cim::max_keys) + " selectors.");
        }
        const bool again =
            std::any_of(names.begin(), names.end(), [&](const auto& one) { return cim::equal_names(one, *name); });
        if (again) return refuse_filter("The selector filter has " + *name + " twice.");
        auto value = selector->text();
        if (value.find_first_of("'\"") != std::string::npos) {
            return refuse_filter("The selector filter's " + *name + " has a quotation mark in its value.");
        }
        names.push_back(*name);
        filter.condition.emplace_back(cim::WqlComparison{std::move(*name), cim::WqlOperator::equal, std::move(value)});
        if (filter.condition.size() > 1) filter.condition.emplace_back(cim::WqlConnective::both);
    }
    if (filter.condition.empty()) return refuse_filter("The selector filter is empty.");
    return filter;
}

Result<Filter> read_association(const soap::Element& element, const std::vector<std::string_view>& other_namespaces) {
    auto read = read_association_filter(element, other_namespaces);
    if (!read) return tl::unexpected(std::move(read.error()));
    Filter filter;
    filter.association = std::move(read->query);
    filter.properties = std::move(read->properties);
    return filter;
}

Fault unsupported_dialect(std::string_view dialect) {
    Fault fault(faults::filter_dialect_requested_unavailable,
                "The filter dialect " + std::string(dialect) + " is not supported: use one of");
    for (const auto one : supported) {
        fault.message += one == supported.front() ? " " : ", ";
        fault.message += one;
        fault.detail_xml += "<n:SupportedDialect>";
        fault.detail_xml += one;
        fault.detail_xml += "</n:SupportedDialect>";
    }
    fault.message += '.';
    return fault;
}

// Of a selector filter: what can be named by text (MS-WSMV 3.1.4.1.13).
Result<void> check_selected(const cim::WqlComparison& comparison, const cim::ClassDeclaration& declaration) {
    const auto at = declaration.find(comparison.property);
    if (!at) return {};  // check_condition tells
    const auto type = declaration.properties[*at].type;
    if (type != cim::Type::datetime && type != cim::Type::reference) return {};
    return refuse_filter("The property " + comparison.property +
                         " can't be selected by: it is a datetime or a reference.");
}

}  // namespace

// Without a dialect it is XPath (DSP0226 8.2.1), but some clients name none for an association filter.
Result<Filter> read_filter(const soap::Element& element, const std::vector<std::string_view>& other_namespaces) {
    const auto named = element.attribute("Dialect");
    if (!named && is_association_filter(element)) return read_association(element, other_namespaces);
    const auto dialect = named ? soap::trim(*named) : xpath_dialect;
    if (dialect == wql_dialect) return read_wql(element);
    if (dialect == selector_dialect) return read_selectors(element);
    if (dialect == association_dialect) return read_association(element, other_namespaces);
    return tl::unexpected(unsupported_dialect(dialect));
}

Result<bool> take_filter(const soap::Element& element, const std::vector<std::string_view>& other_namespaces,
                         std::optional<Filter>& found) {
    if (!element.is("w", "Filter") && !element.is("n", "Filter")) return false;
    if (found) return refuse_filter("There is more than one filter.");
    auto filter = read_filter(element, other_namespaces);
    if (!filter) return tl::unexpected(std::move(filter.error()));
    if (filter->properties.size() > most_properties) return refuse_filter("Too many properties are selected.");
    found = std::move(*filter);
    return true;
}

Result<std::optional<Filter>> find_filter(const soap::Envelope& envelope) {
    std::optional<Filter> found;
    const auto root = soap::Element::only_in(envelope.body);
    if (!root) return found;
    for (auto child = root->first_child(); child; child = child->next()) {
        auto taken = take_filter(*child, envelope.other_namespaces, found);
        if (!taken) return tl::unexpected(std::move(taken.error()));
    }
    return found;
}

Result<void> check_filter(const Filter& filter, const cim::ClassDeclaration& declaration) {
    if (auto wrong = cim::check_condition(filter.condition, declaration)) return refuse_filter(std::move(*wrong));
    if (filter.by_selectors) {
        for (const auto& step : filter.condition) {
            const auto* comparison = std::get_if<cim::WqlComparison>(&step);
            if (comparison == nullptr) continue;
            if (auto checked = check_selected(*comparison, declaration); !checked) return checked;
        }
    }
    for (const auto& name : filter.properties) {
        if (!declaration.find(name) && cim::find_system_property(name) == nullptr) {
            return refuse_filter("The class " + std::string(declaration.name) + " has no property " + name + ".");
        }
    }
    return {};
}

}  // namespace tintype::wsman
