#include "cim/instance_xml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <variant>

#include "cim/reference.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::cim {

void append_content(std::string& out, Type type, const Scalar& value, UriStyle style) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        soap::append_text(out, *text);
    } else if (std::holds_alternative<Timestamp>(value)) {
        out += "<cim:Datetime>";
        append_text(out, value);
        out += "</cim:Datetime>";
    } else if (std::holds_alternative<Interval>(value)) {
        out += "<cim:Interval>";
        append_text(out, value);
        out += "</cim:Interval>";
    } else if (const auto* path = std::get_if<ObjectPath>(&value)) {
        append_reference(out, *path, style);
    } else if (const auto* real = std::get_if<double>(&value);
               real != nullptr && type == Type::real32 && std::isfinite(*real)) {
        // A real32 is as precise as a float: 0.1, not 0.10000000149011612.
        std::array<char, 32> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<float>(*real));
        out.append(buffer.data(), end.ptr);
    } else {
        append_text(out, value);
    }
}

namespace {

/// What a property or a parameter is, as far as its elements show it.
struct Named {
    std::string_view name;
    Type type;
    bool array;
};

void append_element(std::string& out, const Named& named, const Scalar& value, UriStyle style) {
    out.append("<p:").append(named.name).push_back('>');
    append_content(out, named.type, value, style);
    out.append("</p:").append(named.name).push_back('>');
}

/// All of its values.
void append_elements(std::string& out, const Named& named, const Value& value, UriStyle style) {
    if (const auto* scalar = std::get_if<Scalar>(&value)) {
        append_element(out, named, *scalar, style);
    } else if (const auto* array = std::get_if<Array>(&value)) {
        for (const Scalar& item : *array) append_element(out, named, item, style);
    } else if (!named.array) {
        out.append("<p:").append(named.name).append(" xsi:nil=\"true\"/>");
    }
}

void append_property(std::string& out, const PropertyDeclaration& property, const Value& value, UriStyle style) {
    append_elements(out, {property.name, property.type, property.array}, value, style);
}

/// An instance under the name of its class or of a superclass, with the properties that are wanted.
template <class Wanted>
void append_instance(std::string& out, const Instance& instance, std::string_view class_name, UriStyle style,
                     Wanted wanted) {
    const ClassDeclaration& declaration = instance.declaration();
    out.append("<p:").append(class_name).append(" xmlns:p=\"");
    append_resource_uri(out, style, declaration.cim_namespace, class_name);
    out.append("\" xsi:type=\"p:").append(class_name).append("_Type\">");
    for (std::size_t i = 0; i < declaration.properties.size(); ++i) {
        const PropertyDeclaration& property = declaration.properties[i];
        if (wanted(property)) append_property(out, property, instance.values()[i], style);
    }
    out.append("</p:").append(class_name).push_back('>');
}

}  // namespace

void append_instance(std::string& out, const Instance& instance, UriStyle style) {
    append_instance(out, instance, instance.declaration().name, style, [](const PropertyDeclaration&) { return true; });
}

void append_instance_as(std::string& out, const Instance& instance, std::string_view superclass, UriStyle style) {
    const ClassDeclaration& declaration = instance.declaration();
    if (equal_names(declaration.name, superclass)) {
        append_instance(out, instance, style);
        return;
    }
    const auto found = std::find_if(declaration.superclasses.begin(), declaration.superclasses.end(),
                                    [&](std::string_view name) { return equal_names(name, superclass); });
    if (found == declaration.superclasses.end())
        throw std::logic_error(std::string(declaration.name) + " has no superclass " + std::string(superclass));
    append_instance(out, instance, *found, style, [&](const PropertyDeclaration& property) {
        return std::any_of(found, declaration.superclasses.end(),
                           [&](std::string_view name) { return equal_names(name, property.origin); });
    });
}

void append_fragment(std::string& out, const Instance& instance, std::span<const std::string> properties,
                     UriStyle style) {
    const ClassDeclaration& declaration = instance.declaration();
    out.append("<w:XmlFragment xmlns:p=\"");
    append_resource_uri(out, style, declaration.cim_namespace, declaration.name);
    out.append("\">");
    for (std::size_t i = 0; i < declaration.properties.size(); ++i) {
        const PropertyDeclaration& property = declaration.properties[i];
        const bool wanted = std::any_of(properties.begin(), properties.end(),
                                        [&](const auto& name) { return equal_names(name, property.name); });
        if (wanted) append_property(out, property, instance.values()[i], style);
    }
    out.append("</w:XmlFragment>");
}

void append_parameter(std::string& out, const ParameterDeclaration& parameter, const Value& value, UriStyle style) {
    append_elements(out, {parameter.name, parameter.type, parameter.array}, value, style);
}

void append_epr(std::string& out, const ObjectPath& path, UriStyle style) {
    out += "<a:EndpointReference>";
    append_reference(out, path, style);
    out += "</a:EndpointReference>";
}

}  // namespace tintype::cim
