#include "soap/header_collector.hpp"

#include <optional>

#include "soap/element_cursor.hpp"

namespace tintype::soap {
namespace {

// SOAP 1.2 part 1, 2.2: the roles that an ultimate receiver plays.
constexpr std::string_view role_next = "http://www.w3.org/2003/05/soap-envelope/role/next";
constexpr std::string_view role_ultimate_receiver = "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver";

const Attribute* find_attribute(std::span<const Attribute> attributes, NamespaceId ns, std::string_view local) {
    for (const Attribute& attribute : attributes) {
        if (attribute.ns == ns && attribute.local == local) return &attribute;
    }
    return nullptr;
}

/// xs:boolean; nothing for anything else.
std::optional<bool> read_boolean(std::string_view value) {
    value = trim(value);
    if (value == "true" || value == "1") return true;
    if (value == "false" || value == "0") return false;
    return std::nullopt;
}

bool is_for_us(std::span<const Attribute> attributes) {
    const Attribute* const role = find_attribute(attributes, known::soap, "role");
    if (role == nullptr) return true;
    const std::string_view value = trim(role->value);
    return value.empty() || value == role_next || value == role_ultimate_receiver;
}

bool is_blank(std::string_view text) {
    return trim(text).empty();
}

}  // namespace

const HeaderCollector::KnownHeader* HeaderCollector::find(NamespaceId ns, std::string_view local) {
    using namespace known;
    using H = Headers;
    static constexpr KnownHeader headers[] = {
        {addressing, Content::text, "To", &H::to, nullptr},
        {addressing, Content::text, "Action", &H::action, nullptr},
        {addressing, Content::text, "MessageID", &H::message_id, nullptr},
        {addressing, Content::endpoint, "ReplyTo", nullptr, &H::reply_to},
        {wsman, Content::text, "ResourceURI", &H::resource_uri, nullptr},
        {wsman, Content::selectors, "SelectorSet", &H::selector_set, nullptr},
        {wsman, Content::text, "OperationTimeout", &H::operation_timeout, nullptr},
        {wsman, Content::text, "MaxEnvelopeSize", &H::max_envelope_size, nullptr},
        {wsman, Content::language, "Locale", &H::locale, nullptr},
        {ms_wsman, Content::language, "DataLocale", &H::data_locale, nullptr},
        {wsman, Content::options, "OptionSet", &H::option_set, nullptr},
        {ms_wsman, Content::text, "SessionId", &H::session_id, nullptr},
        {ms_wsman, Content::text, "OperationID", &H::operation_id, nullptr},
        {ms_wsman, Content::text, "SequenceId", &H::sequence_id, nullptr},
        {ms_wsman, Content::text, "ActivityId", &H::activity_id, nullptr},
        {ms_wsman, Content::text, "FunctionID", &H::function_id, nullptr},
        {addressing, Content::text, "RelatesTo", &H::relates_to, nullptr},
        {addressing, Content::endpoint, "FaultTo", nullptr, &H::fault_to},
        {addressing, Content::endpoint, "From", nullptr, &H::from},
        {wsman, Content::presence, "RequestEPR", &H::request_epr, nullptr},
        {wsman, Content::fragment, "FragmentTransfer", &H::fragment_transfer, nullptr},
        {wsman, Content::text, "RequestTotalItemsCountEstimate", &H::request_total_items, nullptr},
    };
    for (const KnownHeader& header : headers) {
        if (header.ns == ns && header.name == local) return &header;
    }
    return nullptr;
}

void HeaderCollector::reset(Headers* headers, Region* names, Region* out, CanonicalWriter* writer,
                            const NamespaceStack* namespaces, const Limits* limits) {
    *this = HeaderCollector{};
    headers_ = headers;
    names_ = names;
    out_ = out;
    writer_ = writer;
    namespaces_ = namespaces;
    limits_ = limits;
}

bool HeaderCollector::start(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes) {
    if (++level_ == 1) return start_block(ns, local, attributes);
    switch (content_) {
        case Content::ignored:
        case Content::presence:
        case Content::fragment:
            return true;
        case Content::text:
        case Content::language:
            return invalid("has an element inside");
        case Content::selectors:
            return start_selector(ns, local, attributes);
        case Content::options:
            return start_option(ns, local, attributes);
        case Content::endpoint:
            return start_endpoint_part(ns, local, attributes);
    }
    return true;
}

bool HeaderCollector::start_block(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes) {
    content_ = Content::ignored;
    if (!is_for_us(attributes)) return true;

    bool must_understand = false;
    if (const Attribute* const attribute = find_attribute(attributes, known::soap, "mustUnderstand")) {
        const auto value = read_boolean(attribute->value);
        if (!value) {
            block_name_ = names_->keep(local);
            return invalid("has a mustUnderstand that is neither true nor false");
        }
        must_understand = *value;
    }

    const KnownHeader* const header = find(ns, local);
    if (header == nullptr) {
        if (must_understand) headers_->not_understood.push_back({namespaces_->uri(ns), names_->keep(local)});
        return true;
    }
    field_ = header->field != nullptr ? &(headers_->*header->field) : nullptr;
    endpoint_ = header->endpoint != nullptr ? &(headers_->*header->endpoint) : nullptr;
    if ((field_ != nullptr && field_->present) || (endpoint_ != nullptr && endpoint_->present)) {
        if (!headers_->duplicate) headers_->duplicate = {namespaces_->uri(ns), header->name};
        return true;
    }
    if (field_ != nullptr) {
        field_->present = true;
        field_->must_understand = must_understand;
    } else {
        endpoint_->present = true;
        endpoint_->must_understand = must_understand;
    }
    return begin_content(*header, attributes);
}

bool HeaderCollector::begin_content(const KnownHeader& header, std::span<const Attribute> attributes) {
    content_ = header.content;
    block_name_ = header.name;
    has_address_ = false;
    if (content_ == Content::language) {
        if (const auto* const lang = find_attribute(attributes, known::xml, "lang")) {
            field_->text = trim(out_->keep(lang->value));
        }
    } else if (content_ == Content::fragment) {
        if (const auto* const dialect = find_attribute(attributes, known::none, "Dialect")) {
            headers_->fragment_dialect = trim(out_->keep(dialect->value));
        }
    } else if (header.field == &Headers::max_envelope_size) {
        if (const auto* const policy = find_attribute(attributes, known::none, "Policy")) {
            headers_->max_envelope_policy = trim(out_->keep(policy->value));
        }
    }
    content_begin_ = out_->position();
    return true;
}

bool HeaderCollector::start_selector(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes) {
    if (level_ > 3) {
        writer_->start(ns, local, attributes);
        return true;
    }
    if (level_ == 3) {
        Selector& selector = headers_->selectors.back();
        if (ns != known::addressing || local != "EndpointReference" || !selector.reference.empty()) {
            return invalid("has a Selector with an element other than one EndpointReference inside");
        }
        if (!is_blank(out_->since(content_begin_))) return invalid("has a Selector with text and an element inside");
        reference_begin_ = out_->position();
        writer_->start(ns, local, attributes);
        return true;
    }
    if (ns != known::wsman || local != "Selector") return invalid("has an element other than Selector inside");
    if (headers_->selectors.size() == limits_->max_selectors) return too_many("selectors");
    const Attribute* const name = find_attribute(attributes, known::none, "Name");
    if (name == nullptr) return invalid("has a Selector without Name");
    headers_->selectors.push_back({.name = out_->keep(name->value), .text = {}, .reference = {}});
    content_begin_ = out_->position();
    return true;
}

void HeaderCollector::end_selector_part() {
    if (level_ > 3) {
        writer_->end();
        return;
    }
    Selector& selector = headers_->selectors.back();
    if (level_ == 3) {
        writer_->end();
        selector.reference = out_->since(reference_begin_);
    } else if (level_ == 2 && selector.reference.empty()) {
        selector.text = out_->since(content_begin_);
    }
}

bool HeaderCollector::start_option(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes) {
    if (level_ > 2) return invalid("has an Option with an element inside");
    if (ns != known::wsman || local != "Option") return invalid("has an element other than Option inside");
    if (headers_->options.size() == limits_->max_options) return too_many("options");
    const Attribute* const name = find_attribute(attributes, known::none, "Name");
    if (name == nullptr) return invalid("has an Option without Name");

    Option option;
    option.name = out_->keep(name->value);
    if (const Attribute* const type = find_attribute(attributes, known::none, "Type")) {
        const std::string_view qualified = trim(out_->keep(type->value));
        option.type = qualified.substr(qualified.rfind(':') + 1);
    }
    if (const Attribute* const must_comply = find_attribute(attributes, known::none, "MustComply")) {
        const auto value = read_boolean(must_comply->value);
        if (!value) return invalid("has an Option whose MustComply is neither true nor false");
        option.must_comply = *value;
    }
    if (const Attribute* const nil = find_attribute(attributes, known::xsi, "nil")) {
        const auto value = read_boolean(nil->value);
        if (!value) return invalid("has an Option whose xsi:nil is neither true nor false");
        option.nil = *value;
    }
    headers_->options.push_back(option);
    content_begin_ = out_->position();
    return true;
}

bool HeaderCollector::start_endpoint_part(NamespaceId ns, std::string_view local,
                                          std::span<const Attribute> attributes) {
    if (level_ > 2) {
        if (part_ == Part::address) return invalid("has an Address with an element inside");
        if (part_ == Part::parameters) writer_->start(ns, local, attributes, Keep::all);
        return true;
    }
    part_ = Part::other;
    if (ns != known::addressing) return true;
    if (local == "Address") {
        if (has_address_) return invalid("has more than one Address");
        has_address_ = true;
        part_ = Part::address;
        // Beside the canonical XML: parameters before and behind it stay together.
        address_begin_ = names_->position();
    } else if (local == "ReferenceParameters" || local == "ReferenceProperties") {
        part_ = Part::parameters;
    }
    return true;
}

bool HeaderCollector::end_endpoint_part() {
    if (level_ > 2) {
        if (part_ == Part::parameters) writer_->end();
    } else if (level_ == 2) {
        if (part_ == Part::address) endpoint_->address = trim(names_->since(address_begin_));
        if (part_ == Part::parameters) endpoint_->reference_parameters = out_->since(content_begin_);
    } else if (!has_address_) {
        return invalid("has no Address");
    }
    return true;
}

bool HeaderCollector::text(std::string_view text, bool plain) {
    switch (content_) {
        case Content::ignored:
        case Content::presence:
            return true;
        case Content::text:
        case Content::fragment:
            if (level_ == 1) out_->append(text);
            return true;
        case Content::language:
            return is_blank(text) || invalid("has text inside");
        case Content::options:
            if (level_ == 1) return is_blank(text) || invalid("has text inside");
            out_->append(text);
            return true;
        case Content::selectors:
            if (level_ == 1) return is_blank(text) || invalid("has text inside");
            if (level_ > 2) {
                writer_->text(text, plain);
            } else if (headers_->selectors.back().reference.empty()) {
                out_->append(text);
            } else {
                return is_blank(text) || invalid("has a Selector with text and an element inside");
            }
            return true;
        case Content::endpoint:
            if (level_ == 1) return is_blank(text) || invalid("has text inside");
            if (part_ == Part::address) names_->append(text);
            if (part_ == Part::parameters) writer_->text(text, plain);
            return true;
    }
    return true;
}

bool HeaderCollector::end() {
    bool good = true;
    switch (content_) {
        case Content::selectors:
            if (level_ > 1) end_selector_part();
            break;
        case Content::options:
            if (level_ == 2) headers_->options.back().value = out_->since(content_begin_);
            break;
        case Content::endpoint:
            good = end_endpoint_part();
            break;
        case Content::text:
        case Content::fragment:
            if (level_ == 1) field_->text = trim(out_->since(content_begin_));
            break;
        case Content::ignored:
        case Content::presence:
        case Content::language:
            break;
    }
    --level_;
    return good;
}

bool HeaderCollector::invalid(std::string message) {
    problem_.fault = ReadFault::invalid_header;
    problem_.header = block_name_;
    problem_.message = "the header " + problem_.header + " " + std::move(message);
    return false;
}

bool HeaderCollector::too_many(std::string_view what) {
    problem_.fault = ReadFault::limit;
    problem_.header = block_name_;
    problem_.message = "more " + std::string(what) + " than this endpoint takes";
    return false;
}

}  // namespace tintype::soap
