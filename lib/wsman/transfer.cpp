#include "wsman/transfer.hpp"

#include "cim/instance_xml.hpp"
#include "cim/reference.hpp"
#include "cim/same_object.hpp"
#include "soap/envelope.hpp"
#include "wsman/fragment_transfer.hpp"
#include "wsman/representation.hpp"

namespace tintype::wsman {

namespace {

/// The instance that a request is about, and who has it.
struct Found {
    Resource* resource = nullptr;
    cim::Instance instance;
};

// Selectors of a superclass may name an instance in more than one of its subclasses: that is no name (R7.3).
Result<Found> find_instance(const Plan& plan) {
    std::optional<Found> found;
    for (auto* resource : plan.resources) {
        if (std::chrono::steady_clock::now() > plan.call.deadline) return fail(faults::timed_out);
        auto instance = resource->get(plan.call.selectors);
        if (!instance) return tl::unexpected(std::move(instance.error()));
        if (!*instance) continue;
        if (found) {
            return fail(faults::invalid_selectors_ambiguous_selectors,
                        "The selectors name an instance of " + std::string(found->resource->declaration().name) +
                            " and one of " + std::string(resource->declaration().name) + ".");
        }
        found.emplace(Found{resource, *std::move(*instance)});
    }
    if (found) return std::move(*found);
    return fail(faults::destination_unreachable,
                "No instance of " + plan.call.selectors.class_name + " has these keys.");
}

Result<Transferred> get(const Plan& plan) {
    auto found = find_instance(plan);
    if (!found) return tl::unexpected(std::move(found.error()));
    auto path = found->instance.path();
    return Transferred{std::move(found->instance), std::move(path)};
}

Result<Transferred> put(const Plan& plan) {
    auto found = find_instance(plan);
    if (!found) return tl::unexpected(std::move(found.error()));
    auto& [resource, instance] = *found;
    auto before = instance.path();
    auto changes = read_changes(plan, instance);
    if (!changes) return tl::unexpected(std::move(changes.error()));
    if (changes->empty()) return Transferred{std::move(instance), std::move(before)};
    auto changed = resource->put(plan.call, before, *changes);
    if (!changed) return tl::unexpected(std::move(changed.error()));
    auto after = changed->path();
    const bool renamed = !cim::same_object(before, after);
    return Transferred{std::move(*changed), std::move(after), renamed};
}

Result<Transferred> create(const Plan& plan) {
    auto& resource = *plan.resources.front();
    auto values = read_new(plan, resource.declaration());
    if (!values) return tl::unexpected(std::move(values.error()));
    auto path = resource.create(plan.call, *values);
    if (!path) return tl::unexpected(std::move(path.error()));
    return Transferred{std::nullopt, std::move(*path)};
}

// One candidate needs no search: it knows best what it has.
Result<Transferred> remove(const Plan& plan) {
    auto* resource = plan.resources.front();
    auto keys = plan.call.selectors;
    if (plan.resources.size() > 1) {
        auto found = find_instance(plan);
        if (!found) return tl::unexpected(std::move(found.error()));
        resource = found->resource;
        keys = found->instance.path();
    }
    if (auto removed = resource->remove(plan.call, keys); !removed) return tl::unexpected(std::move(removed.error()));
    return Transferred{};
}

}  // namespace

Result<Transferred> transfer(const Plan& plan) {
    switch (plan.operation) {
        case Operation::get:
            return get(plan);
        case Operation::put:
            return put(plan);
        case Operation::create:
            return create(plan);
        case Operation::remove:
            return remove(plan);
        default:
            return fail(faults::internal_error);
    }
}

void append_headers(std::string& out, const Plan& plan, const Transferred& transferred) {
    if (transferred.renamed ||
        (plan.call.envelope->headers.request_epr.present && plan.operation != Operation::remove)) {
        out += "<w:RequestedEPR>";
        cim::append_epr(out, transferred.path, plan.call.uri.style);
        out += "</w:RequestedEPR>";
    }
    if (plan.fragment) append_fragment_header(out, plan.call.envelope->headers);
}

// A Put is answered with what became of it, as Windows does: the client may have asked for less than there is, or the
// resource may have made something else of it (7.4).
void append_body(std::string& out, const Plan& plan, const Transferred& transferred) {
    if (transferred.instance && plan.fragment) {
        cim::append_xml_fragment(out, *plan.fragment, *transferred.instance, plan.call.uri.style);
    } else if (transferred.instance) {
        plan.writers->append(out, *transferred.instance, plan.call.uri.style);
    } else if (plan.operation == Operation::create) {
        out += "<x:ResourceCreated>";
        cim::append_reference(out, transferred.path, plan.call.uri.style);
        out += "</x:ResourceCreated>";
    }
}

}  // namespace tintype::wsman
