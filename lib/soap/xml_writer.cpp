#include "soap/xml_writer.hpp"

#include <array>
#include <boost/locale/utf.hpp>

#include "soap/namespaces.hpp"
#include "soap/plain_run.hpp"

namespace tintype::soap {
namespace {

namespace utf = boost::locale::utf;

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous";

/// XML 1.0, production 2.
bool is_xml_character(utf::code_point c) {
    return (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') && c != 0xFFFE && c != 0xFFFF;
}

enum class Place { text, attribute };

/// Bytes that can be copied as they stand; everything else is looked at on its own.
constexpr std::array<bool, 256> plain_bytes(Place place) {
    std::array<bool, 256> plain{};
    for (int c = 0x20; c < 0x7F; ++c) plain[static_cast<std::size_t>(c)] = c != '<' && c != '>' && c != '&';
    plain['\n'] = plain['\t'] = place == Place::text;
    plain['"'] = place == Place::text;
    return plain;
}

constexpr std::array<bool, 256> plain_in_text = plain_bytes(Place::text);
constexpr std::array<bool, 256> plain_in_attribute = plain_bytes(Place::attribute);

/// Appends the character at `at`, escaped, and moves behind it.
void append_special(std::string& out, const char*& at, const char* end) {
    switch (*at) {
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '&':
            out += "&amp;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\t':
            out += "&#9;";
            break;
        case '\n':
            out += "&#10;";
            break;
        // A bare one would be read back as a line feed.
        case '\r':
            out += "&#13;";
            break;
        default: {
            const char* next = at;
            const utf::code_point c = utf::utf_traits<char>::decode(next, end);
            if (!utf::is_valid_codepoint(c)) {
                // Only the first byte is surely broken: what follows may be a character of its own.
                out += replacement;
                ++at;
            } else {
                out += is_xml_character(c) ? std::string_view(at, static_cast<std::size_t>(next - at)) : replacement;
                at = next;
            }
            return;
        }
    }
    ++at;
}

void append_escaped(std::string& out, std::string_view text, const std::array<bool, 256>& plain) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        const char* const start = at;
        at = skip_printable(at, end);
        while (at != end && plain[static_cast<unsigned char>(*at)]) ++at;
        out.append(start, static_cast<std::size_t>(at - start));
        if (at != end) append_special(out, at, end);
    }
}

/// The Envelope's start tag up to the class's namespace, which is the same for every answer.
std::string envelope_start() {
    constexpr std::string_view bound[] = {"s", "a", "w", "x", "n", "e", "xsi", "cim", "f"};
    std::string start = "<s:Envelope";
    for (const std::string_view prefix : bound) {
        for (const Namespace& ns : canonical_namespaces) {
            if (ns.prefix != prefix) continue;
            start.append(" xmlns:").append(ns.prefix).append("=\"").append(ns.uri).append("\"");
        }
    }
    return start;
}

/// An element of Microsoft's own namespace, which the Envelope does not bind.
void append_ms_element(std::string& out, std::string_view name, std::string_view text) {
    out.append("<m:").append(name).append(" xmlns:m=\"").append(ns_ms_wsman).append("\">");
    append_text(out, text);
    out.append("</m:").append(name).append(">");
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
    append_escaped(out, text, plain_in_text);
}

void append_attribute(std::string& out, std::string_view text) {
    append_escaped(out, text, plain_in_attribute);
}

void begin_answer(std::string& out, const AnswerHeaders& headers, std::string_view class_namespace) {
    static const std::string start = envelope_start();
    out.append(start);
    if (!class_namespace.empty()) {
        out.append(" xmlns:p=\"");
        append_attribute(out, class_namespace);
        out.append("\"");
    }
    // Tags that follow each other in one piece: for each piece it is looked whether there is room.
    out.append(" xml:lang=\"en-US\"><s:Header><a:Action>");
    append_text(out, headers.action);
    append_text(out, headers.action_suffix);
    out.append("</a:Action><a:MessageID>");
    append_text(out, headers.message_id);
    out.append("</a:MessageID><a:To>");
    append_text(out, headers.to.empty() ? anonymous : headers.to);
    out.append("</a:To>");
    if (headers.has_relates_to || !headers.relates_to.empty()) {
        out.append("<a:RelatesTo>");
        append_text(out, headers.relates_to);
        out.append("</a:RelatesTo>");
    }
    if (!headers.operation_id.empty()) append_ms_element(out, "OperationID", headers.operation_id);
    if (!headers.sequence_id.empty()) append_ms_element(out, "SequenceId", headers.sequence_id);
    if (!headers.session_id.empty()) append_ms_element(out, "SessionId", headers.session_id);
    out.append(headers.extra);
    out.append("</s:Header><s:Body>");
}

void end_answer(std::string& out) {
    out.append("</s:Body></s:Envelope>");
}

}  // namespace tintype::soap
