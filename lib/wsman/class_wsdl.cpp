#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "soap/namespaces.hpp"
#include "soap/xml_writer.hpp"
#include "wsman/class_documents.hpp"

namespace tintype::wsman {

namespace {

// The headers of a request that a client may want to fill in (DSP0226 clauses 5 and 6).
constexpr auto headers = std::to_array<std::string_view>({
    "a:To",
    "a:Action",
    "a:MessageID",
    "a:ReplyTo",
    "w:ResourceURI",
    "w:SelectorSet",
    "w:OptionSet",
    "w:OperationTimeout",
    "w:MaxEnvelopeSize",
    "w:Locale",
});

std::string_view local_name(std::string_view header) noexcept {
    return header.substr(2);
}

std::string attribute(std::string_view text) {
    std::string out;
    soap::append_attribute(out, text);
    return out;
}

void begin_definitions(std::string& out, std::string_view name, std::string_view uri) {
    out +=
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        "<wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" "
        "xmlns:soap12=\"http://schemas.xmlsoap.org/wsdl/soap12/\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
        "xmlns:a=\"";
    out.append(soap::ns_addressing).append("\" xmlns:w=\"").append(soap::ns_wsman);
    out.append("\" xmlns:n=\"").append(soap::ns_enumeration);
    out.append("\" xmlns:p=\"").append(uri).append("\" targetNamespace=\"").append(uri);
    out.append("\" name=\"").append(name).append("\">");
}

void append_schema_import(std::string& out, std::string_view uri, std::string_view document) {
    out.append("<xs:import namespace=\"").append(uri);
    out.append("\" schemaLocation=\"?xsd=").append(document).append("\"/>");
}

/// One request and its answer, whose action is the request's with `Response` behind it.
struct Operation {
    std::string_view name;
    std::string action;
    std::string input, output;  ///< Elements of the bodies; empty: nothing in them.
};

std::vector<Operation> operations_of(const Resource& resource, std::string_view uri) {
    const auto& declaration = resource.declaration();
    std::vector<Operation> operations;
    const auto add = [&](std::string_view name, std::string_view family, std::string input, std::string output) {
        auto action = std::string(family).append("/").append(name);
        operations.push_back({name, std::move(action), std::move(input), std::move(output)});
    };
    const auto element = [](std::string_view name, std::string_view suffix) {
        return std::string("p:").append(name).append(suffix);
    };
    // `<class URI>/<Method>` (DSP0227 clause 10).
    for (const auto* method : served_methods(resource)) {
        add(method->name, uri, element(method->name, "_INPUT"), element(method->name, "_OUTPUT"));
    }
    const auto add_general = [&](std::string_view name, std::string_view family, std::string input,
                                 std::string output) {
        if (declaration.method(name) == nullptr) add(name, family, std::move(input), std::move(output));
    };
    add_general("Get", soap::ns_transfer, {}, element(declaration.name, ""));
    add_general("Enumerate", soap::ns_enumeration, "n:Enumerate", "n:EnumerateResponse");
    add_general("Pull", soap::ns_enumeration, "n:Pull", "n:PullResponse");
    add_general("Release", soap::ns_enumeration, "n:Release", {});
    return operations;
}

void append_message(std::string& out, std::string_view operation, bool input, std::string_view element) {
    out.append("<wsdl:message name=\"").append(operation).append(input ? "_Input" : "_Output").append("Message\">");
    if (!element.empty()) out.append("<wsdl:part name=\"body\" element=\"").append(element).append("\"/>");
    out += "</wsdl:message>";
}

void append_headers(std::string& out) {
    out += "<wsdl:message name=\"Headers\">";
    for (const auto header : headers) {
        out.append("<wsdl:part name=\"").append(local_name(header)).append("\" element=\"").append(header);
        out += "\"/>";
    }
    out += "</wsdl:message>";
}

void append_port_operation(std::string& out, const Operation& operation) {
    out.append("<wsdl:operation name=\"").append(operation.name).append("\">");
    for (const bool input : {true, false}) {
        out.append(input ? "<wsdl:input" : "<wsdl:output").append(" message=\"p:").append(operation.name);
        out.append(input ? "_Input" : "_Output").append("Message\" a:Action=\"");
        out.append(operation.action).append(input ? "\"/>" : "Response\"/>");
    }
    out += "</wsdl:operation>";
}

void append_binding_operation(std::string& out, const Operation& operation) {
    out.append("<wsdl:operation name=\"").append(operation.name).append("\"><soap12:operation soapAction=\"");
    out.append(operation.action).append("\" style=\"document\"/><wsdl:input>");
    for (const auto header : headers) {
        out.append("<soap12:header message=\"p:Headers\" part=\"").append(local_name(header));
        out += "\" use=\"literal\"/>";
    }
    out +=
        "<soap12:body use=\"literal\"/></wsdl:input><wsdl:output><soap12:body use=\"literal\"/></wsdl:output>"
        "</wsdl:operation>";
}

// The class's name, or with its namespace where another class before it has that name.
std::string port_name(std::span<Resource* const> resources, const Resource& resource) {
    const auto& declaration = resource.declaration();
    const auto first = std::find_if(resources.begin(), resources.end(), [&](const auto* one) {
        return cim::equal_names(one->declaration().name, declaration.name);
    });
    if (*first == &resource) return std::string(declaration.name);
    auto name = document_name(declaration);
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

}  // namespace

std::string class_wsdl(const Resource& resource, std::string_view url) {
    const auto& declaration = resource.declaration();
    const auto name = declaration.name;
    const auto uri = attribute(class_uri(declaration));
    const auto operations = operations_of(resource, uri);
    std::string out;
    begin_definitions(out, name, uri);
    out += "<wsdl:types><xs:schema>";
    append_schema_import(out, uri, attribute(document_name(declaration)));
    append_schema_import(out, soap::ns_addressing, "addressing");
    append_schema_import(out, soap::ns_wsman, "wsman");
    append_schema_import(out, soap::ns_enumeration, "enumeration");
    out += "</xs:schema></wsdl:types>";
    append_headers(out);
    for (const auto& operation : operations) {
        append_message(out, operation.name, true, operation.input);
        append_message(out, operation.name, false, operation.output);
    }
    out.append("<wsdl:portType name=\"").append(name).append("_PortType\">");
    for (const auto& operation : operations) append_port_operation(out, operation);
    out.append("</wsdl:portType><wsdl:binding name=\"").append(name).append("_Binding\" type=\"p:").append(name);
    out += "_PortType\"><soap12:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>";
    for (const auto& operation : operations) append_binding_operation(out, operation);
    out.append("</wsdl:binding><wsdl:service name=\"").append(name).append("\"><wsdl:port name=\"").append(name);
    out.append("\" binding=\"p:").append(name).append("_Binding\"><soap12:address location=\"");
    out.append(attribute(url)).append("\"/></wsdl:port></wsdl:service></wsdl:definitions>");
    return out;
}

std::string endpoint_wsdl(std::span<Resource* const> resources, std::string_view url) {
    std::string imports;
    std::string ports;
    for (const auto* resource : resources) {
        const auto& declaration = resource->declaration();
        const auto uri = attribute(class_uri(declaration));
        const auto document = attribute(document_name(declaration));
        imports.append("<wsdl:import namespace=\"").append(uri).append("\" location=\"?wsdl=").append(document);
        imports += "\"/>";
        // The binding's namespace is bound where it is named, since each class has its own.
        ports.append("<wsdl:port xmlns:c=\"").append(uri).append("\" name=\"").append(port_name(resources, *resource));
        ports.append("\" binding=\"c:").append(declaration.name).append("_Binding\"><soap12:address location=\"");
        ports.append(attribute(url)).append("\"/></wsdl:port>");
    }
    std::string out;
    begin_definitions(out, "WSManagement", "http://schemas.microsoft.com/wbem/wsman/1/wmi");
    out.append(imports).append("<wsdl:service name=\"WSManagement\">").append(ports);
    out += "</wsdl:service></wsdl:definitions>";
    return out;
}

}  // namespace tintype::wsman
