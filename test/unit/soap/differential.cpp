#include "differential.hpp"

#include <iconv.h>
#include <soapH.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "reference_dom.hpp"
#include "reference_reader.hpp"
#include "soap/charset.hpp"
#include "soap/element_cursor.hpp"
#include "soap/namespaces.hpp"
#include "soap/snapshot_messages.hpp"

namespace tintype::test {
namespace {

using soap::Element;
using soap::Envelope;
using soap::Headers;

/// glibc's opinion on what the bytes are in UTF-8.
std::optional<std::string> convert(std::string_view bytes, const char* from) {
    iconv_t converter = iconv_open("UTF-8", from);
    std::string result(bytes.size() * 2 + 16, '\0');
    auto* in = const_cast<char*>(bytes.data());
    std::size_t in_left = bytes.size();
    char* out = result.data();
    std::size_t out_left = result.size();
    const std::size_t status = iconv(converter, &in, &in_left, &out, &out_left);
    iconv_close(converter);
    if (status == static_cast<std::size_t>(-1) || in_left != 0) return std::nullopt;
    result.resize(result.size() - out_left);
    return result;
}

/// Canonical XML in an element that binds its prefixes, so that a parser can read it.
std::string bound(const Envelope& envelope, std::string_view canonical, bool in_body) {
    std::string text = "<root";
    const auto bind = [&](const std::string& prefix, std::string_view uri) {
        std::string escaped;
        for (const char c : uri) {
            escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
            if (c == '\n' || c == '\t' || c == '\r') {
                escaped.pop_back();
                escaped += "&#" + std::to_string(static_cast<int>(c)) + ";";
            }
        }
        text += " xmlns:" + prefix + "=\"" + escaped + "\"";
    };
    for (const soap::Namespace& ns : soap::canonical_namespaces) bind(std::string(ns.prefix), ns.uri);
    if (in_body && canonical.starts_with("<p:")) bind("p", envelope.body_namespace);
    for (std::size_t i = 0; i < envelope.other_namespaces.size(); ++i) {
        // What stands in the namespace of xml is a client's mistake that Namespaces in XML forbids to repeat.
        if (envelope.other_namespaces[i] != soap::ns_xml) bind("q" + std::to_string(i), envelope.other_namespaces[i]);
    }
    return text + ">" + std::string(canonical) + "</root>";
}

std::string describe_canonical(const Envelope& envelope, std::string_view canonical, bool in_body) {
    const auto document = parse_document(bound(envelope, canonical, in_body));
    if (!document) return "NOT CANONICAL: " + std::string(canonical);
    std::string result;
    describe_content(*document->root, false, result);
    return result;
}

/// The same by the cursor, to try that one too.
void describe_by_cursor(const Envelope& envelope, const Element& element, std::string& out) {
    std::string uri;
    if (element.prefix() == "p") uri = envelope.body_namespace;
    if (element.prefix().starts_with('q')) {
        uri = envelope.other_namespaces[std::stoul(std::string(element.prefix().substr(1)))];
    }
    for (const soap::Namespace& ns : soap::canonical_namespaces) {
        if (ns.prefix == element.prefix()) uri = ns.uri;
    }
    out += "({" + uri + "}" + std::string(element.name());
    out += " '" + element.text() + "'";
    for (auto child = element.first_child(); child; child = child->next()) describe_by_cursor(envelope, *child, out);
    out += ")";
}

void describe_by_dom(const Node& node, std::string& out) {
    out += "({" + node.name.first + "}" + node.name.second + " '" + node.text() + "'";
    for (const Node* child : node.children()) describe_by_dom(*child, out);
    out += ")";
}

/// Nothing, or how cursor and parser see the body differently.
std::string compare_cursor(const Envelope& envelope) {
    const auto element = Element::first_in(envelope.body);
    if (!element) return envelope.body.empty() ? "" : "the cursor finds no element in the body";
    const auto document = parse_document(bound(envelope, envelope.body, true));
    if (!document) return "the body is not canonical";
    std::string cursor;
    std::string dom;
    describe_by_cursor(envelope, *element, cursor);
    describe_by_dom(*document->root->children().at(0), dom);
    return cursor == dom ? "" : "the cursor sees\n" + cursor + "\nthe parser\n" + dom;
}

}  // namespace

std::string describe(const Envelope& envelope) {
    const Headers& h = envelope.headers;
    std::set<std::string> lines;
    const auto field = [&](const char* name, const soap::HeaderField& value, const std::string& more) {
        if (value.present) lines.insert(describe_field(name, value.must_understand, std::string(value.text) + more));
    };
    const auto endpoint = [&](const char* name, const soap::EndpointHeader& value) {
        if (!value.present) return;
        lines.insert(describe_endpoint(name, value.must_understand, std::string(value.address),
                                       describe_canonical(envelope, value.reference_parameters, false)));
    };
    field("To", h.to, "");
    field("Action", h.action, "");
    field("MessageID", h.message_id, "");
    field("RelatesTo", h.relates_to, "");
    field("ResourceURI", h.resource_uri, "");
    field("OperationTimeout", h.operation_timeout, "");
    field("MaxEnvelopeSize", h.max_envelope_size, "|" + std::string(h.max_envelope_policy));
    field("Locale", h.locale, "");
    field("SelectorSet", h.selector_set, "");
    field("OptionSet", h.option_set, "");
    field("RequestEPR", h.request_epr, "");
    field("FragmentTransfer", h.fragment_transfer, "|" + std::string(h.fragment_dialect));
    field("RequestTotalItemsCountEstimate", h.request_total_items, "");
    field("DataLocale", h.data_locale, "");
    field("SessionId", h.session_id, "");
    field("OperationID", h.operation_id, "");
    field("SequenceId", h.sequence_id, "");
    field("ActivityId", h.activity_id, "");
    field("FunctionID", h.function_id, "");
    endpoint("ReplyTo", h.reply_to);
    endpoint("FaultTo", h.fault_to);
    endpoint("From", h.from);

    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    for (const auto& s : h.selectors) {
        all += describe_selector(std::string(s.name), std::string(s.text),
                                 describe_canonical(envelope, s.reference, false));
    }
    for (const auto& o : h.options) {
        all += describe_option(std::string(o.name), std::string(o.type), std::string(o.value), o.must_comply, o.nil);
    }
    all += "not understood ";
    for (const auto& n : h.not_understood) all += "{" + std::string(n.uri) + "}" + std::string(n.local) + ";";
    all += "\nduplicate ";
    if (h.duplicate) all += "{" + std::string(h.duplicate->uri) + "}" + std::string(h.duplicate->local);
    return all + "\nbody " + describe_canonical(envelope, envelope.body, true);
}

std::string compare_with_expat(soap::EnvelopeReader& reader, std::string_view message, std::string_view content_type) {
    const Limits limits;
    const auto ours = reader.read(message, content_type, limits);
    if (message.empty() || message.size() > limits.max_envelope_size) return ours ? "an impossible size is read" : "";

    std::string buffer;
    const auto decoded = soap::decode(message, soap::parse_content_type(content_type).charset, buffer);
    if (!decoded) return ours ? "bytes are read that can't be decoded" : "";
    const auto utf8 = convert(decoded->text, "UTF-8");
    if (!utf8 || *utf8 != decoded->text || utf8->find('\0') != std::string::npos)
        return "decode() lets no UTF-8 through";

    const auto reference = describe_by_reference(*utf8, limits);
    if (!ours && !reference) return "";
    if (!ours) return "refused, " + ours.error().message + ", but it is\n" + *reference;
    if (!reference) return "read, but " + reference.error() + "\n" + describe(*ours);
    if (describe(*ours) != *reference) return "we read\n" + describe(*ours) + "\nexpat\n" + *reference;
    return compare_cursor(*ours);
}

namespace {

/// A message as its fields' texts, or nothing if it is refused.
using Read = std::optional<std::vector<std::string>>;

std::string text_or_null(const char* text) {
    return text == nullptr ? "null" : "'" + std::string(text) + "'";
}
std::string text_or_null(const std::optional<std::string>& text) {
    return text_or_null(text ? text->c_str() : nullptr);
}
std::string number_or_null(const std::optional<std::uint16_t>& number) {
    return number ? std::to_string(*number) : "null";
}
std::string number_or_null(const unsigned short* number) {
    return number == nullptr ? "null" : std::to_string(*number);
}

Read fields(const tl::expected<soap::SnapshotInput, soap::BindingError>& input) {
    if (!input) return std::nullopt;
    return Read{{text_or_null(input->snapshot.c_str())}};
}
Read fields(const tl::expected<soap::CreateSnapshotInput, soap::BindingError>& input) {
    if (!input) return std::nullopt;
    return Read{{text_or_null(input->affected_system.c_str()), text_or_null(input->snapshot_settings),
                 number_or_null(input->snapshot_type)}};
}
Read fields(const tl::expected<soap::RequestStateChangeInput, soap::BindingError>& input) {
    if (!input) return std::nullopt;
    return Read{{number_or_null(input->requested_state), text_or_null(input->timeout_period)}};
}
Read fields(const tl::expected<void, soap::BindingError>& input) {
    if (!input) return std::nullopt;
    return Read{std::in_place};
}

/// Through gSOAP as its manual has it, in an envelope.
template <class Message, class Fields>
Read by_gsoap(::soap* context, const char* tag, Message* (*soap_in)(::soap*, const char*, Message*, const char*),
              Fields fields_of) {
    Message input;
    const bool good = soap_begin_recv(context) == SOAP_OK && soap_envelope_begin_in(context) == SOAP_OK &&
                      soap_body_begin_in(context) == SOAP_OK && soap_in(context, tag, &input, nullptr) != nullptr &&
                      soap_body_end_in(context) == SOAP_OK && soap_envelope_end_in(context) == SOAP_OK &&
                      soap_end_recv(context) == SOAP_OK;
    if (!good) return std::nullopt;
    return fields_of(input);
}

struct Both {
    const char* tag;
    Read (*ours)(std::string_view body);
    Read (*theirs)(::soap* context, const char* tag);
};

const std::array<Both, 9> messages{{
    {"p:ApplySnapshot_INPUT", [](std::string_view body) { return fields(soap::read_apply_snapshot(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__ApplySnapshot_USCOREINPUT,
                         [](const auto& in) { return Read{{text_or_null(in.Snapshot)}}; });
     }},
    {"p:ClearSnapshotState_INPUT", [](std::string_view body) { return fields(soap::read_clear_snapshot_state(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__ClearSnapshotState_USCOREINPUT,
                         [](const auto& in) { return Read{{text_or_null(in.SnapshotSettingData)}}; });
     }},
    {"p:ConvertToReferencePoint_INPUT",
     [](std::string_view body) { return fields(soap::read_convert_to_reference_point(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__ConvertToReferencePoint_USCOREINPUT,
                         [](const auto& in) { return Read{{text_or_null(in.AffectedSnapshot)}}; });
     }},
    {"p:CreateSnapshot_INPUT", [](std::string_view body) { return fields(soap::read_create_snapshot(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__CreateSnapshot_USCOREINPUT, [](const auto& in) {
             return Read{
                 {text_or_null(in.AffectedSystem), text_or_null(in.SnapshotSettings), number_or_null(in.SnapshotType)}};
         });
     }},
    {"p:DestroySnapshot_INPUT", [](std::string_view body) { return fields(soap::read_destroy_snapshot(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__DestroySnapshot_USCOREINPUT,
                         [](const auto& in) { return Read{{text_or_null(in.AffectedSnapshot)}}; });
     }},
    {"p:DestroySnapshotTree_INPUT",
     [](std::string_view body) { return fields(soap::read_destroy_snapshot_tree(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__DestroySnapshotTree_USCOREINPUT,
                         [](const auto& in) { return Read{{text_or_null(in.SnapshotSettingData)}}; });
     }},
    {"p:RequestStateChange_INPUT", [](std::string_view body) { return fields(soap::read_request_state_change(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__RequestStateChange_USCOREINPUT, [](const auto& in) {
             return Read{{number_or_null(in.RequestedState), text_or_null(in.TimeoutPeriod)}};
         });
     }},
    {"p:StartService_INPUT", [](std::string_view body) { return fields(soap::read_start_service(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__StartService_USCOREINPUT,
                         [](const auto&) { return Read{std::in_place}; });
     }},
    {"p:StopService_INPUT", [](std::string_view body) { return fields(soap::read_stop_service(body)); },
     [](::soap* context, const char* tag) {
         return by_gsoap(context, tag, soap_in_p__StopService_USCOREINPUT,
                         [](const auto&) { return Read{std::in_place}; });
     }},
}};

std::string describe(const Read& read) {
    if (!read) return "nothing";
    std::string all;
    for (const auto& field : *read) all += field + "; ";
    return all;
}

}  // namespace

std::string compare_with_gsoap(const Envelope& envelope) {
    const auto element = Element::first_in(envelope.body);
    if (!element) return {};
    const auto tag = std::string(element->prefix()) + ":" + std::string(element->name());
    const auto* const both =
        std::find_if(messages.begin(), messages.end(), [&tag](const Both& one) { return tag == one.tag; });
    if (both == messages.end()) return {};
    const auto ours = both->ours(envelope.body);

    std::string message = "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"" + std::string(soap::ns_soap) + "\" xmlns:xsi=\"" +
                          std::string(soap::ns_xsi) + "\" xmlns:p=\"tintype:class\"";
    for (const soap::Namespace& ns : soap::canonical_namespaces) {
        if (ns.prefix != "xsi") message += " xmlns:" + std::string(ns.prefix) + "=\"" + std::string(ns.uri) + "\"";
    }
    for (std::size_t i = 0; i < envelope.other_namespaces.size(); ++i) {
        message += " xmlns:q" + std::to_string(i) + "=\"urn:q" + std::to_string(i) + "\"";
    }
    message += "><SOAP-ENV:Body>" + std::string(envelope.body) + "</SOAP-ENV:Body></SOAP-ENV:Envelope>";

    ::soap* const context =
        soap_new2(SOAP_ENC_PLAIN | SOAP_XML_TREE | SOAP_C_UTFSTRING | SOAP_XML_STRICT, SOAP_ENC_PLAIN);
    std::istringstream in(message);
    context->is = &in;
    const auto theirs = both->theirs(context, both->tag);
    std::string difference;
    if (ours != theirs) difference = tag + ": we read " + describe(ours) + "\ngSOAP " + describe(theirs);
    context->is = nullptr;
    soap_destroy(context);
    soap_end(context);
    soap_free(context);
    return difference;
}

}  // namespace tintype::test
