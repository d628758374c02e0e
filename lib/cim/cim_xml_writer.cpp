#include <utility>

#include "cim/cim_xml.hpp"
#include "cim/type_name.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::cim {
namespace {

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    out.append(" ").append(name).append("=\"");
    soap::append_attribute(out, value);
    out += '"';
}

void append_namespace_path(std::string& out, std::string_view cim_namespace) {
    out += "<LOCALNAMESPACEPATH>";
    while (!cim_namespace.empty()) {
        const auto slash = cim_namespace.find('/');
        out += "<NAMESPACE";
        append_attribute(out, "NAME", cim_namespace.substr(0, slash));
        out += "/>";
        cim_namespace = slash == std::string_view::npos ? std::string_view() : cim_namespace.substr(slash + 1);
    }
    out += "</LOCALNAMESPACEPATH>";
}

void append_instance_name(std::string& out, const ObjectPath& path) {
    out += "<INSTANCENAME";
    append_attribute(out, "CLASSNAME", path.class_name);
    out += '>';
    for (const Key& key : path.keys) {
        out += "<KEYBINDING";
        append_attribute(out, "NAME", key.name);
        // The kind of a key's value isn't known here; who reads it compares text with text.
        out += "><KEYVALUE VALUETYPE=\"string\">";
        soap::append_text(out, key.value);
        out += "</KEYVALUE></KEYBINDING>";
    }
    out += "</INSTANCENAME>";
}

void append_path(std::string& out, const ObjectPath& path) {
    const std::string cim_namespace = normal_namespace(path.cim_namespace);
    if (cim_namespace.empty()) {
        append_instance_name(out, path);
        return;
    }
    const std::string_view element = path.host.empty() ? "LOCALINSTANCEPATH" : "INSTANCEPATH";
    out.append("<").append(element).append(">");
    if (!path.host.empty()) {
        out += "<NAMESPACEPATH><HOST>";
        soap::append_text(out, path.host);
        out += "</HOST>";
    }
    append_namespace_path(out, cim_namespace);
    if (!path.host.empty()) out += "</NAMESPACEPATH>";
    append_instance_name(out, path);
    out.append("</").append(element).append(">");
}

void append_reference_value(std::string& out, const std::string& text) {
    out += "<VALUE.REFERENCE>";
    if (const auto path = parse_object_path(text); path && !path->keys.empty()) {
        append_path(out, *path);
    } else {
        out += "<VALUE>";
        soap::append_text(out, text);
        out += "</VALUE>";
    }
    out += "</VALUE.REFERENCE>";
}

void append_value(std::string& out, Type type, const std::string& text) {
    if (type == Type::reference) {
        append_reference_value(out, text);
        return;
    }
    out += "<VALUE>";
    soap::append_text(out, text);
    out += "</VALUE>";
}

/// The element of a property; DSP0201 has no array of references, the `.REFARRAY` of its parameters stands in.
std::string_view element_name(const CimXmlProperty& property) {
    if (property.type == Type::reference) return property.array ? "PROPERTY.REFARRAY" : "PROPERTY.REFERENCE";
    return property.array ? "PROPERTY.ARRAY" : "PROPERTY";
}

void append_property(std::string& out, const CimXmlProperty& property) {
    const std::string_view element = element_name(property);
    out.append("<").append(element);
    append_attribute(out, "NAME", property.name);
    if (property.type != Type::reference) append_attribute(out, "TYPE", type_name(property.type));
    out += '>';
    if (property.values) {
        const std::string_view list = property.type == Type::reference ? "VALUE.REFARRAY" : "VALUE.ARRAY";
        if (property.array) out.append("<").append(list).append(">");
        for (const std::string& text : *property.values) append_value(out, property.type, text);
        if (property.array) out.append("</").append(list).append(">");
    }
    out.append("</").append(element).append(">");
}

std::string text_of(const Scalar& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "TRUE" : "FALSE";
    if (const auto* time = std::get_if<Timestamp>(&value)) return to_cim_datetime(*time);
    if (const auto* interval = std::get_if<Interval>(&value)) return to_cim_datetime(*interval);
    return to_text(value);
}

}  // namespace

void append_cim_xml(std::string& out, const CimXmlInstance& instance) {
    out += "<INSTANCE";
    append_attribute(out, "CLASSNAME", instance.class_name);
    out += '>';
    for (const CimXmlProperty& property : instance.properties) append_property(out, property);
    out += "</INSTANCE>";
}

std::string to_cim_xml(const Instance& instance) {
    const ClassDeclaration& declaration = instance.declaration();
    CimXmlInstance named{std::string(declaration.name), {}};
    named.properties.reserve(declaration.properties.size());
    for (std::size_t i = 0; i < declaration.properties.size(); ++i) {
        const PropertyDeclaration& declared = declaration.properties[i];
        CimXmlProperty& property =
            named.properties.emplace_back(CimXmlProperty{std::string(declared.name), declared.type, declared.array});
        const Value& value = instance.values()[i];
        if (const auto* scalar = std::get_if<Scalar>(&value)) {
            property.values.emplace().push_back(text_of(*scalar));
        } else if (const auto* array = std::get_if<Array>(&value)) {
            auto& texts = property.values.emplace();
            for (const Scalar& item : *array) texts.push_back(text_of(item));
        }
    }
    std::string out;
    append_cim_xml(out, named);
    return out;
}

}  // namespace tintype::cim
