#include "wsman/enumeration.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "soap/element_cursor.hpp"
#include "wsman/duration.hpp"
#include "wsman/enumeration_context.hpp"

namespace tintype::wsman {

namespace {

// What a class with subclasses answers with (DSP0227 8.1).
enum class Polymorphism { include_subclass_properties, exclude_subclass_properties, none };

// What an Enumerate or Pull asks for.
struct Wish {
    ItemForm form = ItemForm::object;
    Polymorphism polymorphism = Polymorphism::include_subclass_properties;
    bool optimised = false;
    std::size_t max_elements = 1;  // WS-Enumeration's default
    std::size_t max_characters = std::numeric_limits<std::size_t>::max();
    std::chrono::milliseconds lifetime{0};
    std::string context;
};

Result<std::size_t> positive(const soap::Element& element) {
    const auto text = element.text();
    const auto digits = soap::trim(text);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) return std::numeric_limits<std::size_t>::max();
    if (error != std::errc{} || end != digits.data() + digits.size() || value == 0) {
        return fail(faults::schema_validation_error, std::string(element.name()) + " must be a number above 0.");
    }
    return static_cast<std::size_t>(value);
}

Result<void> read_form(const soap::Element& element, Wish& wish) {
    const auto text = element.text();
    const auto mode = soap::trim(text);
    if (mode == "EnumerateEPR") {
        wish.form = ItemForm::reference;
    } else if (mode == "EnumerateObjectAndEPR") {
        wish.form = ItemForm::object_and_reference;
    } else if (mode != "EnumerateObject" && !mode.empty()) {
        return fail(faults::unsupported_feature_enumeration_mode,
                    "The enumeration mode " + std::string(mode) + " is not supported.");
    }
    return {};
}

Result<void> read_polymorphism(const soap::Element& element, Wish& wish) {
    const auto text = element.text();
    const auto mode = soap::trim(text);
    if (mode == "None") {
        wish.polymorphism = Polymorphism::none;
    } else if (mode == "ExcludeSubClassProperties") {
        wish.polymorphism = Polymorphism::exclude_subclass_properties;
    } else if (mode != "IncludeSubClassProperties") {
        return fail(faults::polymorphism_mode_not_supported,
                    "The polymorphism mode " + std::string(mode) + " is not supported.");
    }
    return {};
}

// A duration or a point in time (WS-Enumeration 3.1).
Result<void> read_expires(const soap::Element& element, Wish& wish) {
    const auto text = element.text();
    const auto expires = soap::trim(text);
    auto lifetime = parse_duration(expires);
    if (!lifetime) {
        if (const auto time = parse_date_time(expires)) {
            lifetime = std::chrono::duration_cast<std::chrono::milliseconds>(*time - std::chrono::system_clock::now());
        }
    }
    if (!lifetime || lifetime->count() <= 0) return fail(faults::invalid_expiration_time);
    wish.lifetime = *lifetime;
    return {};
}

Result<void> read_number(const soap::Element& element, std::size_t& into) {
    const auto number = positive(element);
    if (!number) return tl::unexpected(number.error());
    into = *number;
    return {};
}

Result<Wish> read_enumerate(std::string_view body) {
    Wish wish;
    const auto root = soap::Element::first_in(body);
    for (auto child = root->first_child(); child; child = child->next()) {
        Result<void> read;
        if (child->is("w", "EnumerationMode")) {
            read = read_form(*child, wish);
        } else if (child->is("b", "PolymorphismMode")) {
            read = read_polymorphism(*child, wish);
        } else if (child->is("w", "OptimizeEnumeration")) {
            wish.optimised = true;
        } else if (child->is("w", "MaxElements")) {
            read = read_number(*child, wish.max_elements);
        } else if (child->is("n", "Expires")) {
            read = read_expires(*child, wish);
        } else if (child->is("n", "EndTo")) {
            read = fail(faults::unsupported_feature_addressing_mode, "EndTo is not supported.");
        } else if (child->prefix() == "n" && child->name() != "Filter") {
            read =
                fail(faults::schema_validation_error, "Enumerate has no element " + std::string(child->name()) + ".");
        }
        if (!read) return tl::unexpected(std::move(read.error()));
    }
    return wish;
}

Result<Wish> read_pull(std::string_view body) {
    Wish wish;
    const auto root = soap::Element::first_in(body);
    for (auto child = root->first_child(); child; child = child->next()) {
        Result<void> read;
        if (child->is("n", "EnumerationContext")) {
            const auto text = child->text();
            wish.context = soap::trim(text);
        } else if (child->is("n", "MaxElements")) {
            read = read_number(*child, wish.max_elements);
        } else if (child->is("n", "MaxCharacters")) {
            read = read_number(*child, wish.max_characters);
        } else if (child->is("n", "MaxTime")) {
            const auto text = child->text();
            const auto time = parse_duration(soap::trim(text));
            if (!time || time->count() <= 0) read = fail(faults::schema_validation_error, "MaxTime is no duration.");
        } else if (child->prefix() == "n") {
            read = fail(faults::schema_validation_error, "Pull has no element " + std::string(child->name()) + ".");
        }
        if (!read) return tl::unexpected(std::move(read.error()));
    }
    if (wish.context.empty()) return fail(faults::invalid_enumeration_context, "The enumeration context is missing.");
    return wish;
}

// The classes whose instances are asked for. Instances are always sent with all of their properties.
Result<std::vector<Resource*>> chosen_resources(const Plan& plan, Polymorphism polymorphism) {
    auto resources = plan.resources;
    if (polymorphism == Polymorphism::include_subclass_properties) return resources;
    const auto subclasses = std::remove_if(resources.begin(), resources.end(), [&](const Resource* one) {
        return !cim::equal_names(one->declaration().name, plan.call.selectors.class_name);
    });
    if (polymorphism == Polymorphism::exclude_subclass_properties && subclasses != resources.end()) {
        return fail(faults::polymorphism_mode_not_supported,
                    "Instances of subclasses can't be sent without the properties that these add.");
    }
    resources.erase(subclasses, resources.end());
    return resources;
}

// Items that fit, and whether they were the last. Room for what follows them in the envelope is kept free.
struct Page {
    std::string items;
    std::size_t count = 0;
    bool last = false;
};

constexpr std::size_t room_for_closing = 512;

Result<Page> collect(EnumerationContext& context, const Wish& wish, std::size_t max_items, std::size_t room) {
    Page page;
    const auto wanted = std::min(wish.max_elements, max_items);
    const auto budget = std::min(room, wish.max_characters);
    while (true) {
        const auto instance = context.peek();
        if (!instance) return tl::unexpected(instance.error());
        page.last = *instance == nullptr;
        if (page.last || page.count == wanted) return page;
        const auto before = page.items.size();
        context.append(page.items, **instance);
        if (page.items.size() > budget) {
            page.items.resize(before);
            if (page.count == 0) return fail(faults::encoding_limit_max_envelope_size_exceeded);
            return page;
        }
        context.take();
        ++page.count;
    }
}

void append_context(std::string& out, std::string_view name) {
    out += "<n:EnumerationContext>";
    out += name;
    out += "</n:EnumerationContext>";
}

std::size_t room_in(const Plan& plan, const std::string& out) noexcept {
    const auto used = out.size() + room_for_closing;
    return plan.call.max_envelope_size > used ? plan.call.max_envelope_size - used : 0;
}

}  // namespace

struct Enumerations::State {
    explicit State(const Limits& limits) : contexts(limits), max_page(limits.max_page) {}
    ContextTable contexts;
    std::size_t max_page;
};

Enumerations::Enumerations(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
Enumerations::~Enumerations() = default;

Result<void> Enumerations::enumerate(const Plan& plan, std::string& out) {
    const auto wish = read_enumerate(plan.call.envelope->body);
    if (!wish) return tl::unexpected(wish.error());
    auto resources = chosen_resources(plan, wish->polymorphism);
    if (!resources) return tl::unexpected(std::move(resources.error()));
    auto context =
        std::make_unique<EnumerationContext>(std::move(*resources), wish->form, plan.call.uri.style, plan.filter);

    Page page;
    if (wish->optimised) {
        auto collected = collect(*context, *wish, state_->max_page, room_in(plan, out));
        if (!collected) return tl::unexpected(std::move(collected.error()));
        page = std::move(*collected);
    }
    out += "<n:EnumerateResponse>";
    if (page.last) {
        out += "<n:EnumerationContext/>";
    } else {
        const auto name = state_->contexts.open(std::move(context), plan.call.principal.name, wish->lifetime);
        if (!name) return tl::unexpected(name.error());
        append_context(out, *name);
    }
    if (wish->optimised) {
        out += "<w:Items>";
        out += page.items;
        out += "</w:Items>";
        if (page.last) out += "<w:EndOfSequence/>";
        *plan.call.summary += ' ' + std::to_string(page.count) + " items";
    }
    out += "</n:EnumerateResponse>";
    return {};
}

Result<void> Enumerations::pull(const Plan& plan, std::string& out) {
    const auto wish = read_pull(plan.call.envelope->body);
    if (!wish) return tl::unexpected(wish.error());
    auto context = state_->contexts.borrow(wish->context, plan.call.principal.name);
    if (!context) return tl::unexpected(std::move(context.error()));

    auto page = collect(**context, *wish, state_->max_page, room_in(plan, out));
    if (!page) return tl::unexpected(std::move(page.error()));
    if (page->last) {
        auto closed = state_->contexts.close(wish->context, plan.call.principal.name);
        if (!closed) return closed;
    }
    out += "<n:PullResponse>";
    if (!page->last) append_context(out, wish->context);
    out += "<n:Items>";
    out += page->items;
    out += "</n:Items>";
    if (page->last) out += "<n:EndOfSequence/>";
    out += "</n:PullResponse>";
    *plan.call.summary += ' ' + std::to_string(page->count) + " items";
    return {};
}

Result<void> Enumerations::release(const Plan& plan) {
    const auto root = soap::Element::first_in(plan.call.envelope->body);
    const auto child = root->child("n", "EnumerationContext");
    if (!child) return fail(faults::invalid_enumeration_context, "The enumeration context is missing.");
    const auto text = child->text();
    return state_->contexts.close(std::string(soap::trim(text)), plan.call.principal.name);
}

std::size_t Enumerations::open_contexts() const {
    return state_->contexts.size();
}

}  // namespace tintype::wsman
