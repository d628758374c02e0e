#include "wsman/fragment_transfer.hpp"

#include <utility>
#include <vector>

#include "cim/instance_reader.hpp"
#include "cim/value_reader.hpp"
#include "soap/element_cursor.hpp"
#include "soap/xml_writer.hpp"
#include "wsman/representation.hpp"

namespace tintype::wsman {

namespace {

// Level 1 has no name of its own: it is XPath 1.0 of which a service understands a part (annex D).
constexpr std::string_view xpath_dialect = "http://www.w3.org/TR/1999/REC-xpath-19991116";

tl::unexpected<Fault> invalid_fragment(std::string words) {
    return fail(faults::invalid_representation_invalid_fragment, std::move(words));
}

// The elements inside, each the property's. Without a prefix they stand as the specification's own examples have them.
Result<std::vector<soap::Element>> property_elements(const soap::Element& root, const soap::Envelope& envelope,
                                                     const cim::ClassDeclaration& declaration, std::string_view name) {
    std::vector<soap::Element> elements;
    for (auto child = root.first_child(); child; child = child->next()) {
        if (!cim::equal_names(child->name(), name)) {
            return invalid_fragment("The fragment holds " + std::string(child->name()) + " where " + std::string(name) +
                                    " is to be replaced.");
        }
        const auto uri = cim::namespace_of(child->prefix(), envelope);
        if (!uri || (!uri->empty() && !is_class_namespace(*uri, declaration))) {
            return fail(faults::invalid_representation_invalid_namespace,
                        "The element " + std::string(name) + " is in another namespace than its class.");
        }
        elements.push_back(*child);
    }
    return elements;
}

Result<cim::Value> read_text(const soap::Element& root, const cim::PropertyDeclaration& property) {
    if (root.has_children()) return invalid_fragment("The fragment holds elements where text() is to be replaced.");
    auto value = cim::read_value(property.type, root.text());
    if (value) return cim::Value(std::move(*value));
    return fail(faults::invalid_representation_invalid_values,
                "The value of " + std::string(property.name) + " is wrong: " + value.error() + ".");
}

Result<cim::Value> read_content(const soap::Element& root, const soap::Envelope& envelope,
                                const cim::FragmentTarget& target, const cim::ClassDeclaration& declaration) {
    const auto& property = declaration.properties[target.property];
    if (root.is_nil()) return cim::Value{};
    if (target.text) return read_text(root, property);
    const auto text = root.text();
    if (!soap::trim(text).empty())
        return invalid_fragment("The fragment holds text where an element is to be replaced.");
    auto elements = property_elements(root, envelope, declaration, property.name);
    if (!elements) return tl::unexpected(std::move(elements.error()));
    if (elements->empty()) return fail(faults::invalid_representation_missing_values, "The fragment is empty.");
    cim::Declared declared(property);
    if (target.index) declared.array = false;
    auto value = cim::read_elements(*elements, declared, envelope.other_namespaces);
    if (!value) return tl::unexpected(to_fault(value.error()));
    return std::move(*value);
}

// One value of an array replaced, or one more behind its last.
Result<cim::Value> replaced(const cim::Value& current, std::size_t index, cim::Value value, std::string_view name) {
    auto* scalar = std::get_if<cim::Scalar>(&value);
    if (scalar == nullptr) return invalid_fragment("A value of the array " + std::string(name) + " can't be null.");
    const auto* held = std::get_if<cim::Array>(&current);
    auto array = held != nullptr ? *held : cim::Array{};
    if (index > array.size() + 1) {
        return invalid_fragment("The array " + std::string(name) + " has only " + std::to_string(array.size()) +
                                " values.");
    }
    if (index > array.size()) {
        array.push_back(std::move(*scalar));
    } else {
        array[index - 1] = std::move(*scalar);
    }
    return cim::Value(std::move(array));
}

}  // namespace

Result<std::optional<cim::Fragment>> read_fragment(const soap::Headers& headers) {
    if (!headers.fragment_transfer.present) return std::nullopt;
    if (!headers.fragment_dialect.empty() && headers.fragment_dialect != xpath_dialect) {
        Fault fault(faults::fragment_dialect_not_supported,
                    "The fragment dialect " + std::string(headers.fragment_dialect) + " is not supported: use " +
                        std::string(xpath_dialect) + ".");
        fault.detail_xml = "<w:SupportedDialect>" + std::string(xpath_dialect) + "</w:SupportedDialect>";
        return tl::unexpected(std::move(fault));
    }
    auto fragment = cim::parse_fragment(headers.fragment_transfer.text);
    if (!fragment) return fail(faults::wsman_cannot_process_filter, fragment.error());
    return std::move(*fragment);
}

Result<PropertyValue> read_fragment_value(const soap::Envelope& envelope, const cim::FragmentTarget& target,
                                          const cim::Instance& current) {
    const auto& declaration = current.declaration();
    const auto& property = declaration.properties[target.property];
    if (property.array && target.text && !target.index) {
        return invalid_fragment("text() of the array " + std::string(property.name) + " is of more than one value.");
    }
    const auto root = soap::Element::only_in(envelope.body);
    auto value = read_content(*root, envelope, target, declaration);
    if (value && property.array && target.index) {
        value = replaced(current.values()[target.property], *target.index, std::move(*value), property.name);
    }
    if (!value) return tl::unexpected(std::move(value.error()));
    return PropertyValue{target.property, std::move(*value)};
}

void append_fragment_header(std::string& out, const soap::Headers& headers) {
    out += "<w:FragmentTransfer s:mustUnderstand=\"true\"";
    if (!headers.fragment_dialect.empty()) {
        out += " Dialect=\"";
        soap::append_attribute(out, headers.fragment_dialect);
        out += '"';
    }
    out += '>';
    soap::append_text(out, headers.fragment_transfer.text);
    out += "</w:FragmentTransfer>";
}

}  // namespace tintype::wsman
