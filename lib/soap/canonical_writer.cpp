#include "soap/canonical_writer.hpp"

#include <algorithm>
#include <charconv>

namespace tintype::soap {
namespace {

constexpr std::string_view kept_names[] = {"Name", "Type", "MustComply", "Dialect", "Mode", "Policy"};

bool is_kept(const Attribute& attribute) {
    if (attribute.ns == known::none) {
        return std::find(std::begin(kept_names), std::end(kept_names), attribute.local) != std::end(kept_names);
    }
    return (attribute.ns == known::xsi && attribute.local == "nil") ||
           (attribute.ns == known::xml && attribute.local == "lang");
}

/// What has to be escaped: in text, and besides that in attributes only.
enum : std::uint8_t { plain = 0, in_text = 1, in_attribute = 2 };

constexpr std::array<std::uint8_t, 256> escapes = [] {
    std::array<std::uint8_t, 256> table{};
    for (const char c : {'&', '<', '>', '\r'}) table[static_cast<unsigned char>(c)] = in_text | in_attribute;
    for (const char c : {'"', '\t', '\n'}) table[static_cast<unsigned char>(c)] = in_attribute;
    return table;
}();

std::string_view escaped(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\t':
            return "&#9;";
        case '\n':
            return "&#10;";
        default:
            return "&#13;";
    }
}

void write_escaped(Region& out, std::string_view text, std::uint8_t place) {
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        const char* const start = at;
        while (at != end && (escapes[static_cast<unsigned char>(*at)] & place) == 0) ++at;
        out.append({start, static_cast<std::size_t>(at - start)});
        if (at == end) return;
        out.append(escaped(*at++));
    }
}

}  // namespace

CanonicalWriter::Prefix CanonicalWriter::prefix_of(std::string_view name) {
    Prefix prefix;
    prefix.assigned = true;
    if (name.empty()) return prefix;
    std::copy(name.begin(), name.end(), prefix.text.begin());
    prefix.text[name.size()] = ':';
    prefix.size = static_cast<std::uint8_t>(name.size() + 1);
    return prefix;
}

CanonicalWriter::CanonicalWriter() {
    prefixes_.push_back(prefix_of(""));
    for (const Namespace& ns : canonical_namespaces) prefixes_.push_back(prefix_of(ns.prefix));
    prefixes_.reserve(64);
    open_.reserve(64);
}

void CanonicalWriter::reset(Region* out, const NamespaceStack* namespaces) {
    out_ = out;
    namespaces_ = namespaces;
    // Those of canonical_namespaces stay; the namespace of xml itself is for attributes, an element in it gets a q.
    prefixes_.resize(known::xml);
    open_.clear();
    others_.clear();
}

void CanonicalWriter::name_body_namespace(NamespaceId ns) {
    if (ns < known::xml) return;
    if (ns >= prefixes_.size()) prefixes_.resize(namespaces_->count());
    prefixes_[ns] = prefix_of("p");
}

std::string_view CanonicalWriter::prefix(NamespaceId ns) {
    if (ns >= prefixes_.size()) prefixes_.resize(namespaces_->count());
    Prefix& found = prefixes_[ns];
    if (!found.assigned) {
        std::array<char, 6> name{'q'};
        const auto [end, error] = std::to_chars(name.data() + 1, name.data() + name.size(), others_.size());
        found = prefix_of({name.data(), static_cast<std::size_t>(end - name.data())});
        others_.push_back(namespaces_->uri(ns));
    }
    return found.view();
}

void CanonicalWriter::start(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes, Keep keep) {
    out_->append("<");
    const char* const name = out_->position();
    out_->append(prefix(ns));
    out_->append(local);
    open_.push_back(out_->since(name));
    for (const Attribute& attribute : attributes) {
        if (keep == Keep::all || is_kept(attribute)) write_attribute(attribute);
    }
    out_->append(">");
}

void CanonicalWriter::write_attribute(const Attribute& attribute) {
    out_->append(" ");
    if (attribute.ns != known::none) out_->append(attribute.ns == known::xml ? "xml:" : prefix(attribute.ns));
    out_->append(attribute.local);
    out_->append("=\"");
    write_escaped(*out_, attribute.value, in_attribute);
    out_->append("\"");
}

void CanonicalWriter::text(std::string_view text, bool plain) {
    if (plain) {
        out_->append(text);
        return;
    }
    write_escaped(*out_, text, in_text);
}

void CanonicalWriter::end() {
    out_->append("</");
    out_->append(open_.back());
    out_->append(">");
    open_.pop_back();
}

}  // namespace tintype::soap
