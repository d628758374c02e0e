#include "wsman/dispatch.hpp"

#include <algorithm>
#include <array>

#include "soap/namespaces.hpp"
#include "wsman/fragment_transfer.hpp"
#include "wsman/options.hpp"
#include "wsman/renewal.hpp"
#include "wsman/selectors.hpp"

namespace tintype::wsman {

namespace {

constexpr std::string_view transfer_prefix = "http://schemas.xmlsoap.org/ws/2004/09/transfer/";
constexpr std::string_view enumeration_prefix = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/";

bool body_is(const soap::Envelope& envelope, std::string_view uri, std::string_view name) noexcept {
    return envelope.body_namespace == uri && envelope.body_name == name;
}

Result<void> plan_resources(Plan& plan, const Router& router) {
    const auto& selectors = plan.call.selectors;
    if (selectors.class_name != "*") {
        router.find_with_subclasses(selectors.cim_namespace, selectors.class_name, plan.resources);
    }
    if (plan.resources.empty()) {
        const bool other_namespace = router.find("", selectors.class_name) != nullptr;
        return fail(faults::destination_unreachable_invalid_resource_uri,
                    selectors.class_name == "*" ? "The resource URI names all classes: it can only be queried."
                    : other_namespace           ? "The class " + selectors.class_name + " is not in the namespace " +
                                            selectors.cim_namespace + "."
                                      : "The class " + selectors.class_name + " is not served here.");
    }
    plan.options = plan.resources.front()->options();
    plan.may_block =
        std::any_of(plan.resources.begin(), plan.resources.end(), [](auto* one) { return one->may_block(); });
    return {};
}

tl::unexpected<Fault> unsupported(std::string_view action) {
    return fail(faults::action_not_supported, "The action " + std::string(action) + " is not supported.");
}

// Of a class and its subclasses those remain whose instances the selectors can name.
Result<void> keep_named(Plan& plan) {
    auto& resources = plan.resources;
    auto first = check_name(plan.call, *resources.front());
    if (resources.size() == 1) return first;
    const auto others =
        std::remove_if(resources.begin(), resources.end(), [&](auto* one) { return !check_name(plan.call, *one); });
    resources.erase(others, resources.end());
    return resources.empty() ? first : Result<void>{};
}

Result<void> plan_fragment(Plan& plan, const soap::Envelope& envelope) {
    auto fragment = read_fragment(envelope.headers);
    if (!fragment) return tl::unexpected(std::move(fragment.error()));
    plan.fragment = std::move(*fragment);
    return keep_named(plan);
}

Result<void> plan_get(Plan& plan, const soap::Envelope& envelope) {
    plan.operation = Operation::get;
    if (!envelope.body.empty())
        return fail(faults::action_not_supported_action_mismatch, "The body of a Get must be empty.");
    return plan_fragment(plan, envelope);
}

Result<void> plan_put(Plan& plan, const soap::Envelope& envelope) {
    plan.operation = Operation::put;
    if (envelope.body.empty())
        return fail(faults::action_not_supported_action_mismatch, "The body of a Put must hold a representation.");
    return plan_fragment(plan, envelope);
}

// The selectors, if there are any, name what is to be made.
Result<void> plan_create(Plan& plan, const soap::Envelope& envelope) {
    plan.operation = Operation::create;
    if (envelope.body.empty())
        return fail(faults::action_not_supported_action_mismatch, "The body of a Create must hold a representation.");
    plan.resources.resize(1);
    return check_keys(plan.call, *plan.resources.front());
}

Result<void> plan_delete(Plan& plan, const soap::Envelope& envelope) {
    plan.operation = Operation::remove;
    if (!envelope.body.empty())
        return fail(faults::action_not_supported_action_mismatch, "The body of a Delete must be empty.");
    return keep_named(plan);
}

// DSP0226 clause 7: what a class doesn't do is not supported, whatever else may be wrong with the message.
Result<void> plan_transfer(Plan& plan, const Router& router, const soap::Envelope& envelope, std::string_view name) {
    struct Row {
        std::string_view name;
        bool (Resource::*does)() const noexcept;
        Result<void> (*plan)(Plan&, const soap::Envelope&);
    };
    constexpr Row rows[] = {{"Get", nullptr, plan_get},
                            {"Put", &Resource::has_put, plan_put},
                            {"Create", &Resource::has_create, plan_create},
                            {"Delete", &Resource::has_delete, plan_delete}};
    const auto* const row =
        std::find_if(std::begin(rows), std::end(rows), [&](const auto& one) { return one.name == name; });
    if (row == std::end(rows)) return unsupported(envelope.headers.action.text);
    if (plan.call.selectors.class_name == "*") {  // DSP0227 R6-1
        return fail(faults::action_not_supported, "The resource URI names all classes: it can only be queried.");
    }
    if (auto found = plan_resources(plan, router); !found) return found;
    if (row->does != nullptr) {
        auto& resources = plan.resources;
        const std::string class_name(resources.front()->declaration().name);
        const auto others =
            std::remove_if(resources.begin(), resources.end(), [&](auto* one) { return !(one->*(row->does))(); });
        resources.erase(others, resources.end());
        if (resources.empty()) {
            return fail(faults::action_not_supported, class_name + " does not support " + std::string(name) + ".");
        }
        plan.may_block = true;  // may_block() is about reading; what is changed is written somewhere
    }
    return row->plan(plan, envelope);
}

// An association query names everything itself: of the resource URI only the namespace counts, but what it names has to
// be there.
Result<void> plan_association_query(Plan& plan, const Router& router) {
    if (plan.call.selectors.class_name != "*") {
        if (auto found = plan_resources(plan, router); !found) return found;
        plan.resources.clear();
    }
    auto association =
        plan_association(std::move(*plan.filter->association), router, plan.call.selectors.cim_namespace);
    if (!association) return tl::unexpected(std::move(association.error()));
    plan.association = std::move(*association);
    plan.router = &router;
    const auto all = router.all({});  // it may lead anywhere
    plan.may_block = std::any_of(all.begin(), all.end(), [](auto* one) { return one->may_block(); });
    return {};
}

// A query names its class itself; over all classes (`*`) there are only queries. One over a superclass may use whatever
// any of its subclasses has.
Result<void> plan_query(Plan& plan, const Router& router, const soap::Envelope& envelope) {
    auto body = read_enumerate(envelope);
    if (!body.filter_read) return tl::unexpected(std::move(body.filter_read.error()));
    plan.filter = std::move(body.filter);
    plan.enumerate = std::move(body.request);
    if (plan.filter && plan.filter->association) return plan_association_query(plan, router);
    const bool names_class = plan.filter && !plan.filter->class_name.empty();
    if (names_class) plan.call.selectors.class_name = plan.filter->class_name;
    if (auto found = plan_resources(plan, router); !found) {
        if (!names_class) return found;
        return fail(faults::cannot_process_filter, found.error().message);
    }
    if (!plan.filter) return {};
    const auto fits = [&](const auto* one) { return check_filter(*plan.filter, one->declaration()).has_value(); };
    if (std::any_of(plan.resources.begin(), plan.resources.end(), fits)) return {};
    return check_filter(*plan.filter, plan.resources.front()->declaration());
}

Result<void> plan_enumerate(Plan& plan, const Router& router, const soap::Envelope& envelope) {
    plan.operation = Operation::enumerate;
    if (!body_is(envelope, soap::ns_enumeration, "Enumerate"))
        return fail(faults::action_not_supported_action_mismatch);
    if (auto found = plan_query(plan, router, envelope); !found) return found;
    // Some clients of an association filter name its object in the header too.
    if (!plan.call.selectors.keys.empty() && !plan.association) {
        return fail(faults::invalid_selectors_unexpected_selectors, "An Enumerate lists all instances: the selector " +
                                                                        plan.call.selectors.keys.front().name +
                                                                        " can't be met.");
    }
    return {};
}

// Get and Enumerate of classes (DSP0227 15).
Result<void> plan_classes(Plan& plan, const Router& router, const soap::Envelope& envelope) {
    const auto action = envelope.headers.action.text;
    const bool get = action.starts_with(transfer_prefix) && action.substr(transfer_prefix.size()) == "Get";
    if (!get && !action.starts_with(enumeration_prefix)) return unsupported(action);
    plan.operation = get ? Operation::get_class : Operation::enumerate;
    plan.options = class_options();
    if (get ? !envelope.body.empty() : !body_is(envelope, soap::ns_enumeration, "Enumerate")) {
        return fail(faults::action_not_supported_action_mismatch);
    }
    if (!get) {
        auto body = read_enumerate(envelope);
        plan.enumerate = std::move(body.request);
        if (!body.filter_read || body.filter)
            return fail(faults::filtering_not_supported, "Classes can't be filtered.");
    }
    auto request = get ? read_class_request(envelope, router) : read_class_enumeration(envelope, router);
    if (!request) return tl::unexpected(std::move(request.error()));
    plan.classes = std::move(*request);
    plan.call.selectors.class_name = get ? "class " + std::string(plan.classes->classes.front().name) : "classes";
    return {};
}

// What is about a context is about that, whatever resource URI comes with it.
struct ContextOperation {
    std::string_view name;
    Operation operation;
};
constexpr std::array context_operations{
    ContextOperation{"Pull", Operation::pull}, ContextOperation{"Release", Operation::release},
    ContextOperation{"Renew", Operation::renew}, ContextOperation{"GetStatus", Operation::get_status}};

Result<void> plan_context(Plan& plan, const ContextOperation& row, const soap::Envelope& envelope) {
    plan.operation = row.operation;
    plan.may_block = row.operation == Operation::pull;
    if (!body_is(envelope, soap::ns_enumeration, row.name)) return fail(faults::action_not_supported_action_mismatch);
    return {};
}

// The body is the method's input, in the namespace of the class or of one that it is derived from, whatever form of its
// URI that is. None at all is the method's to judge.
Result<void> check_input(const Plan& plan, const cim::ClassDeclaration& declaration, std::string_view method) {
    const auto& envelope = *plan.call.envelope;
    if (envelope.body.empty()) return {};
    constexpr std::string_view suffix = "_INPUT";
    const auto name = envelope.body_name;
    if (!name.ends_with(suffix) || !cim::equal_names(name.substr(0, name.size() - suffix.size()), method)) {
        return fail(faults::action_not_supported_action_mismatch,
                    "The body is not the input of the method " + std::string(plan.method_name) + ".");
    }
    if (envelope.body_namespace == plan.call.uri.without_query) return {};
    const auto uri = cim::parse_resource_uri(envelope.body_namespace);
    if (uri && declaration.is_a(uri->class_name)) return {};
    return fail(faults::action_not_supported_action_mismatch,
                "The body is not in the namespace of the class " + std::string(declaration.name) + ".");
}

// `<resource URI>/<Method>`; the URI in it may differ from ResourceURI in form, not in class.
Result<void> plan_invoke(Plan& plan, const Router& router, std::string_view action) {
    plan.operation = Operation::invoke;
    const auto slash = action.rfind('/');
    if (slash == std::string_view::npos) return unsupported(action);
    if (const auto named = action.substr(0, slash); named != plan.call.uri.without_query) {
        const auto uri = cim::parse_resource_uri(named);
        if (!uri || !cim::equal_names(uri->class_name, plan.call.uri.class_name)) return unsupported(action);
    }
    if (auto found = plan_resources(plan, router); !found) return found;
    auto& resource = *plan.resources.front();
    const auto name = action.substr(slash + 1);
    plan.method = resource.method(name);
    if (plan.method == nullptr) return unsupported(action);
    const auto* declared = resource.declaration().method(name);
    plan.method_name = declared != nullptr ? declared->name : name;
    if (auto checked = check_input(plan, resource.declaration(), name); !checked) return checked;
    return check_name(plan.call, resource);
}

// Headers that are for some operations only.
Result<void> check_applicable(const soap::Headers& headers, Operation operation) {
    const bool gives_instance = operation == Operation::get || operation == Operation::put;
    if (headers.fragment_transfer.present && !gives_instance) {
        return fail(faults::unsupported_feature_fragment_level_access,
                    "Fragments are for Get and Put: this operation is about whole instances.");
    }
    if (headers.request_epr.must_understand && !gives_instance && operation != Operation::create) {
        return tl::unexpected(not_understood(soap::ns_wsman, "RequestEPR"));
    }
    if (headers.request_total_items.must_understand && operation != Operation::enumerate &&
        operation != Operation::pull) {
        return tl::unexpected(not_understood(soap::ns_wsman, "RequestTotalItemsCountEstimate"));
    }
    return {};
}

Result<void> plan_operation(Plan& plan, const soap::Envelope& envelope, const Router& router) {
    const auto action = envelope.headers.action.text;
    if (action.starts_with(enumeration_prefix)) {
        const auto name = action.substr(enumeration_prefix.size());
        for (const auto& row : context_operations)
            if (name == row.name) return plan_context(plan, row, envelope);
        if (name != "Enumerate") return unsupported(action);
    }
    if (names_classes(envelope.headers.resource_uri.text)) return plan_classes(plan, router, envelope);
    if (auto resolved = resolve_resource(envelope, plan.call); !resolved) return resolved;
    if (action.starts_with(enumeration_prefix)) return plan_enumerate(plan, router, envelope);
    if (action.starts_with(transfer_prefix)) {
        return plan_transfer(plan, router, envelope, action.substr(transfer_prefix.size()));
    }
    return plan_invoke(plan, router, action);
}

void renew_storage(PlanStorage& plan) {
    auto& [call, resources] = plan;
    renew(call);
    resources.clear();
}

}  // namespace

bool is_identify(const soap::Envelope& envelope) noexcept {
    return body_is(envelope, soap::ns_identity, "Identify");
}

void Plan::clear() {
    static_cast<PlanFacts&>(*this) = {};
    renew_storage(*this);
}

Result<void> make_plan(const soap::Envelope& envelope, const Router& router, const Limits& limits, Plan& plan) {
    auto control = check_headers(envelope.headers, limits);
    if (!control) return tl::unexpected(std::move(control.error()));
    plan.control = *control;
    plan.call.max_envelope_size = control->max_envelope_size;
    plan.call.envelope = &envelope;
    auto planned = plan_operation(plan, envelope, router);
    if (planned) planned = check_options(envelope.headers.options, plan.options);
    if (planned) planned = check_applicable(envelope.headers, plan.operation);
    return planned;
}

}  // namespace tintype::wsman
