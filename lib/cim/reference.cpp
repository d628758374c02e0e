#include "cim/reference.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include "soap/element_cursor.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::cim {
namespace {

using soap::Element;

constexpr std::string_view namespace_selector = "__cimnamespace";

using Read = tl::expected<ObjectPath, std::string>;
using Done = tl::expected<void, std::string>;
using Failure = tl::unexpected<std::string>;

/// An EPR's parts, gathered from ReferenceParameters and ReferenceProperties.
class EprReader {
  public:
    /// Whether a selector may hold a further EPR. One level is what an association's name needs; more would let the
    /// client choose how deep we go.
    enum class Nested { allowed, refused };

    /// \param path becomes what is read.
    EprReader(Nested nested, ObjectPath& path) : nested_(nested), path_(path) {
        path_.host.clear();
        path_.cim_namespace.clear();
        path_.class_name.clear();
    }

    /// \param first the first child of the EPR's element.
    Done read(std::optional<Element> first) {
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
            if (uri_ != nullptr) return "An endpoint reference holds more than one ResourceURI.";
            const auto plain = item.plain_text();
            const std::string decoded = plain ? std::string() : item.text();
            const std::string_view text = plain ? *plain : decoded;
            ResourceUri& uri = uri_of_level();
            if (!read_resource_uri(text, uri) || uri.class_name == "*")
                return "An endpoint reference's ResourceURI '" + std::string(soap::trim(text)) + "' names no class.";
            uri_ = &uri;
        } else if (item.is("w", "SelectorSet")) {
            if (std::exchange(selectors_seen_, true)) return "An endpoint reference holds more than one SelectorSet.";
            for (auto selector = item.first_child(); selector; selector = selector->next())
                if (auto error = take_selector(*selector)) return error;
        }
        return std::nullopt;
    }

    /// What its texts take stays allocated. One a level: the outer EPR's stands while the inner one is read.
    [[nodiscard]] ResourceUri& uri_of_level() const {
        thread_local std::array<ResourceUri, 2> uris;
        return uris[nested_ == Nested::allowed ? 0 : 1];
    }

    std::optional<std::string> take_selector(const Element& selector) {
        if (!selector.is("w", "Selector"))
            return "A SelectorSet holds something else than selectors: " + name(selector);
        const auto selector_name = selector.attribute("Name");
        if (!selector_name || soap::trim(*selector_name).empty()) return "A Selector has no Name.";
        const auto name = soap::trim(*selector_name);
        if (equal_names(name, namespace_selector)) {
            Key key;
            if (auto error = read_value(selector, key)) return error;
            if (namespace_) return "The selector __cimnamespace is given twice.";
            namespace_ = normal_namespace(key.value);
            return std::nullopt;
        }
        Key& key = next_key();
        key.name = name;
        if (auto error = read_value(selector, key)) return error;
        return take_key();
    }

    /// The key behind those that were read; one that the path has from before is used again.
    Key& next_key() {
        if (keys_ == path_.keys.size()) path_.keys.emplace_back();
        path_.keys[keys_].reference = false;
        return path_.keys[keys_];
    }

    std::optional<std::string> read_value(const Element& selector, Key& key) const {
        if (const auto child = selector.first_child()) {
            if (nested_ == Nested::refused || !child->is("a", "EndpointReference"))
                return "The selector " + key.name + " holds neither text nor an endpoint reference of one level.";
            ObjectPath path;
            if (const auto nested = EprReader(Nested::refused, path).read(child->first_child()); !nested)
                return nested.error();
            key.value = to_string(path);
            key.reference = true;
            return std::nullopt;
        }
        if (const auto plain = selector.plain_text()) {
            key.value = soap::trim(*plain);
            return std::nullopt;
        }
        const std::string text = selector.text();
        key.value = soap::trim(text);
        return std::nullopt;
    }

    /// Takes next_key() among those that were read.
    std::optional<std::string> take_key() {
        const Key& key = path_.keys[keys_];
        const auto read = std::span(path_.keys).first(keys_);
        if (std::any_of(read.begin(), read.end(), [&](const Key& one) { return equal_names(one.name, key.name); }))
            return "The selector " + key.name + " is given twice.";
        if (keys_ == max_keys) return "An endpoint reference holds too many selectors.";
        ++keys_;
        return std::nullopt;
    }

    Done result() {
        if (uri_ == nullptr) return Failure("An endpoint reference has no ResourceURI.");
        for (const Key& key : uri_->keys) {
            next_key() = key;
            if (auto error = take_key()) return Failure(std::move(*error));
        }
        path_.keys.resize(keys_);
        path_.class_name = uri_->class_name;
        path_.cim_namespace = uri_->cim_namespace;
        if (namespace_ && !path_.cim_namespace.empty() && !equal_names(*namespace_, path_.cim_namespace))
            return Failure("An endpoint reference names two namespaces, " + path_.cim_namespace + " and " +
                           *namespace_ + ".");
        if (namespace_ && path_.cim_namespace.empty()) path_.cim_namespace = std::move(*namespace_);
        return {};
    }

    Nested nested_;
    const ResourceUri* uri_ = nullptr;
    std::optional<std::string> namespace_;
    bool selectors_seen_ = false;
    std::size_t keys_ = 0;  ///< So many of path_.keys were read; further ones are from before.
    ObjectPath& path_;
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

// Up to the keys.
void begin_reference(std::string& out, UriStyle style, std::string_view cim_namespace, std::string_view class_name) {
    out +=
        "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        "<a:ReferenceParameters><w:ResourceURI>";
    append_resource_uri(out, style, cim_namespace, class_name);
    out += "</w:ResourceURI><w:SelectorSet>";
    if (cim_namespace.empty()) return;
    out += "<w:Selector Name=\"__cimnamespace\">";
    soap::append_text(out, cim_namespace);
    out += "</w:Selector>";
}

void append_reference_parts(std::string& out, const ObjectPath& path, UriStyle style, References references) {
    begin_reference(out, style, path.cim_namespace, path.class_name);
    for (const Key& key : path.keys) append_selector(out, key, style, references);
    out += "</w:SelectorSet></a:ReferenceParameters>";
}

}  // namespace

Read read_reference(std::string_view canonical, std::span<const std::string_view> other_namespaces,
                    std::string_view body_namespace) {
    ObjectPath path;
    if (auto read = read_reference_into(path, canonical, other_namespaces, body_namespace); !read)
        return Failure(std::move(read.error()));
    return path;
}

Done read_reference_into(ObjectPath& path, std::string_view canonical,
                         std::span<const std::string_view> other_namespaces, std::string_view body_namespace) {
    const auto take = [&](Read read) -> Done {
        if (!read) return Failure(std::move(read.error()));
        path = std::move(*read);
        return {};
    };
    const std::string_view content = soap::trim(canonical);
    if (content.empty()) return Failure("A reference is empty.");
    if (content.front() != '<') {
        if (content.find('<') != std::string_view::npos) return Failure("A reference mixes text and elements.");
        return take(parse_object_path(soap::decode_text(content)));
    }
    const auto first = Element::first_in(content);
    if (!first) return Failure("A reference holds no element.");
    if (first->is("a", "EndpointReference")) {
        if (first->next()) return Failure("A reference holds more than one endpoint reference.");
        return EprReader(EprReader::Nested::allowed, path).read(first->first_child());
    }
    if (first->prefix() == "a") return EprReader(EprReader::Nested::allowed, path).read(first);
    return take(read_key_properties(*first, other_namespaces, body_namespace));
}

void append_reference(std::string& out, const ObjectPath& path, UriStyle style) {
    append_reference_parts(out, path, style, References::nested);
}

void append_reference(std::string& out, const ClassDeclaration& declaration, std::string_view key,
                      std::string_view value, UriStyle style) {
    begin_reference(out, style, declaration.cim_namespace, declaration.name);
    out.append("<w:Selector Name=\"").append(key).append("\">");
    soap::append_text(out, value);
    out += "</w:Selector></w:SelectorSet></a:ReferenceParameters>";
}

}  // namespace tintype::cim
