// The reader, the cursor, the typed messages and the writer under sanitizers: whatever comes, nothing breaks, and what
// was read is canonical, so that reading it once more changes nothing.
#include <string>

#include "fuzz_input.hpp"
#include "soap/element_cursor.hpp"
#include "soap/envelope_reader.hpp"
#include "soap/namespaces.hpp"
#include "soap/snapshot_messages.hpp"
#include "soap/xml_writer.hpp"

using namespace tintype;

namespace {

void walk(const soap::Element& element) {
    static_cast<void>(element.text());
    static_cast<void>(element.is_nil());
    static_cast<void>(element.attribute("Name"));
    for (auto child = element.first_child(); child; child = child->next()) walk(*child);
}

/// The body in an envelope with our own prefixes bound, as our answers have them.
std::string wrapped(const soap::Envelope& envelope) {
    std::string text = "<s:Envelope";
    const auto bind = [&text](const std::string& prefix, std::string_view uri) {
        text += " xmlns:" + prefix + "=\"";
        soap::append_attribute(text, uri);
        text += "\"";
    };
    for (const soap::Namespace& ns : soap::canonical_namespaces) bind(std::string(ns.prefix), ns.uri);
    if (envelope.body.starts_with("<p:")) bind("p", envelope.body_namespace);
    for (std::size_t i = 0; i < envelope.other_namespaces.size(); ++i) {
        if (envelope.other_namespaces[i] != soap::ns_xml) bind("q" + std::to_string(i), envelope.other_namespaces[i]);
    }
    return text + "><s:Body>" + std::string(envelope.body) + "</s:Body></s:Envelope>";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    static soap::EnvelopeReader reader;
    const auto request = fuzz::request_of(data, size);
    const auto envelope = reader.read(request.message, request.content_type, Limits{});
    if (!envelope) return 0;

    for (const auto& selector : envelope->headers.selectors) {
        if (const auto element = soap::Element::first_in(selector.reference)) walk(*element);
    }
    if (const auto element = soap::Element::first_in(envelope->body)) {
        walk(*element);
        if (element->outer() != envelope->body) fuzz::expect_none("the cursor's element is not the body");
    }
    if (const auto input = soap::read_destroy_snapshot(envelope->body)) {
        std::string out;
        soap::write_destroy_snapshot({.job = input->snapshot, .return_value = 4096}, out);
        if (out.find(input->snapshot) == std::string::npos) fuzz::expect_none("the reference is not in the answer");
    }

    // A namespace number may be another one the second time (headers had the first), and wrapping adds declarations.
    const auto& others = envelope->other_namespaces;
    if (envelope->headers.selector_set.present || envelope->headers.reply_to.present ||
        envelope->headers.fault_to.present || envelope->headers.from.present || others.size() > 200) {
        return 0;
    }
    for (const auto& uri : others) {
        if (uri == soap::ns_xml) return 0;
    }
    Limits generous;
    generous.max_envelope_size *= 8;
    const auto again = reader.read(wrapped(*envelope), "", generous);
    if (!again) fuzz::expect_none("canonical XML is refused: " + again.error().message);
    if (again->body != envelope->body) {
        fuzz::expect_none("canonical XML changes:\n" + std::string(envelope->body) + "\n" + std::string(again->body));
    }
    return 0;
}
