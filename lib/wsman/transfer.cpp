#include "wsman/transfer.hpp"

#include "cim/instance_xml.hpp"
#include "cim/reference.hpp"
#include "cim/same_object.hpp"
#include "soap/envelope.hpp"
#include "wsman/fragment_transfer.hpp"
#include "wsman/representation.hpp"
#include "wsman/spare_page.hpp"

namespace tintype::wsman {

namespace {

/// The instance that a request is about, and who has it.
struct Found {
    Resource* resource = nullptr;
    const cim::Instance* instance = nullptr;  ///< In this thread's page.
};

// Selectors of a superclass may name an instance in more than one of its subclasses: that is no name (R7.3).
Result<Found> find_instance(const Plan& plan) {
    auto& page = spare_page();
    page.clear(most_spare_instances);
    Resource* owner = nullptr;
    for (auto* resource : plan.resources) {
        if (std::chrono::steady_clock::now() > plan.call.deadline) return fail(faults::timed_out);
        const auto found = resource->find(plan.call.selectors, page);
        if (!found) return tl::unexpected(found.error());
        if (!*found) continue;
        if (owner != nullptr) {
            return fail(faults::invalid_selectors_ambiguous_selectors,
                        "The selectors name an instance of " + std::string(owner->declaration().name) + " and one of " +
                            std::string(resource->declaration().name) + ".");
        }
        owner = resource;
    }
    if (owner != nullptr) return Found{owner, &page.front()};
    return fail(faults::destination_unreachable,
                "No instance of " + plan.call.selectors.class_name + " has these keys.");
}

Result<Transferred> get(const Plan& plan) {
    const auto found = find_instance(plan);
    if (!found) return tl::unexpected(found.error());
    return Transferred{found->instance};
}

Result<Transferred> put(const Plan& plan) {
    const auto found = find_instance(plan);
    if (!found) return tl::unexpected(found.error());
    const auto [resource, instance] = *found;
    auto before = instance->path();
    auto changes = read_changes(plan, *instance);
    if (!changes) return tl::unexpected(std::move(changes.error()));
    if (changes->empty()) return Transferred{instance, std::move(before)};
    auto changed = resource->put(plan.call, before, *changes);
    if (!changed) return tl::unexpected(std::move(changed.error()));
    auto after = changed->path();
    const bool renamed = !cim::same_object(before, after);
    auto& page = spare_page();
    page.clear(most_spare_instances);
    page.add(*std::move(changed));
    return Transferred{&page.front(), std::move(after), renamed};
}

Result<Transferred> create(const Plan& plan) {
    auto& resource = *plan.resources.front();
    auto values = read_new(plan, resource.declaration());
    if (!values) return tl::unexpected(std::move(values.error()));
    auto path = resource.create(plan.call, *values);
    if (!path) return tl::unexpected(std::move(path.error()));
    return Transferred{nullptr, std::move(*path)};
}

// One candidate needs no search: it knows best what it has.
Result<Transferred> remove(const Plan& plan) {
    auto* resource = plan.resources.front();
    auto keys = plan.call.selectors;
    if (plan.resources.size() > 1) {
        const auto found = find_instance(plan);
        if (!found) return tl::unexpected(found.error());
        resource = found->resource;
        keys = found->instance->path();
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
        const bool named = !transferred.path.class_name.empty() || transferred.instance == nullptr;
        cim::append_epr(out, named ? transferred.path : transferred.instance->path(), plan.call.uri.style);
        out += "</w:RequestedEPR>";
    }
    if (plan.fragment) append_fragment_header(out, plan.call.envelope->headers);
}

// A Put is answered with what became of it, as Windows does: the client may have asked for less than there is, or the
// resource may have made something else of it (7.4).
void append_body(std::string& out, const Plan& plan, const Transferred& transferred) {
    if (transferred.instance != nullptr && plan.fragment) {
        cim::append_xml_fragment(out, *plan.fragment, *transferred.instance, plan.call.uri.style);
    } else if (transferred.instance != nullptr) {
        plan.writers->append(out, *transferred.instance, plan.call.uri.style);
    } else if (plan.operation == Operation::create) {
        out += "<x:ResourceCreated>";
        cim::append_reference(out, transferred.path, plan.call.uri.style);
        out += "</x:ResourceCreated>";
    }
}

}  // namespace tintype::wsman
