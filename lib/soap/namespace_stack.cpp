#include "soap/namespace_stack.hpp"

namespace tintype::soap {
namespace {

constexpr std::string_view ns_xmlns = "http://www.w3.org/2000/xmlns/";

static_assert(canonical_namespaces[known::soap - 1].uri == ns_soap);
static_assert(canonical_namespaces[known::addressing - 1].uri == ns_addressing);
static_assert(canonical_namespaces[known::wsman - 1].uri == ns_wsman);
static_assert(canonical_namespaces[known::ms_wsman - 1].uri == ns_ms_wsman);
static_assert(canonical_namespaces[known::xsi - 1].uri == ns_xsi);
static_assert(canonical_namespaces.size() + 1 == known::xml);

/// Prefixes mostly have one letter; URIs that are not the same mostly end in another one.
bool is_same(std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return false;
    if (one.empty()) return true;
    return one.back() == other.back() && (one.size() == 1 || one == other);
}

}  // namespace

NamespaceStack::NamespaceStack() {
    bindings_.reserve(64);
    uris_.reserve(64);
    uris_.emplace_back();
    for (const Namespace& ns : canonical_namespaces) uris_.push_back(ns.uri);
    uris_.push_back(ns_xml);
}

void NamespaceStack::reset(Region* names) {
    names_ = names;
    bindings_.clear();
    uris_.resize(known::first_other);
    latest_.fill(0);
    bind("", known::none);
    bind("xml", known::xml);
}

const char* NamespaceStack::declare(std::string_view prefix, std::string_view uri) {
    // Namespaces in XML 1.0, section 3: what the two reserved prefixes and their namespaces allow.
    if (prefix == "xmlns") return "the prefix 'xmlns' must not be declared";
    if (uri == ns_xmlns) return "the namespace of xmlns must not be declared";
    if ((prefix == "xml") != (uri == ns_xml)) return "'xml' and its namespace belong to each other";
    if (uri.empty() && !prefix.empty()) return "a prefix must not be bound to nothing";
    bind(prefix, intern(uri));
    return nullptr;
}

void NamespaceStack::bind(std::string_view prefix, NamespaceId id) {
    auto& binding = bindings_.emplace_back(Binding{prefix, id});
    if (!is_short(prefix)) return;
    auto& latest = latest_[letter_of(prefix)];
    binding.before = latest;
    latest = static_cast<std::uint32_t>(bindings_.size());
}

NamespaceId NamespaceStack::resolve(std::string_view prefix) const noexcept {
    if (is_short(prefix)) {
        const auto latest = latest_[letter_of(prefix)];
        return latest != 0 ? bindings_[latest - 1].id : unbound;
    }
    for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
        if (is_same(binding->prefix, prefix)) return binding->id;
    }
    return unbound;
}

NamespaceId NamespaceStack::intern(std::string_view uri) {
    for (std::size_t id = 0; id < uris_.size(); ++id) {
        if (is_same(uris_[id], uri)) return static_cast<NamespaceId>(id);
    }
    uris_.push_back(names_->keep(uri));
    return static_cast<NamespaceId>(uris_.size() - 1);
}

}  // namespace tintype::soap
