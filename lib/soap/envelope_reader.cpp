#include "soap/envelope_reader.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "soap/canonical_writer.hpp"
#include "soap/charset.hpp"
#include "soap/element_cursor.hpp"
#include "soap/header_collector.hpp"
#include "soap/namespace_stack.hpp"
#include "soap/region.hpp"
#include "soap/xml_scanner.hpp"

namespace tintype::soap {
namespace {

/// The most that canonical XML can be longer than what it was made from: a `"` in an attribute becomes `&quot;`. Text
/// grows fivefold at most (`&` of a CDATA section), elements do too (`<a/>` becomes `<wsmid:a></wsmid:a>`).
constexpr std::size_t growth = 6;
constexpr std::size_t slack = 64;
/// Of an envelope: what nearly every message is content with. A large message's is not kept for the next.
constexpr std::size_t smallest_storage = std::size_t{48} * 1024;
constexpr std::size_t largest_kept = std::size_t{256} * 1024;
/// So that namespaces keep their numbers, whatever the limits say.
constexpr std::size_t most_namespaces = 60'000;

bool is_namespace_declaration(const XmlName& name) {
    return name.prefix.empty() ? name.local == "xmlns" : name.prefix == "xmlns";
}

}  // namespace

/// What lives as long as the reader.
struct EnvelopeReader::State {
    State() {
        attributes.reserve(64);
        marks.reserve(64);
    }

    void prepare(std::string_view text, const Limits& with);
    tl::expected<Envelope, ReadError> parse(const Decoded& message);
    bool read_tokens();

    bool read_namespaces();
    bool read_attributes();
    bool start_root(NamespaceId ns, std::string_view local);
    bool start_section(NamespaceId ns, std::string_view local);
    bool start_body_element(NamespaceId ns, std::string_view local);
    bool start_element();
    bool text_found();
    bool end_element();

    bool fail(ReadFault fault, std::string message);
    bool fail(Problem what);

    enum class Section { before_header, header, after_header, body, after_body };

    XmlScanner scanner;
    NamespaceStack namespaces;
    CanonicalWriter writer;
    HeaderCollector collector;
    std::vector<Attribute> attributes;
    std::vector<std::size_t> marks;  ///< Size of the namespace stack before each open element.
    std::string utf8;                ///< Of a UTF-16 message.
    std::unique_ptr<char[]> spare;   ///< Storage of an envelope that was recycled.
    std::size_t spare_size = 0;

    // One message's.
    const Limits* limits = nullptr;
    Envelope envelope;
    Region names;
    Region out;
    Section section = Section::before_header;
    std::size_t elements = 0;
    std::size_t declarations = 0;
    std::size_t most_declarations = 0;
    const char* body_begin = nullptr;
    std::optional<ReadError> error;
};

bool EnvelopeReader::State::fail(Problem what) {
    const XmlPosition place = scanner.position();
    what.message += " (line " + std::to_string(place.line) + ", column " + std::to_string(place.column) + ")";
    error = ReadError{.fault = what.fault,
                      .message = std::move(what.message),
                      .charset = Charset::utf8,
                      .header = std::move(what.header),
                      .message_id = {}};
    return false;
}

bool EnvelopeReader::State::fail(ReadFault fault, std::string message) {
    return fail(Problem{.fault = fault, .message = std::move(message), .header = {}});
}

bool EnvelopeReader::State::read_namespaces() {
    std::size_t others = 0;
    for (const XmlAttribute& attribute : scanner.attributes()) {
        if (!is_namespace_declaration(attribute.name)) {
            ++others;
            continue;
        }
        if (++declarations > most_declarations) {
            return fail(ReadFault::limit, "more namespace declarations than this endpoint takes");
        }
        const std::string_view prefix = attribute.name.prefix.empty() ? std::string_view{} : attribute.name.local;
        if (const char* const problem = namespaces.declare(prefix, attribute.value)) {
            return fail(ReadFault::not_xml, problem);
        }
    }
    if (others > limits->max_attributes) {
        return fail(ReadFault::limit, "an element with more attributes than this endpoint takes");
    }
    return others == 0 || read_attributes();
}

bool EnvelopeReader::State::read_attributes() {
    for (const XmlAttribute& attribute : scanner.attributes()) {
        if (is_namespace_declaration(attribute.name)) continue;
        const auto& [prefix, local] = attribute.name;
        // An attribute without a prefix is in no namespace, whatever the default is.
        const NamespaceId ns = prefix.empty() ? known::none : namespaces.resolve(prefix);
        if (ns == NamespaceStack::unbound) {
            return fail(ReadFault::not_xml, "the prefix '" + std::string(prefix) + "' is not declared");
        }
        if (ns != known::none) {
            // The scanner has seen to names that are the same to the letter.
            for (const Attribute& other : attributes) {
                if (other.ns == ns && other.local == local) {
                    return fail(ReadFault::not_xml, "an attribute that stands twice");
                }
            }
        }
        attributes.push_back({ns, local, attribute.value});
    }
    return true;
}

bool EnvelopeReader::State::start_root(NamespaceId ns, std::string_view local) {
    if (local != "Envelope") return fail(ReadFault::not_soap, "the message is not a SOAP envelope");
    if (ns != known::soap) return fail(ReadFault::version_mismatch, "the envelope is not one of SOAP 1.2");
    return true;
}

bool EnvelopeReader::State::start_section(NamespaceId ns, std::string_view local) {
    if (ns == known::soap && local == "Header" && section == Section::before_header) {
        section = Section::header;
        return true;
    }
    if (ns == known::soap && local == "Body" && section != Section::after_body) {
        section = Section::body;
        return true;
    }
    return fail(ReadFault::not_soap, "the envelope holds more than one Header and one Body behind it");
}

bool EnvelopeReader::State::start_body_element(NamespaceId ns, std::string_view local) {
    if (marks.size() == 2) {
        if (body_begin != nullptr) return fail(ReadFault::not_soap, "the body has more than one element");
        writer.name_body_namespace(ns);
        envelope.body_namespace = namespaces.uri(ns);
        envelope.body_name = names.keep(local);
        body_begin = out.position();
    }
    writer.start(ns, local, attributes);
    return true;
}

bool EnvelopeReader::State::start_element() {
    if (++elements > limits->max_elements) {
        return fail(ReadFault::limit, "more elements than this endpoint takes");
    }
    if (marks.size() >= limits->max_depth) {
        return fail(ReadFault::limit, "elements nested deeper than this endpoint takes");
    }
    const std::size_t mark = namespaces.size();
    attributes.clear();
    if (!scanner.attributes().empty() && !read_namespaces()) return false;
    const auto& [prefix, local] = scanner.name();
    const NamespaceId ns = namespaces.resolve(prefix);
    if (ns == NamespaceStack::unbound) {
        return fail(ReadFault::not_xml, "the prefix '" + std::string(prefix) + "' is not declared");
    }

    bool good = true;
    if (marks.empty()) {
        good = start_root(ns, local);
    } else if (marks.size() == 1) {
        good = start_section(ns, local);
    } else if (section == Section::header) {
        good = collector.start(ns, local, attributes) || fail(collector.problem());
    } else {
        good = start_body_element(ns, local);
    }
    marks.push_back(mark);
    return good;
}

bool EnvelopeReader::State::text_found() {
    const std::string_view text = scanner.text();
    if (marks.size() > 2) {
        if (section == Section::header) return collector.text(text, scanner.is_plain()) || fail(collector.problem());
        writer.text(text, scanner.is_plain());
        return true;
    }
    return trim(text).empty() || fail(ReadFault::not_soap, "text where the envelope has only elements");
}

bool EnvelopeReader::State::end_element() {
    namespaces.cut_to(marks.back());
    marks.pop_back();
    if (marks.size() >= 2) {
        if (section == Section::header) return collector.end() || fail(collector.problem());
        writer.end();
        if (marks.size() == 2) envelope.body = out.since(body_begin);
    } else if (marks.size() == 1) {
        section = section == Section::header ? Section::after_header : Section::after_body;
    } else if (section != Section::after_body) {
        return fail(ReadFault::not_soap, "the envelope has no Body");
    }
    return true;
}

void EnvelopeReader::State::prepare(std::string_view text, const Limits& with) {
    limits = &with;
    envelope = Envelope{};
    // Names and addresses; and attribute values that are not what stands in the message, which may be kept again.
    const std::size_t names_size = 2 * text.size() + slack;
    const std::size_t out_size = growth * text.size() + slack;
    if (spare && spare_size >= names_size + out_size) {
        envelope.storage = std::move(spare);
        envelope.storage_size = spare_size;
    } else {
        envelope.storage_size = std::max(names_size + out_size, smallest_storage);
        envelope.storage = std::make_unique_for_overwrite<char[]>(envelope.storage_size);
    }
    names = Region(envelope.storage.get(), names_size);
    out = Region(envelope.storage.get() + names_size, out_size);
    section = Section::before_header;
    elements = 0;
    declarations = 0;
    body_begin = nullptr;
    error.reset();
    marks.clear();
    namespaces.reset(&names);
    writer.reset(&out, &namespaces);
    collector.reset(&envelope.headers, &names, &out, &writer, &namespaces, limits);
    most_declarations = std::min(with.max_namespaces, most_namespaces);
    scanner.begin(text, &names, with.max_attributes + most_declarations);
}

bool EnvelopeReader::State::read_tokens() {
    for (bool good = true; good;) {
        switch (scanner.next()) {
            case XmlScanner::Token::start:
                good = start_element();
                break;
            case XmlScanner::Token::end:
                good = end_element();
                break;
            case XmlScanner::Token::text:
                good = text_found();
                break;
            case XmlScanner::Token::finished:
                return true;
            case XmlScanner::Token::refused:
                return fail(scanner.problem() == XmlScanner::Problem::too_many_attributes ? ReadFault::limit
                                                                                          : ReadFault::not_xml,
                            scanner.problem_words());
        }
    }
    return false;
}

tl::expected<Envelope, ReadError> EnvelopeReader::State::parse(const Decoded& message) {
    read_tokens();
    if (!error && (names.overflowed() || out.overflowed())) {
        error = ReadError{.fault = ReadFault::limit,
                          .message = "the message grows too much when it is read",
                          .charset = Charset::utf8,
                          .header = {},
                          .message_id = {}};
    }
    if (error) {
        error->charset = message.charset;
        error->message_id = envelope.headers.message_id.text;
        return tl::unexpected(std::move(*error));
    }
    envelope.charset = message.charset;
    envelope.other_namespaces = writer.other_namespaces();
    return std::move(envelope);
}

void EnvelopeReader::recycle(Envelope&& used) noexcept {
    if (!used.storage || used.storage_size > largest_kept) return;
    state_->spare = std::move(used.storage);
    state_->spare_size = used.storage_size;
}

EnvelopeReader::EnvelopeReader() : state_(std::make_unique<State>()) {}
EnvelopeReader::~EnvelopeReader() = default;

tl::expected<Envelope, ReadError> EnvelopeReader::read(std::string_view message, std::string_view content_type,
                                                       const Limits& limits) {
    if (message.empty()) {
        return tl::unexpected(ReadError{.fault = ReadFault::empty,
                                        .message = "the request has no body",
                                        .charset = Charset::utf8,
                                        .header = {},
                                        .message_id = {}});
    }
    if (message.size() > limits.max_envelope_size) {
        return tl::unexpected(ReadError{.fault = ReadFault::limit,
                                        .message = "the message is larger than this endpoint takes",
                                        .charset = Charset::utf8,
                                        .header = {},
                                        .message_id = {}});
    }
    const auto decoded = decode(message, charset_of(content_type), state_->utf8);
    if (!decoded) return tl::unexpected(decoded.error());
    state_->prepare(decoded->text, limits);
    return state_->parse(*decoded);
}

}  // namespace tintype::soap
