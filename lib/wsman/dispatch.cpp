#include "wsman/dispatch.hpp"

#include <algorithm>

#include "cim/reference.hpp"
#include "soap/element_cursor.hpp"
#include "soap/namespaces.hpp"

namespace tintype::wsman {

namespace {

constexpr std::string_view transfer_prefix = "http://schemas.xmlsoap.org/ws/2004/09/transfer/";
constexpr std::string_view enumeration_prefix = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/";

bool body_is(const soap::Envelope& envelope, std::string_view uri, std::string_view name) noexcept {
    return envelope.body_namespace == uri && envelope.body_name == name;
}

// The class that the message is about, with its namespace from the URI or from `__cimnamespace`.
Result<void> resolve_resource(const soap::Envelope& envelope, Call& call) {
    const auto& header = envelope.headers.resource_uri;
    if (!header.present || header.text.empty()) {
        return fail(faults::destination_unreachable_invalid_resource_uri, "The header wsman:ResourceURI is missing.");
    }
    auto uri = cim::parse_resource_uri(header.text);
    if (!uri) {
        return fail(faults::destination_unreachable_invalid_resource_uri,
                    "The resource URI " + std::string(header.text) + " names no resource of this service.");
    }
    call.uri = std::move(*uri);
    call.selectors.class_name = call.uri.class_name;
    call.selectors.cim_namespace = call.uri.cim_namespace;
    for (const auto& selector : envelope.headers.selectors) {
        if (cim::equal_names(selector.name, "__cimnamespace")) {
            const auto text = soap::trim(selector.text);
            if (call.selectors.cim_namespace.empty()) call.selectors.cim_namespace = text;
            continue;
        }
        if (selector.reference.empty()) {
            call.selectors.keys.push_back({std::string(selector.name), std::string(selector.text), false});
            continue;
        }
        const auto path = cim::read_reference(selector.reference, envelope.other_namespaces);
        if (!path) {
            return fail(faults::invalid_selectors_invalid_value,
                        "The selector " + std::string(selector.name) + " is no reference: " + path.error());
        }
        call.selectors.keys.push_back({std::string(selector.name), cim::to_string(*path), true});
    }
    return {};
}

// Selector names against the class's keys.
Result<void> check_keys(const Call& call, const Resource& resource) {
    const auto& declaration = resource.declaration();
    for (const auto& key : call.selectors.keys) {
        const auto found = declaration.find(key.name);
        if (!found || !declaration.properties[*found].key) {
            return fail(faults::invalid_selectors_unexpected_selectors,
                        key.name + " is no key of " + std::string(declaration.name) + ".");
        }
        const bool reference = declaration.properties[*found].type == cim::Type::reference;
        if (key.reference && !reference) {
            return fail(faults::invalid_selectors_type_mismatch,
                        "The selector " + key.name + " is a reference where text is needed.");
        }
        if (reference && !key.reference && !cim::parse_object_path(key.value)) {
            return fail(faults::invalid_selectors_type_mismatch,
                        "The selector " + key.name + " is text where a reference is needed.");
        }
    }
    for (const auto name : resource.required_keys()) {
        if (call.selectors.key(name) == nullptr) {
            return fail(faults::invalid_selectors_insufficient_selectors,
                        "The selector " + std::string(name) + " is missing: " + std::string(declaration.name) +
                            " has more than one instance.");
        }
    }
    return {};
}

Result<void> plan_resources(Plan& plan, const Router& router) {
    const auto& selectors = plan.call.selectors;
    if (selectors.class_name != "*") {
        plan.resources = router.find_with_subclasses(selectors.cim_namespace, selectors.class_name);
    }
    if (plan.resources.empty()) {
        const bool other_namespace = router.find("", selectors.class_name) != nullptr;
        return fail(faults::destination_unreachable_invalid_resource_uri,
                    selectors.class_name == "*" ? "The resource URI names all classes: it can only be queried."
                    : other_namespace           ? "The class " + selectors.class_name + " is not in the namespace " +
                                            selectors.cim_namespace + "."
                                      : "The class " + selectors.class_name + " is not served here.");
    }
    plan.may_block =
        std::any_of(plan.resources.begin(), plan.resources.end(), [](auto* one) { return one->may_block(); });
    return {};
}

Result<void> plan_get(Plan& plan, const Router& router, const soap::Envelope& envelope) {
    plan.operation = Operation::get;
    if (!envelope.body.empty())
        return fail(faults::action_not_supported_action_mismatch, "The body of a Get must be empty.");
    if (auto found = plan_resources(plan, router); !found) return found;
    return check_keys(plan.call, *plan.resources.front());
}

// A query names its class itself; over all classes (`*`) there are only queries.
Result<void> plan_query(Plan& plan, const Router& router, const soap::Envelope& envelope) {
    auto filter = find_filter(envelope.body);
    if (!filter) return tl::unexpected(std::move(filter.error()));
    plan.filter = std::move(*filter);
    const bool names_class = plan.filter && !plan.filter->class_name.empty();
    if (names_class) plan.call.selectors.class_name = plan.filter->class_name;
    if (auto found = plan_resources(plan, router); !found) {
        if (!names_class) return found;
        return fail(faults::cannot_process_filter, found.error().message);
    }
    if (!plan.filter) return {};
    return check_filter(*plan.filter, plan.resources.front()->declaration());
}

Result<void> plan_enumerate(Plan& plan, const Router& router, const soap::Envelope& envelope) {
    plan.operation = Operation::enumerate;
    if (!body_is(envelope, soap::ns_enumeration, "Enumerate"))
        return fail(faults::action_not_supported_action_mismatch);
    if (auto found = plan_query(plan, router, envelope); !found) return found;
    if (!plan.call.selectors.keys.empty()) {
        return fail(faults::invalid_selectors_unexpected_selectors, "An Enumerate lists all instances: the selector " +
                                                                        plan.call.selectors.keys.front().name +
                                                                        " can't be met.");
    }
    return {};
}

// Pull and Release are about a context, whatever resource URI comes with them.
Result<void> plan_context(Plan& plan, Operation operation, const soap::Envelope& envelope) {
    plan.operation = operation;
    plan.may_block = operation == Operation::pull;
    if (!body_is(envelope, soap::ns_enumeration, operation == Operation::pull ? "Pull" : "Release")) {
        return fail(faults::action_not_supported_action_mismatch);
    }
    return {};
}

// `<resource URI>/<Method>`; the URI in it may differ from ResourceURI in form, not in class.
Result<void> plan_invoke(Plan& plan, const Router& router, std::string_view action) {
    plan.operation = Operation::invoke;
    const auto slash = action.rfind('/');
    const auto unsupported = [&] {
        return fail(faults::action_not_supported, "The action " + std::string(action) + " is not supported.");
    };
    if (slash == std::string_view::npos) return unsupported();
    const auto uri = cim::parse_resource_uri(action.substr(0, slash));
    if (!uri || !cim::equal_names(uri->class_name, plan.call.uri.class_name)) return unsupported();
    if (auto found = plan_resources(plan, router); !found) return found;
    auto& resource = *plan.resources.front();
    const auto name = action.substr(slash + 1);
    plan.method = resource.method(name);
    if (plan.method == nullptr) return unsupported();
    const auto* declared = resource.declaration().method(name);
    plan.method_name = declared != nullptr ? declared->name : name;
    return check_keys(plan.call, resource);
}

}  // namespace

bool is_identify(const soap::Envelope& envelope) noexcept {
    return body_is(envelope, soap::ns_identity, "Identify");
}

Result<Plan> make_plan(const soap::Envelope& envelope, const Router& router, const Limits& limits) {
    auto control = check_headers(envelope.headers, limits);
    if (!control) return tl::unexpected(std::move(control.error()));
    Plan plan;
    plan.control = *control;
    plan.call.max_envelope_size = control->max_envelope_size;

    const auto action = envelope.headers.action.text;
    Result<void> planned;
    if (action.starts_with(enumeration_prefix)) {
        const auto name = action.substr(enumeration_prefix.size());
        if (name == "Pull" || name == "Release") {
            planned = plan_context(plan, name == "Pull" ? Operation::pull : Operation::release, envelope);
        } else if (name == "Enumerate") {
            planned = resolve_resource(envelope, plan.call);
            if (planned) planned = plan_enumerate(plan, router, envelope);
        } else {
            planned = fail(faults::action_not_supported, "The action " + std::string(action) + " is not supported.");
        }
    } else {
        planned = resolve_resource(envelope, plan.call);
        if (planned) {
            if (action.starts_with(transfer_prefix)) {
                planned = action.substr(transfer_prefix.size()) == "Get"
                              ? plan_get(plan, router, envelope)
                              : fail(faults::action_not_supported,
                                     "The action " + std::string(action) + " is not supported by this resource.");
            } else {
                planned = plan_invoke(plan, router, action);
            }
        }
    }
    if (!planned) return tl::unexpected(std::move(planned.error()));
    return plan;
}

}  // namespace tintype::wsman
