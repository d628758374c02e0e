#include "wsman/enumeration.hpp"

#include <algorithm>
#include <limits>

#include "cim/instance_xml.hpp"
#include "wsman/context_table.hpp"
#include "wsman/enumeration_request.hpp"

namespace tintype::wsman {

namespace {

using Clock = std::chrono::steady_clock;

// Whose a context is: the user as they logged on. Another scheme may have its own user of that name.
std::string owner_of(const Plan& plan) {
    const auto& principal = plan.call.principal;
    return principal.scheme + ' ' + principal.name;
}

// The class that a polymorphism mode is about: the one that was asked for.
const std::string& asked_class(const Plan& plan) noexcept {
    return plan.association ? plan.association->query.result_class : plan.call.selectors.class_name;
}

std::vector<Resource*> chosen_resources(const Plan& plan, Polymorphism polymorphism) {
    auto resources = plan.resources;
    if (polymorphism != Polymorphism::none) return resources;
    resources.erase(std::remove_if(resources.begin(), resources.end(),
                                   [&](const Resource* one) {
                                       return !cim::equal_names(one->declaration().name, asked_class(plan));
                                   }),
                    resources.end());
    return resources;
}

// The properties that the answer shows, beside the keys; nothing: all of them.
std::optional<std::vector<std::string>> looked_at(const Plan& plan, const EnumerationRequest& request) {
    if (request.form == ItemForm::reference) return std::vector<std::string>{};
    if (!plan.filter || plan.filter->properties.empty()) return std::nullopt;
    return plan.filter->properties;
}

// What the plan's filter says goes to the source.
Result<std::unique_ptr<InstanceSource>> open_source(Plan& plan, const EnumerationRequest& request,
                                                    const std::string& host) {
    if (plan.classes) {
        auto classes = *plan.classes;
        if (request.form == ItemForm::reference) classes.paths = true;
        return make_class_list(std::move(classes));
    }
    const auto polymorphism = request.polymorphism;
    if (plan.association) {
        return open_association(*plan.association, *plan.router, polymorphism == Polymorphism::none, plan.permissions);
    }
    return make_class_source(chosen_resources(plan, polymorphism),
                             plan.filter ? std::move(plan.filter->condition) : cim::WqlCondition{}, host,
                             looked_at(plan, request));
}

View view_of(Plan& plan, const EnumerationRequest& request, const std::string& host) {
    View view{request.form, plan.call.uri.style, {}, false, {}, host, plan.writers};
    if (plan.filter) {
        view.properties = std::move(plan.filter->properties);
        view.keys_only = plan.filter->keys_only;
    }
    if (plan.classes) view.form = ItemForm::text;
    if (request.polymorphism == Polymorphism::exclude_subclass_properties) view.as_class = asked_class(plan);
    return view;
}

std::size_t characters(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// What follows the items in the envelope, and what a context adds before them.
constexpr std::size_t room_for_closing = 512;

struct PageLimits {
    std::size_t elements;
    std::size_t characters;
    std::size_t bytes;
    Clock::time_point deadline;
};

// Items that were written, and whether they were the last.
struct Page {
    std::size_t count = 0;
    bool last = false;
    bool too_late = false;
};

// How often a page that is full is looked beyond, to say at once that it was the last.
constexpr int looks_beyond = 8;

constexpr auto unbounded = std::numeric_limits<std::size_t>::max();

// What a page will take, by its first item: instances of one class are much alike.
std::size_t expected_size(std::size_t first_item, const PageLimits& limits) noexcept {
    constexpr std::size_t most = std::size_t{1} << 20U;
    const auto items = std::min(limits.elements, most);
    return std::min({(first_item + first_item / 8) * items, limits.bytes + 8 * first_item, most});
}

// Appends items to `out`. After some of them an error ends the page; the next one meets it again, and nothing that was
// taken gets lost.
Result<Page> collect(EnumerationContext& context, const PageLimits& limits, const Permissions* permissions,
                     std::string& out) {
    Page page;
    const auto begin = out.size();
    std::size_t room = limits.characters;
    int looks = 0;
    context.forget_permissions();
    while (true) {
        const auto looked = context.look(limits.elements - page.count + 1, permissions);
        if (!looked && page.count == 0) return tl::unexpected(looked.error());
        page.last = looked && *looked == EnumerationContext::State::end;
        if (!looked || page.last) return page;
        const bool found = *looked == EnumerationContext::State::ready;
        const bool full = page.count == limits.elements;
        if (full && (found || ++looks == looks_beyond)) return page;
        if ((!found || page.count > 0) && Clock::now() >= limits.deadline) {
            page.too_late = true;
            return page;
        }
        if (!found) continue;
        const auto before = out.size();
        if (page.count == 1) out.reserve(begin + expected_size(before - begin, limits) + room_for_closing);
        context.append(out);
        const auto size = room == unbounded ? 0 : characters(std::string_view(out).substr(before));
        if (out.size() - begin > limits.bytes || size > room) {
            out.resize(before);
            if (page.count > 0) return page;
            return fail(faults::encoding_limit_max_envelope_size_exceeded,
                        "The next item is too large: a Pull that allows more gets it.");
        }
        room -= size;
        context.take();
        ++page.count;
    }
}

constexpr std::string_view no_context = "<n:EnumerationContext/>";

void append_context(std::string& out, std::string_view name) {
    out += "<n:EnumerationContext>";
    out += name;
    out += "</n:EnumerationContext>";
}

// In the form in which the client gave it.
void append_expires(std::string& out, std::chrono::milliseconds left, bool is_point_in_time) {
    out += "<n:Expires>";
    if (is_point_in_time) {
        cim::append_text(
            out, cim::Timestamp(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() + left)));
    } else {
        cim::append_text(out, cim::Interval(left));
    }
    out += "</n:Expires>";
}

// Room for items; what follows them in the envelope is kept free.
std::size_t room_in(const Plan& plan, const std::string& out) noexcept {
    const auto used = out.size() + room_for_closing;
    return plan.call.max_envelope_size > used ? plan.call.max_envelope_size - used : 0;
}

}  // namespace

struct Enumerations::State {
    explicit State(const Limits& limits) : contexts(limits), max_page(limits.max_page) {}

    [[nodiscard]] PageLimits limits_of(const Plan& plan, const EnumerationRequest& request,
                                       const std::string& out) const {
        PageLimits limits{std::min(request.max_elements, max_page), request.max_characters, room_in(plan, out),
                          plan.call.deadline};
        if (request.max_time) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(limits.deadline - Clock::now());
            if (*request.max_time < left) limits.deadline = Clock::now() + *request.max_time;
        }
        return limits;
    }

    ContextTable contexts;
    std::size_t max_page;
};

Enumerations::Enumerations(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
Enumerations::~Enumerations() = default;

Result<void> Enumerations::enumerate(Plan& plan, const std::string& host_name, std::string& out) {
    const auto& request = *plan.enumerate;
    if (!request) return tl::unexpected(request.error());
    if (plan.classes && request->form == ItemForm::object_and_reference) {
        return fail(faults::unsupported_feature_enumeration_mode,
                    "Classes come with their declarations or as references.");
    }
    auto source = open_source(plan, *request, host_name);
    if (!source) return tl::unexpected(std::move(source.error()));
    auto context = std::make_unique<EnumerationContext>(std::move(*source), view_of(plan, *request, host_name));

    const auto limits = state_->limits_of(plan, *request, out);
    out += "<n:EnumerateResponse>";
    // Items are written to where they stay if they are all: whether they are shows only behind the last.
    const auto head_at = out.size();
    out += no_context;
    Page page;
    if (request->optimised) {
        out += "<w:Items>";
        context->borrow(spare_page());
        auto collected = collect(*context, limits, plan.permissions, out);
        if (!collected) return tl::unexpected(std::move(collected.error()));
        page = *collected;
    }
    if (page.last) {
        context->give_back(spare_page());
    } else {
        context->rest();
        const auto user = owner_of(plan);
        const auto asked = request->expires.value_or(Expiration{});
        const auto name = state_->contexts.open(std::move(context), user, asked.lifetime);
        if (!name) return tl::unexpected(name.error());
        std::string head;
        if (request->expires) {
            const auto left = state_->contexts.remaining(*name, user);
            if (!left) return tl::unexpected(left.error());
            append_expires(head, *left, asked.is_point_in_time);
        }
        append_context(head, *name);
        out.replace(head_at, no_context.size(), head);
    }
    if (request->optimised) {
        out += "</w:Items>";
        if (page.last) out += "<w:EndOfSequence/>";
        *plan.call.summary += ' ' + std::to_string(page.count) + " items";
    }
    out += "</n:EnumerateResponse>";
    return {};
}

Result<void> Enumerations::pull(const Plan& plan, std::string& out) {
    const auto request = read_pull(plan.call.envelope->body);
    if (!request) return tl::unexpected(request.error());
    auto context = state_->contexts.borrow(request->context, owner_of(plan));
    if (!context) return tl::unexpected(std::move(context.error()));

    const auto limits = state_->limits_of(plan, *request, out);
    out += "<n:PullResponse>";
    // As above, but most Pulls are not the last.
    const auto head_at = out.size();
    append_context(out, request->context);
    const auto head_size = out.size() - head_at;
    out += "<n:Items>";
    const auto page = collect(**context, limits, plan.permissions, out);
    if (!page) return tl::unexpected(page.error());
    if (page->too_late && page->count == 0) {
        // The context stays: the next Pull goes on looking.
        const bool by_max_time = limits.deadline < plan.call.deadline;
        return fail(by_max_time ? faults::enumeration_timed_out : faults::timed_out,
                    "No item was found in time; the enumeration goes on with the next Pull.");
    }
    if (page->last) {
        auto closed = state_->contexts.close(request->context, owner_of(plan));
        if (!closed) return closed;
        out.erase(head_at, head_size);
    } else {
        (**context).rest();
    }
    out += "</n:Items>";
    if (page->last) out += "<n:EndOfSequence/>";
    out += "</n:PullResponse>";
    *plan.call.summary += ' ' + std::to_string(page->count) + " items";
    return {};
}

Result<void> Enumerations::renew(const Plan& plan, std::string& out) {
    const auto request = read_about_context(plan.call.envelope->body, true);
    if (!request) return tl::unexpected(request.error());
    const auto asked = request->expires.value_or(Expiration{});
    const auto left = state_->contexts.renew(request->context, owner_of(plan), asked.lifetime);
    if (!left) return tl::unexpected(left.error());
    out += "<n:RenewResponse>";
    append_expires(out, *left, asked.is_point_in_time);
    append_context(out, request->context);
    out += "</n:RenewResponse>";
    return {};
}

Result<void> Enumerations::get_status(const Plan& plan, std::string& out) {
    const auto request = read_about_context(plan.call.envelope->body, false);
    if (!request) return tl::unexpected(request.error());
    const auto left = state_->contexts.remaining(request->context, owner_of(plan));
    if (!left) return tl::unexpected(left.error());
    out += "<n:GetStatusResponse>";
    append_expires(out, *left, false);
    out += "</n:GetStatusResponse>";
    return {};
}

Result<void> Enumerations::release(const Plan& plan) {
    const auto request = read_about_context(plan.call.envelope->body, false);
    if (!request) return tl::unexpected(request.error());
    return state_->contexts.close(request->context, owner_of(plan));
}

void Enumerations::expire(std::chrono::steady_clock::time_point now) {
    state_->contexts.expire(now);
}

std::size_t Enumerations::open_contexts() const {
    return state_->contexts.size();
}

void append_count_estimate(std::string& out, const Plan& plan) {
    if (plan.operation != Operation::enumerate && plan.operation != Operation::pull) return;
    std::optional<std::uint64_t> sum;
    if (plan.classes) {
        sum = plan.classes->classes.size();
    } else if (plan.operation == Operation::enumerate && !plan.filter) {
        sum = 0;
        for (const auto* resource : plan.resources) {
            const auto number = resource->instance_count();
            sum = sum && number ? std::optional(*sum + *number) : std::nullopt;
        }
    }
    out += sum ? "<w:TotalItemsCountEstimate>" + std::to_string(*sum) + "</w:TotalItemsCountEstimate>"
               : "<w:TotalItemsCountEstimate xsi:nil=\"true\"/>";
}

}  // namespace tintype::wsman
