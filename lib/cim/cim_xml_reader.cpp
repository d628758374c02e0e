#include <algorithm>
#include <array>
#include <utility>

#include "cim/cim_xml.hpp"
#include "cim/cim_xml_reference.hpp"
#include "cim/type_name.hpp"
#include "cim/value_reader.hpp"
#include "cim/xml_tree.hpp"
#include "soap/element_cursor.hpp"

namespace tintype::cim {
namespace {

using Element = XmlTree::Element;
using Failure = tl::unexpected<std::string>;

/// Elements that may stand around an instance.
constexpr auto wrappers =
    std::to_array<std::string_view>({"CIM", "DECLARATION", "DECLGROUP", "DECLGROUP.WITHNAME", "DECLGROUP.WITHPATH",
                                     "VALUE.OBJECT", "VALUE.OBJECTWITHPATH", "VALUE.OBJECTWITHLOCALPATH",
                                     "VALUE.NAMEDOBJECT", "VALUE.NAMEDINSTANCE", "VALUE.INSTANCEWITHPATH"});
/// What stands beside it in a wrapper.
constexpr auto passed_over =
    std::to_array<std::string_view>({"LOCALNAMESPACEPATH", "NAMESPACEPATH", "INSTANCENAME", "INSTANCEPATH",
                                     "LOCALINSTANCEPATH", "QUALIFIER.DECLARATION"});

template <std::size_t N>
bool is_one_of(const Element& element, const std::array<std::string_view, N>& names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return element.is(name); });
}

tl::expected<Element, std::string> find_instance(Element element) {
    while (!element.is("INSTANCE")) {
        if (!is_one_of(element, wrappers))
            return Failure("the element " + quoted(element.name()) + " is no INSTANCE and holds none");
        std::optional<Element> inner;
        for (auto child = element.first_child(); child; child = child->next()) {
            if (is_one_of(*child, passed_over)) continue;
            if (inner) return Failure("there is more than one instance");
            inner = child;
        }
        if (!inner) return Failure("the element " + quoted(element.name()) + " holds no INSTANCE");
        element = *inner;
    }
    return element;
}

/// The element that holds a property's value, in a property of this shape, and the one that holds each of an array's.
struct Shape {
    std::string_view element;
    bool array;
    bool reference;
    std::string_view list;  ///< Empty for a scalar.
    std::string_view value;
};
constexpr std::array<Shape, 4> shapes{{{"PROPERTY", false, false, {}, "VALUE"},
                                       {"PROPERTY.ARRAY", true, false, "VALUE.ARRAY", "VALUE"},
                                       {"PROPERTY.REFERENCE", false, true, {}, "VALUE.REFERENCE"},
                                       {"PROPERTY.REFARRAY", true, true, "VALUE.REFARRAY", "VALUE.REFERENCE"}}};

tl::expected<std::string, std::string> read_value_element(const Element& element, const Shape& shape, Type type) {
    if (!element.is(shape.value))
        return Failure("it holds a " + quoted(element.name()) + " where a " + std::string(shape.value) + " belongs");
    if (!shape.reference && element.first_child())
        return Failure("its VALUE holds elements; an instance inside of one is escaped text");
    // DSP0201 has no PROPERTY of TYPE reference; as text its value is an object path, as everywhere.
    if (type != Type::reference) return element.text();
    const auto path = read_cim_xml_reference(element);
    if (!path) return Failure(path.error());
    return to_string(*path);
}

/// The only child that is no qualifier.
tl::expected<std::optional<Element>, std::string> content_of(const Element& property) {
    std::optional<Element> content;
    for (auto child = property.first_child(); child; child = child->next()) {
        if (child->is("QUALIFIER")) continue;
        if (content) return Failure("it has more than one value");
        content = child;
    }
    return content;
}

tl::expected<void, std::string> read_property_values(const Element& element, const Shape& shape,
                                                     CimXmlProperty& property) {
    const auto content = content_of(element);
    if (!content) return Failure(content.error());
    if (!*content) return {};
    auto& values = property.values.emplace();
    if (!shape.array) {
        auto value = read_value_element(**content, shape, property.type);
        if (!value) return Failure(std::move(value.error()));
        values.push_back(std::move(*value));
        return {};
    }
    if (!(*content)->is(shape.list))
        return Failure("it holds a " + quoted((*content)->name()) + " where a " + std::string(shape.list) + " belongs");
    for (auto item = (*content)->first_child(); item; item = item->next()) {
        auto value = read_value_element(*item, shape, property.type);
        if (!value) return Failure(std::move(value.error()));
        values.push_back(std::move(*value));
    }
    return {};
}

tl::expected<CimXmlProperty, std::string> read_property(const Element& element) {
    const auto* const shape =
        std::find_if(shapes.begin(), shapes.end(), [&](const Shape& one) { return element.is(one.element); });
    if (shape == shapes.end()) return Failure("an INSTANCE holds a " + quoted(element.name()));
    const auto name = element.attribute("NAME");
    if (!name || !is_name(*name)) return Failure("a " + std::string(shape->element) + " has no NAME that is one");
    CimXmlProperty property{.name = std::string(*name), .array = shape->array};
    if (shape->reference) {
        property.type = Type::reference;
    } else if (const auto type = element.attribute("TYPE")) {
        const auto parsed = parse_type(*type);
        if (!parsed) return Failure("the property " + property.name + " has the unknown TYPE " + quoted(*type));
        property.type = *parsed;
    }
    if (auto read = read_property_values(element, *shape, property); !read)
        return Failure("the property " + property.name + " is wrong: " + read.error());
    return property;
}

tl::expected<CimXmlInstance, std::string> read_instance(const Element& element) {
    CimXmlInstance instance;
    const auto class_name = element.attribute("CLASSNAME");
    if (!class_name || !is_name(*class_name)) return Failure("the INSTANCE has no CLASSNAME that is one");
    instance.class_name = *class_name;
    for (auto child = element.first_child(); child; child = child->next()) {
        if (child->is("QUALIFIER")) continue;
        auto property = read_property(*child);
        if (!property) return Failure(std::move(property.error()));
        instance.properties.push_back(std::move(*property));
    }
    return instance;
}

/// A sentence of our own words.
std::string sentence(const std::string& words) {
    return "The embedded instance can't be read: " + words + (words.ends_with('.') ? "" : ".");
}

}  // namespace

tl::expected<CimXmlInstance, std::string> read_cim_xml(std::string_view text) {
    const auto tree = XmlTree::read(std::string(soap::trim(text)));
    if (!tree) return Failure(sentence(tree.error()));
    const auto element = find_instance(tree->root());
    if (!element) return Failure(sentence(element.error()));
    auto instance = read_instance(*element);
    if (!instance) return Failure(sentence(instance.error()));
    return instance;
}

}  // namespace tintype::cim
