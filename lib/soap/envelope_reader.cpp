#include "soap/envelope_reader.hpp"

#include <expat.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <vector>

#include "soap/canonical_writer.hpp"
#include "soap/charset.hpp"
#include "soap/element_cursor.hpp"
#include "soap/header_collector.hpp"
#include "soap/namespace_stack.hpp"
#include "soap/region.hpp"

namespace tintype::soap {
namespace {

/// The most that canonical XML can be longer than what it was made from: a `"` in an attribute becomes `&quot;`. Text
/// grows fivefold at most (`&` of a CDATA section), elements do too (`<a/>` becomes `<wsmid:a></wsmid:a>`).
constexpr std::size_t growth = 6;
constexpr std::size_t slack = 64;
/// So that namespaces keep their numbers, whatever the limits say.
constexpr std::size_t most_namespaces = 60'000;

struct Name {
    std::string_view prefix;
    std::string_view local;
};

/// A name's two parts (Namespaces in XML 1.0, production 7); nothing if it is none. expat has checked that it is a
/// Name; behind a colon only what can't begin one in ASCII is left to find.
std::optional<Name> split(const char* name) {
    const char* colon = nullptr;
    const char* end = name;
    for (; *end != '\0'; ++end) {
        if (*end != ':') continue;
        if (colon != nullptr) return std::nullopt;
        colon = end;
    }
    if (colon == nullptr) return Name{{}, {name, end}};
    if (colon == name || colon + 1 == end) return std::nullopt;
    const char first = colon[1];
    if ((first >= '0' && first <= '9') || first == '-' || first == '.') return std::nullopt;
    return Name{{name, colon}, {colon + 1, end}};
}

bool is_namespace_declaration(const char* name) {
    return name[0] == 'x' && std::strncmp(name, "xmlns", 5) == 0 && (name[5] == '\0' || name[5] == ':');
}

}  // namespace

/// What lives as long as the reader, and the handlers that expat calls. These don't throw but for want of memory, and
/// that ends the program: an exception must not pass through expat.
struct EnvelopeReader::State {
    State() {
        attributes.reserve(64);
        marks.reserve(64);
    }
    ~State() { XML_ParserFree(parser); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void prepare_parser();
    void prepare(std::string_view text, const Limits& with);
    tl::expected<Envelope, ReadError> parse(const Decoded& message);
    ReadError error_from_expat() const;

    bool read_namespaces(const char** atts);
    bool read_attributes(const char** atts);
    bool start_root(NamespaceId ns, std::string_view local);
    bool start_section(NamespaceId ns, std::string_view local);
    bool start_body_element(NamespaceId ns, std::string_view local);
    bool start_element(const char* name, const char** atts);
    bool text_found(std::string_view text);
    bool end_element();

    bool fail(ReadFault fault, std::string message);
    bool fail(Problem what);

    enum class Section { before_header, header, after_header, body, after_body };

    XML_Parser parser = nullptr;
    NamespaceStack namespaces;
    CanonicalWriter writer;
    HeaderCollector collector;
    std::vector<Attribute> attributes;
    std::vector<std::size_t> marks;  ///< Size of the namespace stack before each open element.
    std::string utf8;                ///< Of a UTF-16 message.

    // One message's.
    const Limits* limits = nullptr;
    Envelope envelope;
    Region names;
    Region out;
    Section section = Section::before_header;
    std::size_t elements = 0;
    std::size_t declarations = 0;
    const char* body_begin = nullptr;
    std::optional<ReadError> error;
};

bool EnvelopeReader::State::fail(Problem what) {
    if (error) return false;
    const auto line = XML_GetCurrentLineNumber(parser);
    const auto column = XML_GetCurrentColumnNumber(parser) + 1;
    what.message += " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
    error = ReadError{.fault = what.fault,
                      .message = std::move(what.message),
                      .charset = Charset::utf8,
                      .header = std::move(what.header),
                      .message_id = {}};
    XML_StopParser(parser, XML_FALSE);
    return false;
}

bool EnvelopeReader::State::fail(ReadFault fault, std::string message) {
    return fail(Problem{.fault = fault, .message = std::move(message), .header = {}});
}

bool EnvelopeReader::State::read_namespaces(const char** atts) {
    std::size_t others = 0;
    for (; *atts != nullptr; atts += 2) {
        if (!is_namespace_declaration(atts[0])) {
            ++others;
            continue;
        }
        if (++declarations > std::min(limits->max_namespaces, most_namespaces)) {
            return fail(ReadFault::limit, "more namespace declarations than this endpoint takes");
        }
        const std::string_view prefix = atts[0][5] == ':' ? atts[0] + 6 : "";
        // `xmlns:` alone, a second colon, or something that is no name.
        if (atts[0][5] == ':' && !split(atts[0])) return fail(ReadFault::not_xml, "a namespace prefix that is no name");
        if (const char* const problem = namespaces.declare(prefix, atts[1])) return fail(ReadFault::not_xml, problem);
    }
    if (others > limits->max_attributes) {
        return fail(ReadFault::limit, "an element with more attributes than this endpoint takes");
    }
    return true;
}

bool EnvelopeReader::State::read_attributes(const char** atts) {
    attributes.clear();
    for (; *atts != nullptr; atts += 2) {
        if (is_namespace_declaration(atts[0])) continue;
        const auto name = split(atts[0]);
        if (!name) return fail(ReadFault::not_xml, "an attribute's name with a misplaced colon");
        // An attribute without a prefix is in no namespace, whatever the default is.
        const NamespaceId ns = name->prefix.empty() ? known::none : namespaces.resolve(name->prefix);
        if (ns == NamespaceStack::unbound) {
            return fail(ReadFault::not_xml, "the prefix '" + std::string(name->prefix) + "' is not declared");
        }
        if (ns != known::none) {
            // expat has seen to names that are the same to the letter.
            for (const Attribute& other : attributes) {
                if (other.ns == ns && other.local == name->local) {
                    return fail(ReadFault::not_xml, "an attribute that stands twice");
                }
            }
        }
        attributes.push_back({ns, name->local, atts[1]});
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

bool EnvelopeReader::State::start_element(const char* name, const char** atts) {
    if (++elements > limits->max_elements) {
        return fail(ReadFault::limit, "more elements than this endpoint takes");
    }
    if (marks.size() >= limits->max_depth) {
        return fail(ReadFault::limit, "elements nested deeper than this endpoint takes");
    }
    const std::size_t mark = namespaces.size();
    attributes.clear();
    if (*atts != nullptr && !(read_namespaces(atts) && read_attributes(atts))) return false;
    const auto split_name = split(name);
    if (!split_name) return fail(ReadFault::not_xml, "an element's name with a misplaced colon");
    const NamespaceId ns = namespaces.resolve(split_name->prefix);
    if (ns == NamespaceStack::unbound) {
        return fail(ReadFault::not_xml, "the prefix '" + std::string(split_name->prefix) + "' is not declared");
    }

    bool good = true;
    if (marks.empty()) {
        good = start_root(ns, split_name->local);
    } else if (marks.size() == 1) {
        good = start_section(ns, split_name->local);
    } else if (section == Section::header) {
        good = collector.start(ns, split_name->local, attributes) || fail(collector.problem());
    } else {
        good = start_body_element(ns, split_name->local);
    }
    marks.push_back(mark);
    return good;
}

bool EnvelopeReader::State::text_found(std::string_view text) {
    if (marks.size() > 2) {
        if (section == Section::header) return collector.text(text) || fail(collector.problem());
        writer.text(text);
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

void EnvelopeReader::State::prepare_parser() {
    if (parser == nullptr) {
        // Not told the encoding, expat would believe what the XML declaration says of bytes that are UTF-8 by now.
        parser = XML_ParserCreate("UTF-8");
        if (parser == nullptr) throw std::bad_alloc();
    } else if (XML_ParserReset(parser, "UTF-8") != XML_TRUE) {
        throw std::bad_alloc();
    }
    XML_SetUserData(parser, this);
    XML_SetElementHandler(
        parser,
        [](void* self, const char* name, const char** atts) noexcept {
            auto& state = *static_cast<State*>(self);
            // Once stopped, expat still reports the end of an empty element.
            if (!state.error) state.start_element(name, atts);
        },
        [](void* self, const char*) noexcept {
            auto& state = *static_cast<State*>(self);
            if (!state.error) state.end_element();
        });
    XML_SetCharacterDataHandler(parser, [](void* self, const char* text, int length) noexcept {
        auto& state = *static_cast<State*>(self);
        if (!state.error) state.text_found({text, static_cast<std::size_t>(length)});
    });
    // SOAP 1.2 part 1, section 5: neither of these in a message.
    XML_SetProcessingInstructionHandler(parser, [](void* self, const char*, const char*) noexcept {
        static_cast<State*>(self)->fail(ReadFault::not_xml, "a processing instruction, which SOAP forbids");
    });
    XML_SetStartDoctypeDeclHandler(parser, [](void* self, const char*, const char*, const char*, int) noexcept {
        static_cast<State*>(self)->fail(ReadFault::not_xml, "a document type declaration, which SOAP forbids");
    });
}

void EnvelopeReader::State::prepare(std::string_view text, const Limits& with) {
    limits = &with;
    envelope = Envelope{};
    const std::size_t names_size = text.size() + slack;
    const std::size_t out_size = growth * text.size() + slack;
    envelope.storage = std::make_unique_for_overwrite<char[]>(names_size + out_size);
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
    prepare_parser();
}

ReadError EnvelopeReader::State::error_from_expat() const {
    const XML_LChar* const words = XML_ErrorString(XML_GetErrorCode(parser));
    return {.fault = ReadFault::not_xml,
            .message = std::string(words != nullptr ? words : "not well-formed") + " (line " +
                       std::to_string(XML_GetCurrentLineNumber(parser)) + ", column " +
                       std::to_string(XML_GetCurrentColumnNumber(parser) + 1) + ")",
            .charset = Charset::utf8,
            .header = {},
            .message_id = {}};
}

tl::expected<Envelope, ReadError> EnvelopeReader::State::parse(const Decoded& message) {
    const auto status = XML_Parse(parser, message.text.data(), static_cast<int>(message.text.size()), XML_TRUE);
    if (!error && status != XML_STATUS_OK) error = error_from_expat();
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
        // Nothing that a hostile message made expat set aside stays.
        XML_ParserFree(parser);
        parser = nullptr;
        return tl::unexpected(std::move(*error));
    }
    envelope.charset = message.charset;
    envelope.other_namespaces = writer.other_namespaces();
    return std::move(envelope);
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
    // Decoded, a message may be half as large again, and expat counts in int.
    if (message.size() > std::min<std::size_t>(limits.max_envelope_size, std::numeric_limits<int>::max() / 2)) {
        return tl::unexpected(ReadError{.fault = ReadFault::limit,
                                        .message = "the message is larger than this endpoint takes",
                                        .charset = Charset::utf8,
                                        .header = {},
                                        .message_id = {}});
    }
    const auto decoded = decode(message, parse_content_type(content_type).charset, state_->utf8);
    if (!decoded) return tl::unexpected(decoded.error());
    state_->prepare(decoded->text, limits);
    return state_->parse(*decoded);
}

}  // namespace tintype::soap
