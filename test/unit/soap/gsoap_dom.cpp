#include "gsoap_dom.hpp"

#include <soapH.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

#include "reference_dom.hpp"
#include "soap/charset.hpp"
#include "soap/namespaces.hpp"

// gSOAP's DOM is in its library; what declares it, soapcpp2 would have to generate.
void soap_default_xsd__anyType(struct soap*, struct soap_dom_element*);
struct soap_dom_element* soap_in_xsd__anyType(struct soap*, const char* tag, struct soap_dom_element*,
                                              const char* type);

namespace tintype::test {
namespace {

struct Free {
    void operator()(::soap* context) const noexcept {
        soap_destroy(context);
        soap_end(context);
        soap_free(context);
    }
};
using Context = std::unique_ptr<::soap, Free>;

/// An element as both sides are brought to: name, kept attributes, and text or elements.
struct Element {
    std::string name;  ///< `{uri}local`
    std::vector<std::string> attributes;
    std::string text;
    std::vector<Element> children;
    bool for_us = true;  ///< As a header: it names no role of another's (SOAP 1.2 part 1, 2.2). Of gSOAP's only.
};

bool is_our_role(std::string_view role) {
    return role.empty() || role == "http://www.w3.org/2003/05/soap-envelope/role/next" ||
           role == "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver";
}

std::string without_blanks(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return text;
}

/// A text as it is compared: gsoap_dom.hpp says what is left out.
std::string compared(std::string text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    text = without_blanks(std::move(text));
    while (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
    return text;
}

std::string without_prefix(std::string_view name) {
    return std::string(name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1));
}

std::string name_of(const char* uri, const char* tag) {
    return "{" + std::string(uri == nullptr ? "" : uri) + "}" + without_prefix(tag == nullptr ? "" : tag);
}

bool is_kept(const std::string& attribute) {
    static const std::vector<std::string> kept = {"{}Name",
                                                  "{}Type",
                                                  "{}MustComply",
                                                  "{}Dialect",
                                                  "{}Mode",
                                                  "{}Policy",
                                                  "{" + std::string(soap::ns_xsi) + "}nil",
                                                  "{" + std::string(soap::ns_xml) + "}lang"};
    return std::find(kept.begin(), kept.end(), attribute) != kept.end();
}

Element element_of(const soap_dom_element& node) {
    Element element;
    element.name = name_of(node.nstr, node.name);
    for (const auto* attribute = node.atts; attribute != nullptr; attribute = attribute->next) {
        if (std::string_view(attribute->name).starts_with("xmlns")) continue;  // a declaration, which gSOAP kept too
        const bool qualified = std::string_view(attribute->name).find(':') != std::string_view::npos;
        auto name = name_of(qualified ? attribute->nstr : nullptr, attribute->name);
        if (qualified && std::string_view(attribute->name).starts_with("xml:"))
            name = name_of(soap::ns_xml.data(), attribute->name);
        const auto value = without_blanks(attribute->text == nullptr ? "" : attribute->text);
        if (is_kept(name)) element.attributes.push_back(name + "=" + value);
        if (name == "{" + std::string(soap::ns_soap) + "}role" && !is_our_role(value)) element.for_us = false;
    }
    std::sort(element.attributes.begin(), element.attributes.end());
    for (const auto* child = node.elts; child != nullptr; child = child->next) {
        // Nodes without a name are text beside elements.
        if (child->name != nullptr && *child->name != '\0') element.children.push_back(element_of(*child));
    }
    if (element.children.empty() && node.text != nullptr) element.text = compared(node.text);
    return element;
}

Element element_of(const Node& node) {
    Element element;
    element.name = "{" + node.name.first + "}" + node.name.second;
    for (const auto& [name, value] : node.attributes) {
        const auto whole = "{" + name.first + "}" + name.second;
        if (is_kept(whole)) element.attributes.push_back(whole + "=" + without_blanks(value));
    }
    std::sort(element.attributes.begin(), element.attributes.end());
    for (const Node* child : node.children()) element.children.push_back(element_of(*child));
    if (element.children.empty()) element.text = compared(node.text());
    return element;
}

void write(const Element& element, std::string& out) {
    out += "(" + element.name;
    for (const auto& attribute : element.attributes) out += " " + attribute;
    out += " '" + element.text + "'";
    for (const auto& child : element.children) write(child, out);
    out += ")";
}

const Element* child(const Element* element, std::string_view uri, std::string_view local) {
    if (element == nullptr) return nullptr;
    const auto name = "{" + std::string(uri) + "}" + std::string(local);
    for (const auto& one : element->children) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

/// Whether there is a reference to a character with more digits than gSOAP takes.
bool has_long_reference(std::string_view text) {
    constexpr std::size_t longest = 7;  // `#x10FFF`, without `;`
    for (auto at = text.find("&#"); at != std::string_view::npos; at = text.find("&#", at + 1)) {
        if (std::min(text.find(';', at), text.size()) - at - 1 > longest) return true;
    }
    return false;
}

/// Whether a namespace is declared by a URI with white space in it.
bool has_blank_in_namespace(std::string_view text) {
    for (auto at = text.find("xmlns"); at != std::string_view::npos; at = text.find("xmlns", at + 1)) {
        const auto begin = text.find_first_of("\"'", at);
        if (begin == std::string_view::npos) return false;
        const auto uri = text.substr(begin + 1, text.find(text[begin], begin + 1) - begin - 1);
        if (uri.find_first_of(" \t\r\n") != std::string_view::npos || uri.find("&#") != std::string_view::npos)
            return true;
    }
    return false;
}

/// The message as gSOAP has it; nothing if it refuses it.
std::optional<Element> read_by_gsoap(std::string_view utf8) {
    static struct Namespace table[] = {{"SOAP-ENV", soap::ns_soap.data(), nullptr, nullptr},
                                       {"SOAP-ENC", "http://www.w3.org/2003/05/soap-encoding", nullptr, nullptr},
                                       {"xsi", soap::ns_xsi.data(), nullptr, nullptr},
                                       {"xsd", "http://www.w3.org/2001/XMLSchema", nullptr, nullptr},
                                       {nullptr, nullptr, nullptr, nullptr}};
    const Context context(
        soap_new2(SOAP_ENC_PLAIN | SOAP_XML_TREE | SOAP_C_UTFSTRING | SOAP_XML_STRICT | SOAP_DOM_TREE, SOAP_ENC_PLAIN));
    soap_set_namespaces(context.get(), table);
    context->maxlevel = 128;
    context->user = &utf8;
    context->frecv = [](::soap* soap, char* buffer, std::size_t size) {
        auto& unread = *static_cast<std::string_view*>(soap->user);
        const std::size_t count = unread.copy(buffer, size);
        unread.remove_prefix(count);
        return count;
    };
    auto* const root = static_cast<soap_dom_element*>(soap_malloc(context.get(), sizeof(soap_dom_element)));
    soap_default_xsd__anyType(context.get(), root);
    if (soap_begin_recv(context.get()) != SOAP_OK ||
        soap_in_xsd__anyType(context.get(), nullptr, root, nullptr) == nullptr ||
        soap_end_recv(context.get()) != SOAP_OK) {
        return std::nullopt;
    }
    return element_of(*root);
}

/// The body as our reader has it, in an element that binds its prefixes.
std::optional<Element> body_of(const soap::Envelope& envelope) {
    std::string text = "<root";
    const auto bind = [&text](const std::string& prefix, std::string_view uri) {
        text += " xmlns:" + prefix + "=\"";
        for (const char c : uri) {
            const auto byte = static_cast<unsigned char>(c);
            text += byte < 0x80 ? "&#" + std::to_string(byte) + ";" : std::string(1, c);
        }
        text += "\"";
    };
    for (const soap::Namespace& ns : soap::canonical_namespaces) bind(std::string(ns.prefix), ns.uri);
    if (envelope.body.starts_with("<p:")) bind("p", envelope.body_namespace);
    for (std::size_t i = 0; i < envelope.other_namespaces.size(); ++i) {
        if (envelope.other_namespaces[i] != soap::ns_xml) bind("q" + std::to_string(i), envelope.other_namespaces[i]);
    }
    const auto document = parse_document(text + ">" + std::string(envelope.body) + "</root>");
    if (!document) return std::nullopt;
    return element_of(*document->root);
}

std::string headers_of(const Element* header) {
    std::string all;
    const auto add = [&](std::string_view uri, const char* local) {
        const auto* const found = child(header, uri, local);
        if (found != nullptr && found->for_us && found->children.empty())
            all += std::string(local) + "=" + found->text + "\n";
    };
    for (const char* const local : {"Action", "To", "MessageID"}) add(soap::ns_addressing, local);
    for (const char* const local : {"ResourceURI", "OperationTimeout"}) add(soap::ns_wsman, local);
    const auto* const selectors = child(header, soap::ns_wsman, "SelectorSet");
    for (const auto& selector :
         selectors == nullptr || !selectors->for_us ? std::vector<Element>{} : selectors->children) {
        all += "selector";
        for (const auto& attribute : selector.attributes)
            if (attribute.starts_with("{}Name=")) all += " " + attribute;
        all += selector.children.empty() ? " '" + selector.text + "'\n" : " reference\n";
    }
    return all;
}

std::string headers_of(const soap::Headers& headers) {
    std::string all;
    const auto add = [&all](const char* local, const soap::HeaderField& field) {
        if (field.present) all += std::string(local) + "=" + compared(std::string(field.text)) + "\n";
    };
    add("Action", headers.action);
    add("To", headers.to);
    add("MessageID", headers.message_id);
    add("ResourceURI", headers.resource_uri);
    add("OperationTimeout", headers.operation_timeout);
    for (const auto& selector : headers.selectors) {
        all += "selector {}Name=" + without_blanks(std::string(selector.name));
        all += !selector.reference.empty() ? " reference\n" : " '" + compared(std::string(selector.text)) + "'\n";
    }
    return all;
}

}  // namespace

std::string compare_with_gsoap_dom(soap::EnvelopeReader& reader, std::string_view message,
                                   std::string_view content_type, bool* read_by) {
    if (read_by != nullptr) *read_by = false;
    const auto envelope = reader.read(message, content_type, Limits{});
    if (!envelope) return {};
    std::string buffer;
    const auto decoded = soap::decode(message, soap::parse_content_type(content_type).charset, buffer);
    if (!decoded) return "what can't be decoded was read";
    if (has_long_reference(decoded->text) || has_blank_in_namespace(decoded->text)) return {};
    const auto theirs = read_by_gsoap(decoded->text);
    if (!theirs) return {};
    if (read_by != nullptr) *read_by = true;
    const auto ours = body_of(*envelope);
    if (!ours) return "the body is not canonical: " + std::string(envelope->body);

    const auto* const body = child(&*theirs, soap::ns_soap, "Body");
    if (body == nullptr) return "gSOAP finds no body";
    std::string our_text;
    std::string their_text;
    for (const auto& one : ours->children) write(one, our_text);
    for (const auto& one : body->children) write(one, their_text);
    if (our_text != their_text) return "our body\n" + our_text + "\ngSOAP's\n" + their_text;
    const auto our_headers = headers_of(envelope->headers);
    const auto their_headers = headers_of(child(&*theirs, soap::ns_soap, "Header"));
    if (our_headers != their_headers) return "our headers\n" + our_headers + "\ngSOAP's\n" + their_headers;
    return {};
}

}  // namespace tintype::test
