#include "tintype/wsman/method_body.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "cim/reference.hpp"
#include "soap/element_cursor.hpp"
#include "soap/envelope.hpp"
#include "soap/namespaces.hpp"
#include "soap/region.hpp"
#include "soap/xml_scanner.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::wsman {
namespace {

using soap::XmlScanner;

constexpr std::size_t most_attributes = 256;

void declare(std::string& out, std::string_view body, const std::string& prefix, std::string_view uri) {
    // Canonical text has no bare `<`, so that this finds elements; the only attribute with a prefix of its own is
    // xsi:nil.
    const bool used = body.find("<" + prefix + ":") != std::string_view::npos ||
                      (prefix == "xsi" && body.find(" xsi:") != std::string_view::npos);
    if (!used) return;
    out.append(" xmlns:").append(prefix).append("=\"");
    soap::append_attribute(out, uri);
    out += '"';
}

/// A piece of a document that is put in another's place.
struct Place {
    std::size_t begin = 0;
    std::size_t size = 0;
};

/// Walks a document. \returns where it declares `uri`, or nothing if it is not well-formed.
std::optional<std::vector<Place>> declarations_of(std::string_view document, std::string_view uri) {
    const auto scratch = std::make_unique_for_overwrite<char[]>(document.size());
    soap::Region region(scratch.get(), document.size());
    XmlScanner scanner;
    scanner.begin(document, &region, most_attributes);
    std::vector<Place> places;
    for (;;) {
        switch (scanner.next()) {
            case XmlScanner::Token::start:
                break;
            case XmlScanner::Token::text:
            case XmlScanner::Token::end:
                continue;
            case XmlScanner::Token::finished:
                return places;
            case XmlScanner::Token::refused:
                return std::nullopt;
        }
        for (const soap::XmlAttribute& attribute : scanner.attributes()) {
            const bool declares =
                attribute.name.prefix == "xmlns" || (attribute.name.prefix.empty() && attribute.name.local == "xmlns");
            // A value that isn't what stands in the document, because of an entity, lies elsewhere.
            const bool is_there =
                attribute.value.data() >= document.data() && attribute.value.data() < document.data() + document.size();
            if (declares && is_there && !uri.empty() && attribute.value == uri)
                places.push_back({static_cast<std::size_t>(attribute.value.data() - document.data()), uri.size()});
        }
    }
}

std::string_view without_declaration(std::string_view document) {
    if (document.starts_with("\xEF\xBB\xBF")) document.remove_prefix(3);
    if (document.starts_with("<?xml ")) {
        const auto end = document.find("?>");
        document.remove_prefix(end == std::string_view::npos ? 0 : end + 2);
    }
    return soap::trim(document);
}

}  // namespace

std::string standalone(const Call& call, std::string_view body, std::string_view class_namespace) {
    const auto name_end = body.find_first_of(" />", 1);
    if (name_end == std::string_view::npos) return std::string(body);
    const soap::Envelope& envelope = *call.envelope;
    std::string out(body.substr(0, name_end));
    declare(out, body, "p", class_namespace.empty() ? envelope.body_namespace : class_namespace);
    for (const soap::Namespace& ns : soap::canonical_namespaces) declare(out, body, std::string(ns.prefix), ns.uri);
    for (std::size_t i = 0; i < envelope.other_namespaces.size(); ++i)
        declare(out, body, "q" + std::to_string(i), envelope.other_namespaces[i]);
    return out.append(body.substr(name_end));
}

Result<void> append_document(std::string& out, const Call& call, std::string_view document,
                             std::string_view class_namespace) {
    document = without_declaration(document);
    const auto places = declarations_of(document, class_namespace);
    if (!places) return fail(faults::internal_error, "The method's answer is no well-formed XML.");
    std::size_t at = 0;
    for (const Place& place : *places) {
        out.append(document.substr(at, place.begin - at));
        soap::append_attribute(out, call.uri.without_query);
        at = place.begin + place.size;
    }
    out.append(document.substr(at));
    return {};
}

Result<cim::ObjectPath> read_reference_parameter(const Call& call, std::string_view body, std::string_view name) {
    const std::string words = "The parameter " + std::string(name);
    const auto root = soap::Element::first_in(body);
    std::optional<soap::Element> found;
    for (auto child = root ? root->first_child() : root; child; child = child->next()) {
        if (child->prefix() != "p" || !cim::equal_names(child->name(), name)) continue;
        if (found) return fail(faults::invalid_parameter, words + " stands more than once.");
        found = child;
    }
    if (!found) return fail(faults::invalid_parameter, words + " is missing.");
    if (found->is_nil()) return fail(faults::invalid_parameter, words + " must not be null.");
    auto path = cim::read_reference(found->inner(), call.envelope->other_namespaces, call.envelope->body_namespace);
    if (!path) return fail(faults::invalid_parameter, words + " is no reference: " + path.error());
    return std::move(*path);
}

std::string reference_xml(const cim::ObjectPath& path, cim::UriStyle style) {
    std::string out;
    cim::append_reference(out, path, style);
    return out;
}

}  // namespace tintype::wsman
