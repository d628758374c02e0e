#include "wsman/representation.hpp"

#include "cim/same_object.hpp"
#include "cim/value_reader.hpp"
#include "soap/element_cursor.hpp"
#include "soap/envelope.hpp"
#include "soap/namespaces.hpp"
#include "wsman/fragment_transfer.hpp"

namespace tintype::wsman {

namespace {

// The element must be of the class or of one that it derives from, by its namespace and by its name.
Result<void> check_element(std::string_view uri, std::string_view name, const cim::ClassDeclaration& declaration) {
    if (!is_class_namespace(uri, declaration)) {
        return fail(faults::invalid_representation_invalid_namespace, "The representation is in the namespace " +
                                                                          std::string(uri) + ", which is not that of " +
                                                                          std::string(declaration.name) + ".");
    }
    if (declaration.is_a(name)) return {};
    return fail(faults::invalid_representation, "The representation is of a " + std::string(name) + ", not of a " +
                                                    std::string(declaration.name) + ".");
}

Result<cim::GivenValues> read_element(const soap::Element& element, const soap::Envelope& envelope,
                                      const cim::ClassDeclaration& declaration) {
    const auto uri = cim::namespace_of(element.prefix(), envelope).value_or("");
    if (auto checked = check_element(uri, element.name(), declaration); !checked) {
        return tl::unexpected(std::move(checked.error()));
    }
    const auto declared = cim::declared(declaration.properties);
    auto given = cim::read_values(element, element.prefix(), declared, envelope.other_namespaces);
    if (!given) return tl::unexpected(to_fault(given.error()));
    return std::move(*given);
}

Result<cim::GivenValues> read_body(const Plan& plan, const cim::ClassDeclaration& declaration) {
    const auto& envelope = *plan.call.envelope;
    return read_element(*soap::Element::only_in(envelope.body), envelope, declaration);
}

// Keys are compared as selectors are; references by what they refer to.
bool same_value(const cim::Value& a, const cim::Value& b, bool key) {
    if (a == b) return true;
    const auto* left = std::get_if<cim::Scalar>(&a);
    const auto* right = std::get_if<cim::Scalar>(&b);
    if (left == nullptr || right == nullptr) return false;
    const auto* path = std::get_if<cim::ObjectPath>(left);
    const auto* other = std::get_if<cim::ObjectPath>(right);
    if (path != nullptr && other != nullptr) return cim::same_object(*path, *other);
    return key && cim::equal_names(cim::to_text(*left), cim::to_text(*right));
}

Result<cim::Value> key_value(const cim::Key& key, cim::Type type) {
    if (type == cim::Type::reference) {
        if (auto path = cim::parse_object_path(key.value)) return cim::Value(cim::Scalar(std::move(*path)));
    } else if (auto value = cim::read_value(type, key.value)) {
        return cim::Value(std::move(*value));
    }
    return fail(faults::invalid_selectors_type_mismatch,
                "The selector " + key.name + " has a value of the wrong type.");
}

// Of a fragment: the whole instance, or one property of it.
Result<cim::GivenValues> read_fragment_body(const Plan& plan, const cim::Instance& current) {
    const auto& envelope = *plan.call.envelope;
    const auto& declaration = current.declaration();
    if (envelope.body_namespace != soap::ns_wsman || envelope.body_name != "XmlFragment") {
        return fail(faults::invalid_representation_invalid_fragment, "The body holds no XmlFragment.");
    }
    const auto target = cim::fragment_target(*plan.fragment, declaration);
    if (!target) return fail(faults::invalid_representation_invalid_fragment, target.error());
    if (!*target) {
        const auto element = soap::Element::only_in(envelope.body)->first_child();
        if (!element) return fail(faults::invalid_representation_missing_values, "The fragment is empty.");
        return read_element(*element, envelope, declaration);
    }
    auto value = read_fragment_value(envelope, **target, current);
    if (!value) return tl::unexpected(std::move(value.error()));
    cim::GivenValues given(declaration.properties.size());
    given[value->property] = std::move(value->value);
    return given;
}

}  // namespace

bool is_class_namespace(std::string_view uri, const cim::ClassDeclaration& declaration) {
    const auto parsed = cim::parse_resource_uri(uri);
    return parsed && declaration.is_a(parsed->class_name) &&
           (parsed->cim_namespace.empty() ||
            cim::equal_names(cim::normal_namespace(parsed->cim_namespace), declaration.cim_namespace));
}

Fault to_fault(const cim::ValueError& error) {
    switch (error.kind) {
        case cim::ValueError::Kind::wrong_namespace:
            return Fault(faults::invalid_representation_invalid_namespace, error.message);
        case cim::ValueError::Kind::wrong_type:
        case cim::ValueError::Kind::duplicate:
            return Fault(faults::invalid_representation_invalid_values, error.message);
        case cim::ValueError::Kind::unknown_name:
            break;
    }
    return Fault(faults::invalid_representation, error.message);
}

// A property that isn't writable may stand in the body as it is, since a client sends back what it got. One that would
// change is a fault, not left alone in silence: of the two that 7.4 allows this is the one that a client notices.
Result<std::vector<PropertyValue>> read_changes(const Plan& plan, const cim::Instance& current) {
    const auto& declaration = current.declaration();
    auto given = plan.fragment ? read_fragment_body(plan, current) : read_body(plan, declaration);
    if (!given) return tl::unexpected(std::move(given.error()));
    std::vector<PropertyValue> changes;
    for (std::size_t i = 0; i < declaration.properties.size(); ++i) {
        auto& value = (*given)[i];
        const auto& property = declaration.properties[i];
        if (!value || same_value(*value, current.values()[i], property.key)) continue;
        if (!property.writable) {
            return fail(faults::invalid_representation_invalid_values, "The property " + std::string(property.name) +
                                                                           " of " + std::string(declaration.name) +
                                                                           " can't be changed.");
        }
        changes.push_back({i, std::move(*value)});
    }
    return changes;
}

Result<std::vector<PropertyValue>> read_new(const Plan& plan, const cim::ClassDeclaration& declaration) {
    auto given = read_body(plan, declaration);
    if (!given) return tl::unexpected(std::move(given.error()));
    for (const auto& key : plan.call.selectors.keys) {
        const auto place = *declaration.find(key.name);
        auto value = key_value(key, declaration.properties[place].type);
        if (!value) return tl::unexpected(std::move(value.error()));
        auto& in_body = (*given)[place];
        if (in_body && !same_value(*in_body, *value, true)) {
            return fail(faults::invalid_representation_invalid_values,
                        "The key " + key.name + " has one value in the selectors and another in the body.");
        }
        in_body = std::move(*value);
    }
    std::vector<PropertyValue> values;
    for (std::size_t i = 0; i < given->size(); ++i) {
        auto& value = (*given)[i];
        if (value && !std::holds_alternative<std::monostate>(*value)) values.push_back({i, std::move(*value)});
    }
    return values;
}

}  // namespace tintype::wsman
