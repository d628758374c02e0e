#include "request.hpp"

#include <fmt/format.h>

#include "cim/reference.hpp"
#include "soap/namespaces.hpp"
#include "soap/xml_writer.hpp"
#include "tintype/cim/resource_uri.hpp"
#include "tintype/guid.hpp"

namespace tintype::client {
namespace {

constexpr std::string_view anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous";

void append_selectors(std::string& out, std::span<const cim::Key> selectors) {
    if (selectors.empty()) return;
    out += "<w:SelectorSet>";
    for (const auto& selector : selectors) {
        out += "<w:Selector Name=\"";
        soap::append_attribute(out, selector.name);
        out += "\">";
        soap::append_text(out, selector.value);
        out += "</w:Selector>";
    }
    out += "</w:SelectorSet>";
}

}  // namespace

std::string element(std::string_view tag, std::string_view text) {
    std::string out = fmt::format("<{}>", tag);
    soap::append_text(out, text);
    return out + fmt::format("</{}>", tag);
}

std::string uri_of(std::string_view class_name, std::string_view cim_namespace) {
    return cim::make_resource_uri(cim::UriStyle::wmi, cim_namespace, class_name);
}

std::string write_request(const Request& request, std::string_view url, std::chrono::seconds timeout) {
    std::string out = "<s:Envelope";
    for (const auto& ns : soap::canonical_namespaces) {
        if (std::string_view("s a w x n b").find(ns.prefix) != std::string_view::npos)
            out += fmt::format(" xmlns:{}=\"{}\"", ns.prefix, ns.uri);
    }
    out += "><s:Header>";
    out += element("a:To", url);
    out += fmt::format("<a:ReplyTo><a:Address s:mustUnderstand=\"true\">{}</a:Address></a:ReplyTo>", anonymous);
    out += "<a:Action s:mustUnderstand=\"true\">";
    soap::append_text(out, request.action);
    out += fmt::format("</a:Action><a:MessageID>uuid:{}</a:MessageID>", random_guid());
    out += "<w:ResourceURI s:mustUnderstand=\"true\">";
    soap::append_text(out, request.resource_uri);
    out += fmt::format(
        "</w:ResourceURI><w:MaxEnvelopeSize>512000</w:MaxEnvelopeSize>"
        "<w:OperationTimeout>PT{}S</w:OperationTimeout>",
        timeout.count());
    append_selectors(out, request.selectors);
    out += request.more_headers;
    return out + "</s:Header><s:Body>" + request.body + "</s:Body></s:Envelope>";
}

std::string write_identify() {
    return fmt::format(
        "<s:Envelope xmlns:s=\"{}\" xmlns:wsmid=\"{}\"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>",
        soap::ns_soap, soap::ns_identity);
}

std::string write_input(std::string_view resource_uri, std::string_view method, std::span<const Argument> arguments) {
    std::string out = fmt::format("<p:{}_INPUT xmlns:p=\"", method);
    soap::append_attribute(out, resource_uri);
    out += "\">";
    for (const auto& [name, value] : arguments) {
        if (const auto* text = std::get_if<std::string>(&value)) {
            out += element("p:" + name, *text);
            continue;
        }
        out += fmt::format("<p:{}>", name);
        cim::append_reference(out, std::get<cim::ObjectPath>(value), cim::UriStyle::wmi);
        out += fmt::format("</p:{}>", name);
    }
    return out + fmt::format("</p:{}_INPUT>", method);
}

}  // namespace tintype::client
