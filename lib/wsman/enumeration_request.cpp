#include "wsman/enumeration_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "cim/datetime_reader.hpp"
#include "soap/element_cursor.hpp"
#include "wsman/duration.hpp"

namespace tintype::wsman {

namespace {

std::string value_of(const soap::Element& element) {
    if (const auto plain = element.plain_text()) return std::string(soap::trim(*plain));
    const auto text = element.text();
    return std::string(soap::trim(text));
}

Result<void> read_number(const soap::Element& element, std::size_t& into) {
    const auto digits = value_of(element);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) {
        into = std::numeric_limits<std::size_t>::max();
        return {};
    }
    if (error != std::errc{} || end != digits.data() + digits.size() || value == 0) {
        return fail(faults::schema_validation_error, std::string(element.name()) + " must be a number above 0.");
    }
    into = static_cast<std::size_t>(value);
    return {};
}

/// A mode by the name that it has in messages.
template <class T>
struct Mode {
    std::string_view name;
    T value;
};
constexpr std::array forms{
    Mode<ItemForm>{"EnumerateObject", ItemForm::object},
    Mode<ItemForm>{"", ItemForm::object},
    Mode<ItemForm>{"EnumerateEPR", ItemForm::reference},
    Mode<ItemForm>{"EnumerateObjectAndEPR", ItemForm::object_and_reference},
};
constexpr std::array polymorphisms{
    Mode<Polymorphism>{"IncludeSubClassProperties", Polymorphism::include_subclass_properties},
    Mode<Polymorphism>{"ExcludeSubClassProperties", Polymorphism::exclude_subclass_properties},
    Mode<Polymorphism>{"None", Polymorphism::none},
};

/// \param unknown the fault of a mode that isn't among them.
template <class T, std::size_t N>
Result<void> read_mode(const soap::Element& element, const std::array<Mode<T>, N>& modes, const FaultEntry& unknown,
                       T& into) {
    const auto name = value_of(element);
    const auto mode = std::find_if(modes.begin(), modes.end(), [&](const auto& one) { return one.name == name; });
    if (mode == modes.end())
        return fail(unknown, "The " + std::string(element.name()) + ' ' + name + " is not supported.");
    into = mode->value;
    return {};
}

Result<void> read_expires(const soap::Element& element, EnumerationRequest& request) {
    const auto expires = value_of(element);
    auto lifetime = parse_duration(expires);
    bool is_point_in_time = false;
    if (!lifetime) {
        // In microseconds, which reach to the year 9999, the nanoseconds of system_clock don't.
        const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        if (const auto time = cim::read_xml_date_time(expires)) {
            lifetime = std::chrono::duration_cast<std::chrono::milliseconds>(*time - now);
            is_point_in_time = true;
        }
    }
    if (!lifetime) {
        return fail(faults::invalid_expiration_time, "Expires is neither a duration nor a point in time.");
    }
    if (lifetime->count() <= 0) return fail(faults::invalid_expiration_time, "Expires is not in the future.");
    request.expires = Expiration{*lifetime, is_point_in_time};
    return {};
}

Result<void> read_max_time(const soap::Element& element, EnumerationRequest& request) {
    request.max_time = parse_duration(value_of(element));
    if (request.max_time && request.max_time->count() > 0) return {};
    return fail(faults::schema_validation_error, "MaxTime is no duration above 0.");
}

tl::unexpected<Fault> unexpected_element(std::string_view message, const soap::Element& element) {
    return fail(faults::schema_validation_error,
                std::string(message) + " has no element " + std::string(element.name()) + ".");
}

/// An element of an Enumerate that is no filter.
Result<void> read_enumerate_element(const soap::Element& element, EnumerationRequest& request) {
    if (element.is("w", "EnumerationMode"))
        return read_mode(element, forms, faults::unsupported_feature_enumeration_mode, request.form);
    if (element.is("b", "PolymorphismMode"))
        return read_mode(element, polymorphisms, faults::polymorphism_mode_not_supported, request.polymorphism);
    if (element.is("w", "MaxElements")) return read_number(element, request.max_elements);
    if (element.is("n", "Expires")) return read_expires(element, request);
    if (element.is("n", "EndTo")) return fail(faults::unsupported_feature_addressing_mode, "EndTo is not supported.");
    if (element.is("w", "OptimizeEnumeration")) request.optimised = true;
    if (element.prefix() == "n" && element.name() != "Filter") return unexpected_element("Enumerate", element);
    return {};
}

Result<EnumerationRequest> with_context(EnumerationRequest request) {
    if (request.context.empty()) {
        return fail(faults::invalid_enumeration_context, "The enumeration context is missing.");
    }
    return request;
}

}  // namespace

EnumerateBody read_enumerate(const soap::Envelope& envelope) {
    EnumerateBody body;
    const auto root = soap::Element::only_in(envelope.body);
    if (!root) return body;
    for (auto child = root->first_child(); child && (body.filter_read || body.request); child = child->next()) {
        if (body.filter_read) {
            auto taken = take_filter(*child, envelope.other_namespaces, body.filter);
            if (!taken) body.filter_read = tl::unexpected(std::move(taken.error()));
            if (!taken || *taken) continue;
        }
        if (!body.request) continue;
        if (auto read = read_enumerate_element(*child, *body.request); !read)
            body.request = tl::unexpected(std::move(read.error()));
    }
    return body;
}

Result<EnumerationRequest> read_pull(std::string_view body) {
    EnumerationRequest request;
    const auto root = soap::Element::only_in(body);
    for (auto child = root->first_child(); child; child = child->next()) {
        Result<void> read;
        if (child->is("n", "EnumerationContext")) {
            request.context = value_of(*child);
        } else if (child->is("n", "MaxElements")) {
            read = read_number(*child, request.max_elements);
        } else if (child->is("n", "MaxCharacters")) {
            read = read_number(*child, request.max_characters);
        } else if (child->is("n", "MaxTime")) {
            read = read_max_time(*child, request);
        } else if (child->prefix() == "n") {
            read = unexpected_element("Pull", *child);
        }
        if (!read) return tl::unexpected(std::move(read.error()));
    }
    return with_context(std::move(request));
}

Result<EnumerationRequest> read_about_context(std::string_view body, bool may_expire) {
    EnumerationRequest request;
    const auto root = soap::Element::only_in(body);
    for (auto child = root->first_child(); child; child = child->next()) {
        Result<void> read;
        if (child->is("n", "EnumerationContext")) {
            request.context = value_of(*child);
        } else if (may_expire && child->is("n", "Expires")) {
            read = read_expires(*child, request);
        } else if (child->prefix() == "n") {
            read = unexpected_element(root->name(), *child);
        }
        if (!read) return tl::unexpected(std::move(read.error()));
    }
    return with_context(std::move(request));
}

}  // namespace tintype::wsman
