#include "wsman/selectors.hpp"

#include <utility>

#include "cim/reference.hpp"
#include "cim/value_reader.hpp"
#include "soap/element_cursor.hpp"

namespace tintype::wsman {

namespace {

constexpr std::string_view namespace_selector = "__cimnamespace";

// A namespace may come in the URI, in a selector, or in both if they agree (MS-WSMV 3.1.4.1.1, DSP0227 5.3).
Result<void> take_namespace(std::string_view text, Call& call) {
    auto named = cim::normal_namespace(soap::trim(text));
    auto& known = call.selectors.cim_namespace;
    if (known.empty()) {
        known = std::move(named);
        return {};
    }
    if (cim::equal_names(known, named) || cim::equal_names(cim::normal_namespace(known), named)) return {};
    return fail(faults::invalid_selectors_invalid_value,
                "The resource URI is in the namespace " + known + ", __cimnamespace says " + named + ".");
}

Result<void> take_key(cim::Key key, Call& call) {
    if (call.selectors.key(key.name) != nullptr) {
        return fail(faults::invalid_selectors_duplicate_selectors, "The selector " + key.name + " occurs twice.");
    }
    call.selectors.keys.push_back(std::move(key));
    return {};
}

Result<cim::Key> read_selector(const soap::Selector& selector, const soap::Envelope& envelope) {
    if (selector.reference.empty()) {
        return cim::Key{std::string(selector.name), std::string(soap::trim(selector.text)), false};
    }
    const auto path = cim::read_reference(selector.reference, envelope.other_namespaces);
    if (!path) {
        return fail(faults::invalid_selectors_invalid_value,
                    "The selector " + std::string(selector.name) + " is no reference: " + path.error());
    }
    return cim::Key{std::string(selector.name), cim::to_string(*path), true};
}

Result<void> mismatch(const cim::Key& key, const std::string& why) {
    return fail(faults::invalid_selectors_type_mismatch, "The selector " + key.name + " " + why);
}

Result<void> check_value(const cim::Key& key, cim::Type type) {
    if (type == cim::Type::reference) {
        if (key.reference || cim::parse_object_path(key.value)) return {};
        return mismatch(key, "is text where a reference is needed.");
    }
    if (key.reference) return mismatch(key, "is a reference where text is needed.");
    if (type == cim::Type::string) return {};
    const auto value = cim::read_value(type, key.value);
    return value ? Result<void>{} : mismatch(key, "has a value of the wrong type: " + value.error() + ".");
}

}  // namespace

Result<void> resolve_resource(const soap::Envelope& envelope, Call& call) {
    const auto& header = envelope.headers.resource_uri;
    if (!header.present || header.text.empty()) {
        return fail(faults::destination_unreachable_invalid_resource_uri, "The header wsman:ResourceURI is missing.");
    }
    if (!cim::read_resource_uri(header.text, call.uri)) {
        return fail(faults::destination_unreachable_invalid_resource_uri,
                    "The resource URI " + std::string(header.text) + " names no resource of this service.");
    }
    call.selectors.class_name = call.uri.class_name;
    call.selectors.cim_namespace = call.uri.cim_namespace;
    for (const auto& key : call.uri.keys) {
        if (auto taken = take_key(key, call); !taken) return taken;
    }
    for (const auto& selector : envelope.headers.selectors) {
        if (cim::equal_names(selector.name, namespace_selector)) {
            if (auto taken = take_namespace(selector.text, call); !taken) return taken;
            continue;
        }
        auto key = read_selector(selector, envelope);
        if (!key) return tl::unexpected(std::move(key.error()));
        if (auto taken = take_key(std::move(*key), call); !taken) return taken;
    }
    return {};
}

Result<void> check_keys(const Call& call, const Resource& resource) {
    const auto& declaration = resource.declaration();
    for (const auto& key : call.selectors.keys) {
        const auto found = declaration.find(key.name);
        if (!found || !declaration.properties[*found].key) {
            return fail(faults::invalid_selectors_unexpected_selectors,
                        key.name + " is no key of " + std::string(declaration.name) + ".");
        }
        if (auto checked = check_value(key, declaration.properties[*found].type); !checked) return checked;
    }
    return {};
}

Result<void> check_name(const Call& call, const Resource& resource) {
    if (auto checked = check_keys(call, resource); !checked) return checked;
    for (const auto name : resource.required_keys()) {
        if (call.selectors.key(name) == nullptr) {
            return fail(faults::invalid_selectors_insufficient_selectors,
                        "The selector " + std::string(name) + " is missing: " +
                            std::string(resource.declaration().name) + " has more than one instance.");
        }
    }
    return {};
}

}  // namespace tintype::wsman
