#include "wsman/message_rules.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "tintype/cim/object_path.hpp"
#include "wsman/duration.hpp"

namespace tintype::wsman {

namespace {

constexpr std::string_view anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous";
constexpr std::size_t smallest_envelope = 8192;  // DSP0226 R6.2-4
constexpr std::size_t room_for_not_understood = 4096;

using Checked = Result<void>;

Checked check_understood(const soap::Headers& headers) {
    if (headers.not_understood.empty()) return {};
    Fault fault(faults::must_understand);
    // Each is named with its namespace: a small message with many headers under one long URI would get a huge answer.
    std::size_t room = room_for_not_understood;
    for (const auto& name : headers.not_understood) {
        const auto size = name.uri.size() + name.local.size();
        if (size > room) break;
        room -= size;
        fault.not_understood.emplace_back(std::string(name.uri), std::string(name.local));
    }
    fault.message =
        "The header " + std::string(headers.not_understood.front().local) + " must be understood but is not known.";
    return tl::unexpected(std::move(fault));
}

// DSP0226 R13.1-9 and clause 5.4; an empty MessageID is what some clients send and echo.
Checked check_addressing(const soap::Headers& headers) {
    if (headers.duplicate) {
        return fail(faults::invalid_message_information_header,
                    "The header " + std::string(headers.duplicate->local) + " occurs more than once.");
    }
    const auto required = [](bool present, const char* name) -> Checked {
        if (present) return {};
        return fail(faults::message_information_header_required,
                    std::string("The header wsa:") + name + " is missing.");
    };
    if (auto found = required(headers.action.present, "Action"); !found) return found;
    if (auto found = required(headers.to.present, "To"); !found) return found;
    if (auto found = required(headers.message_id.present, "MessageID"); !found) return found;
    if (auto found = required(headers.reply_to.present, "ReplyTo"); !found) return found;
    if (headers.action.text.empty()) {
        return fail(faults::invalid_message_information_header, "The header wsa:Action is empty.");
    }
    for (const auto* endpoint : {&headers.reply_to, &headers.fault_to}) {
        if (endpoint->present && endpoint->address != anonymous) {
            return fail(
                faults::unsupported_feature_addressing_mode,
                "Answers go back on the connection of the request only: ReplyTo and FaultTo must be anonymous.");
        }
    }
    return {};
}

Checked check_lengths(const soap::Headers& headers, const Limits& limits) {
    for (const auto* uri : {&headers.to, &headers.action, &headers.message_id, &headers.resource_uri}) {
        if (uri->text.size() > limits.max_uri_length) {
            return fail(faults::encoding_limit_uri_limit_exceeded,
                        "A URI is longer than " + std::to_string(limits.max_uri_length) + " characters.");
        }
    }
    if (headers.activity_id.text.size() > limits.max_uri_length) {  // MS-WSMV 3.1.4.1.12
        return fail(faults::invalid_message_information_header, "The header ActivityId is too long.");
    }
    if (headers.selectors.size() > limits.max_selectors) return fail(faults::encoding_limit_selector_limit);
    if (headers.options.size() > limits.max_options) return fail(faults::encoding_limit_option_limit);
    return {};
}

Checked check_selectors(const soap::Headers& headers) {
    const auto& selectors = headers.selectors;
    for (auto one = selectors.begin(); one != selectors.end(); ++one) {
        if (one->name.empty()) return fail(faults::invalid_selectors, "A selector has no name.");
        const bool again = std::any_of(selectors.begin(), one,
                                       [&](const auto& other) { return cim::equal_names(other.name, one->name); });
        if (again) {
            return fail(faults::invalid_selectors_duplicate_selectors,
                        "The selector " + std::string(one->name) + " occurs twice.");
        }
    }
    return {};
}

bool is_language_tag(std::string_view tag) noexcept {
    return !tag.empty() && tag.size() <= 64 && tag.front() != '-' && tag.back() != '-' &&
           std::all_of(tag.begin(), tag.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
           });
}

// Answers are in English, and numbers and dates in them as XML Schema writes them, whatever the locale. It is a hint
// unless it must be understood (R6.3-1, R6.3-2; MS-WSMV 3.1.4.1.8, 3.1.4.1.9).
Checked check_locale(const soap::HeaderField& locale) {
    if (!locale.present || !locale.must_understand) return {};
    if (!is_language_tag(locale.text))
        return fail(faults::unsupported_feature_locale, "The locale is no language tag.");
    const auto language = locale.text.substr(0, locale.text.find('-'));
    if (cim::equal_names(language, "en")) return {};
    return fail(faults::unsupported_feature_locale,
                "Answers can't be in the language " + std::string(locale.text) + ", only in en-US.");
}

// What should happen to events that are too large: of no consequence for requests, but one that must be understood has
// to be one that there is (DSP0226 6.2).
Checked check_envelope_policy(const soap::Headers& headers) {
    const auto policy = headers.max_envelope_policy;
    if (policy.empty() || !headers.max_envelope_size.must_understand) return {};
    if (policy == "CancelSubscription" || policy == "Skip" || policy == "Notify") return {};
    return fail(faults::unsupported_feature_max_envelope_policy,
                "The policy " + std::string(policy) + " of MaxEnvelopeSize is not supported.");
}

// A client that doesn't insist could get the whole instance and take it for the fragment (MS-WSMV 3.1.4.1.18).
Checked check_fragment(const soap::Headers& headers) {
    if (!headers.fragment_transfer.present || headers.fragment_transfer.must_understand) return {};
    return fail(faults::invalid_message_information_header,
                "The header FragmentTransfer is without mustUnderstand: it must be understood.");
}

Result<std::chrono::milliseconds> operation_timeout(const soap::Headers& headers, const Limits& limits) {
    if (!headers.operation_timeout.present) return limits.default_operation_timeout;
    const auto timeout = parse_duration(headers.operation_timeout.text);
    if (!timeout || timeout->count() <= 0) return fail(faults::invalid_message_information_header_invalid_timeout);
    return *timeout;
}

// What is more than we send anyway is no limit; without mustUnderstand it is a hint (R6.2-3), and keeping to it is
// kind.
Result<std::size_t> max_envelope_size(const soap::Headers& headers, const Limits& limits) {
    if (!headers.max_envelope_size.present) return limits.max_envelope_size;
    const auto text = headers.max_envelope_size.text;
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error == std::errc::result_out_of_range) return limits.max_envelope_size;
    if (error != std::errc{} || end != text.data() + text.size()) {
        return fail(faults::invalid_message_information_header, "MaxEnvelopeSize is not a number.");
    }
    if (size < smallest_envelope) return fail(faults::encoding_limit_minimum_envelope_limit);
    return static_cast<std::size_t>(std::min<std::uint64_t>(size, limits.max_envelope_size));
}

}  // namespace

Fault to_fault(const soap::ReadError& error) {
    switch (error.fault) {
        case soap::ReadFault::version_mismatch:
            return Fault(faults::version_mismatch, error.message);
        case soap::ReadFault::charset:
            return Fault(faults::encoding_limit_character_set, error.message);
        case soap::ReadFault::limit:
            if (error.header == "SelectorSet") return Fault(faults::encoding_limit_selector_limit, error.message);
            if (error.header == "OptionSet") return Fault(faults::encoding_limit_option_limit, error.message);
            return Fault(faults::encoding_limit, error.message);
        case soap::ReadFault::invalid_header:
            return Fault(faults::invalid_message_information_header, error.message);
        case soap::ReadFault::not_xml:
        case soap::ReadFault::not_soap:
        case soap::ReadFault::empty:
            break;
    }
    return Fault(faults::schema_validation_error, error.message);
}

Result<Control> check_headers(const soap::Headers& headers, const Limits& limits) {
    Checked checked = check_understood(headers);
    if (checked) checked = check_addressing(headers);
    if (checked) checked = check_lengths(headers, limits);
    if (checked) checked = check_selectors(headers);
    if (checked) checked = check_locale(headers.locale);
    if (checked) checked = check_locale(headers.data_locale);
    if (checked) checked = check_envelope_policy(headers);
    if (checked) checked = check_fragment(headers);
    if (!checked) return tl::unexpected(std::move(checked.error()));

    const auto timeout = operation_timeout(headers, limits);
    if (!timeout) return tl::unexpected(timeout.error());
    const auto size = max_envelope_size(headers, limits);
    if (!size) return tl::unexpected(size.error());
    return Control{*timeout, *size, headers.max_envelope_size.must_understand, headers.request_total_items.present};
}

std::size_t answer_size(const soap::Headers& headers, const Limits& limits) {
    return max_envelope_size(headers, limits).value_or(smallest_envelope);
}

Fault not_understood(std::string_view uri, std::string_view local) {
    Fault fault(faults::must_understand,
                "The header " + std::string(local) + " must be understood but means nothing to this operation.");
    fault.not_understood.emplace_back(std::string(uri), std::string(local));
    return fault;
}

}  // namespace tintype::wsman
