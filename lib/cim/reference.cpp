#include "cim/reference.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include "soap/element_cursor.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::cim {
namespace {

using soap::Element;

constexpr std::string_view anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous";
constexpr std::string_view namespace_selector = "__cimnamespace";

using Read = tl::expected<ObjectPath, std::string>;
using Failure = tl::unexpected<std::string>;

/// An EPR's parts, gathered from ReferenceParameters and ReferenceProperties.
class EprReader {
  public:
    /// Whether a selector may hold a further EPR. One level is what an association's name needs; more would let the
    /// client choose how deep we go.
    enum class Nested { allowed, refused };

    explicit EprReader(Nested nested) : nested_(nested) {}

    /// \param first the first child of the EPR's element.
    Read read(std::optional<Element> first) {
        for (auto part = first; part; part = part->next()) {
            if (!part->is("a", "ReferenceParameters") && !part->is("a", "ReferenceProperties")) {
                if (part->prefix() != "a")
                    return Failure("An endpoint reference holds a foreign element " + name(*part));
                continue;
            }
            for (auto item = part->first_child(); item; item = item->next())
                if (auto error = take(*item)) return Failure(std::move(*error));
        }
        return result();
    }

  private:
    static std::string name(const Element& element) { return "'" + std::string(element.name()) + "'."; }

    std::optional<std::string> take(const Element& item) {
        if (item.is("w", "ResourceURI")) {
            if (uri_) return "An endpoint reference holds more than one ResourceURI.";
            const std::string text = item.text();
            uri_ = parse_resource_uri(text);
            if (!uri_ || uri_->class_name == "*")
                return "An endpoint reference's ResourceURI '" + std::string(soap::trim(text)) + "' names no class.";
        } else if (item.is("w", "SelectorSet")) {
            if (std::exchange(selectors_seen_, true)) return "An endpoint reference holds more than one SelectorSet.";
            for (auto selector = item.first_child(); selector; selector = selector->next())
                if (auto error = take_selector(*selector)) return error;
        }
        return std::nullopt;
    }

    std::optional<std::string> take_selector(const Element& selector) {
        if (!selector.is("w", "Selector"))
            return "A SelectorSet holds something else than selectors: " + name(selector);
        const auto selector_name = selector.attribute("Name");
        if (!selector_name || soap::trim(*selector_name).empty()) return "A Selector has no Name.";
        Key key{std::string(soap::trim(*selector_name)), {}, false};
        if (auto error = read_value(selector, key)) return error;
        if (equal_names(key.name, namespace_selector)) {
            if (namespace_) return "The selector __cimnamespace is given twice.";
            namespace_ = normal_namespace(key.value);
            return std::nullopt;
        }
        return add(std::move(key));
    }

    std::optional<std::string> read_value(const Element& selector, Key& key) const {
        if (const auto child = selector.first_child()) {
            if (nested_ == Nested::refused || !child->is("a", "EndpointReference"))
                return "The selector " + key.name + " holds neither text nor an endpoint reference of one level.";
            const auto nested = EprReader(Nested::refused).read(child->first_child());
            if (!nested) return nested.error();
            key.value = to_string(*nested);
            key.reference = true;
            return std::nullopt;
        }
        const std::string text = selector.text();
        key.value = soap::trim(text);
        return std::nullopt;
    }

    std::optional<std::string> add(Key key) {
        if (path_.key(key.name) != nullptr) return "The selector " + key.name + " is given twice.";
        if (path_.keys.size() == max_keys) return "An endpoint reference holds too many selectors.";
        path_.keys.push_back(std::move(key));
        return std::nullopt;
    }

    Read result() {
        if (!uri_) return Failure("An endpoint reference has no ResourceURI.");
        for (Key& key : uri_->keys)
            if (auto error = add(std::move(key))) return Failure(std::move(*error));
        path_.class_name = std::move(uri_->class_name);
        path_.cim_namespace = std::move(uri_->cim_namespace);
        if (namespace_ && !path_.cim_namespace.empty() && !equal_names(*namespace_, path_.cim_namespace))
            return Failure("An endpoint reference names two namespaces, " + path_.cim_namespace + " and " +
                           *namespace_ + ".");
        if (namespace_ && path_.cim_namespace.empty()) path_.cim_namespace = std::move(*namespace_);
        return std::move(path_);
    }

    Nested nested_;
    std::optional<ResourceUri> uri_;
    std::optional<std::string> namespace_;
    bool selectors_seen_ = false;
    ObjectPath path_;
};

/// URI of a canonical prefix q0, q1, … or p.
std::optional<std::string_view> uri_of(std::string_view prefix, std::span<const std::string_view> other_namespaces,
                                       std::string_view body_namespace) {
    if (prefix == "p") return body_namespace;
    if (prefix.size() < 2 || prefix.front() != 'q') return std::nullopt;
    std::size_t index = 0;
    const char* end = prefix.data() + prefix.size();
    const auto parsed = std::from_chars(prefix.data() + 1, end, index);
    if (parsed.ec != std::errc{} || parsed.ptr != end || index >= other_namespaces.size()) return std::nullopt;
    return other_namespaces[index];
}

Read read_key_properties(const Element& first, std::span<const std::string_view> other_namespaces,
                         std::string_view body_namespace) {
    const auto uri = uri_of(first.prefix(), other_namespaces, body_namespace);
    auto parsed = uri ? parse_resource_uri(*uri) : std::nullopt;
    if (!parsed || parsed->class_name == "*")
        return Failure("A reference holds '" + std::string(first.name()) +
                       "', which is neither a part of an endpoint reference nor a property of a CIM class.");
    ObjectPath path{{}, std::move(parsed->cim_namespace), std::move(parsed->class_name), {}};
    for (std::optional<Element> property = first; property; property = property->next()) {
        const std::string property_name(property->name());
        if (property->prefix() != first.prefix() || property->has_children())
            return Failure("A reference's key property " + property_name + " is not simple text of its class.");
        if (property->is_nil()) continue;
        if (path.key(property_name) != nullptr)
            return Failure("The key property " + property_name + " is given twice.");
        if (path.keys.size() == max_keys) return Failure("A reference holds too many key properties.");
        const std::string text = property->text();
        path.keys.push_back({property_name, std::string(soap::trim(text)), false});
    }
    return path;
}

// A reference that is a key stands in its selector as an endpoint reference (DSP0227 5.5), and what that has for keys
// as text: an association of associations is named by object path.
enum class References { nested, text };

void append_reference_parts(std::string& out, const ObjectPath& path, UriStyle style, References references);

void append_selector(std::string& out, const Key& key, UriStyle style, References references) {
    out += "<w:Selector Name=\"";
    soap::append_attribute(out, key.name);
    out += "\">";
    const auto path = key.reference && references == References::nested ? parse_object_path(key.value)
                                                                        : tl::unexpected(std::string());
    if (path) {
        out += "<a:EndpointReference>";
        append_reference_parts(out, *path, style, References::text);
        out += "</a:EndpointReference>";
    } else {
        soap::append_text(out, key.value);
    }
    out += "</w:Selector>";
}

void append_reference_parts(std::string& out, const ObjectPath& path, UriStyle style, References references) {
    out.append("<a:Address>").append(anonymous).append("</a:Address><a:ReferenceParameters><w:ResourceURI>");
    append_resource_uri(out, style, path.cim_namespace, path.class_name);
    out += "</w:ResourceURI><w:SelectorSet>";
    if (!path.cim_namespace.empty()) {
        out.append("<w:Selector Name=\"").append(namespace_selector).append("\">");
        soap::append_text(out, path.cim_namespace);
        out += "</w:Selector>";
    }
    for (const Key& key : path.keys) append_selector(out, key, style, references);
    out += "</w:SelectorSet></a:ReferenceParameters>";
}

}  // namespace

Read read_reference(std::string_view canonical, std::span<const std::string_view> other_namespaces,
                    std::string_view body_namespace) {
    const std::string_view content = soap::trim(canonical);
    if (content.empty()) return Failure("A reference is empty.");
    if (content.front() != '<') {
        if (content.find('<') != std::string_view::npos) return Failure("A reference mixes text and elements.");
        return parse_object_path(soap::decode_text(content));
    }
    const auto first = Element::first_in(content);
    if (!first) return Failure("A reference holds no element.");
    if (first->is("a", "EndpointReference")) {
        if (first->next()) return Failure("A reference holds more than one endpoint reference.");
        return EprReader(EprReader::Nested::allowed).read(first->first_child());
    }
    if (first->prefix() == "a") return EprReader(EprReader::Nested::allowed).read(first);
    return read_key_properties(*first, other_namespaces, body_namespace);
}

void append_reference(std::string& out, const ObjectPath& path, UriStyle style) {
    append_reference_parts(out, path, style, References::nested);
}

}  // namespace tintype::cim
