#include <string>
#include <string_view>
#include <vector>

#include "soap/xml_writer.hpp"
#include "wsman/class_documents.hpp"

namespace tintype::wsman {

namespace {

using cim::Type;

// The types that wsdl/cim-common.xsd has for CIM's (DSP0230 table 1).
std::string_view schema_type(Type type) noexcept {
    switch (type) {
        case Type::boolean:
            return "cimBoolean";
        case Type::sint8:
            return "cimByte";
        case Type::uint8:
            return "cimUnsignedByte";
        case Type::sint16:
            return "cimShort";
        case Type::uint16:
            return "cimUnsignedShort";
        case Type::sint32:
            return "cimInt";
        case Type::uint32:
            return "cimUnsignedInt";
        case Type::sint64:
            return "cimLong";
        case Type::uint64:
            return "cimUnsignedLong";
        case Type::real32:
            return "cimFloat";
        case Type::real64:
            return "cimDouble";
        case Type::char16:
            return "cimChar16";
        case Type::string:
            return "cimString";
        case Type::datetime:
            return "cimDateTime";
        case Type::reference:
            return "cimReference";
    }
    return "cimString";
}

void append_element(std::string& out, std::string_view name, Type type, bool array, bool required) {
    out.append("<xs:element name=\"").append(name).append("\" type=\"cim:").append(schema_type(type)).append("\"");
    if (!required) out += " minOccurs=\"0\"";
    if (array) out += " maxOccurs=\"unbounded\"";
    if (!required) out += " nillable=\"true\"";
    out += "/>";
}

void append_class(std::string& out, const cim::ClassDeclaration& declaration) {
    out.append("<xs:element name=\"").append(declaration.name).append("\" type=\"p:");
    out.append(declaration.name).append("_Type\"/><xs:complexType name=\"").append(declaration.name);
    out += "_Type\"><xs:sequence>";
    for (const auto& property : declaration.properties) {
        append_element(out, property.name, property.type, property.array, property.key);
    }
    // Room for what a subclass adds, and for xsi:type.
    out +=
        "<xs:any namespace=\"##other\" processContents=\"lax\" minOccurs=\"0\" maxOccurs=\"unbounded\"/></xs:sequence>"
        "<xs:anyAttribute namespace=\"##any\" processContents=\"lax\"/></xs:complexType>";
}

void append_message(std::string& out, const cim::MethodDeclaration& method, bool input) {
    out.append("<xs:element name=\"").append(method.name).append(input ? "_INPUT" : "_OUTPUT");
    out += "\"><xs:complexType><xs:sequence>";
    for (const auto& parameter : method.parameters) {
        if (input ? parameter.in : parameter.out) {
            append_element(out, parameter.name, parameter.type, parameter.array, input && parameter.required);
        }
    }
    if (!input) append_element(out, "ReturnValue", Type::uint32, false, true);
    out += "</xs:sequence></xs:complexType></xs:element>";
}

}  // namespace

std::string document_name(const cim::ClassDeclaration& declaration) {
    return std::string(declaration.cim_namespace).append("/").append(declaration.name);
}

std::string class_uri(const cim::ClassDeclaration& declaration) {
    return cim::make_resource_uri(cim::UriStyle::wmi, declaration.cim_namespace, declaration.name);
}

std::vector<const cim::MethodDeclaration*> served_methods(const Resource& resource) {
    std::vector<const cim::MethodDeclaration*> methods;
    for (const auto& method : resource.declaration().methods) {
        if (resource.method(method.name) != nullptr) methods.push_back(&method);
    }
    return methods;
}

std::string class_schema(const Resource& resource) {
    std::string uri;
    soap::append_attribute(uri, class_uri(resource.declaration()));
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
        "xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" xmlns:p=\"";
    out.append(uri).append("\" targetNamespace=\"").append(uri);
    out +=
        "\" elementFormDefault=\"qualified\">"
        "<xs:import namespace=\"http://schemas.dmtf.org/wbem/wscim/1/common\" schemaLocation=\"?xsd=cim-common\"/>";
    append_class(out, resource.declaration());
    for (const auto* method : served_methods(resource)) {
        append_message(out, *method, true);
        append_message(out, *method, false);
    }
    out += "</xs:schema>";
    return out;
}

}  // namespace tintype::wsman
