#pragma once
/// \file
/// A request's envelope as the reader hands it on: headers as values, the body as canonical XML.
///
/// Canonical XML here means: well-formed UTF-8; prefixes as in namespaces.hpp and no namespace declarations; no
/// comments, processing instructions, CDATA or DTD; `&`, `<`, `>` always escaped, `"` in attributes too, line breaks as
/// the XML specification normalises them; only these attributes are kept: xsi:nil, xml:lang, and the unqualified Name,
/// Type, MustComply, Dialect, Mode, Policy; elements without content are written `<t></t>` or `<t/>`, at the reader's
/// choice.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::soap {

enum class Charset { utf8, utf16le, utf16be };

/// A header with simple content. `text` is trimmed of XML white space and decoded.
struct HeaderField {
    std::string_view text;
    bool present = false;
    bool must_understand = false;  ///< s:mustUnderstand is true or 1; an unqualified mustUnderstand doesn't count.
};

/// wsman:Selector. A text selector has `text` (decoded, not trimmed); one with an EPR has `reference`.
struct Selector {
    std::string_view name;
    std::string_view text;
    std::string_view reference;  ///< Canonical XML of the a:EndpointReference inside, itself included; or empty.
};

/// wsman:Option.
struct Option {
    std::string_view name;
    std::string_view type;  ///< Local part of the Type attribute's QName; empty if absent.
    std::string_view value;
    bool must_comply = false;
    bool nil = false;
};

/// wsa:ReplyTo, wsa:FaultTo, wsa:From.
struct EndpointHeader {
    std::string_view address;  ///< Trimmed.
    /// Canonical XML inside a:ReferenceParameters (and a:ReferenceProperties), with all attributes: it goes back as
    /// headers of the answer.
    std::string_view reference_parameters;
    bool present = false;
    bool must_understand = false;
};

struct QualifiedName {
    std::string_view uri;
    std::string_view local;
};

struct Headers {
    HeaderField to, action, message_id, relates_to;                  // wsa
    EndpointHeader reply_to, fault_to, from;                         // wsa
    HeaderField resource_uri, operation_timeout, max_envelope_size;  // wsman
    std::string_view max_envelope_policy;                            ///< Its Policy attribute.
    HeaderField locale;                                              ///< text is its xml:lang.
    HeaderField selector_set, option_set, request_epr;               ///< Presence and mustUnderstand only.
    HeaderField fragment_transfer;                                   ///< text is its content, decoded and trimmed.
    std::string_view fragment_dialect;
    HeaderField request_total_items;                    ///< wsman:RequestTotalItemsCountEstimate.
    HeaderField data_locale;                            ///< m:DataLocale; text is its xml:lang.
    HeaderField session_id, operation_id, sequence_id;  // m:
    HeaderField activity_id, function_id;               // m:
    std::vector<Selector> selectors;                    ///< In order, duplicates included.
    std::vector<Option> options;
    std::vector<QualifiedName> not_understood;  ///< Unknown headers with mustUnderstand true.
    std::optional<QualifiedName> duplicate;     ///< The first header above found a second time.
};

/// Everything is a view into storage that the envelope owns: moving an Envelope keeps views valid, copying is not
/// possible.
class Envelope {
  public:
    Envelope() = default;
    Envelope(Envelope&&) noexcept = default;
    Envelope& operator=(Envelope&&) noexcept = default;
    Envelope(const Envelope&) = delete;
    Envelope& operator=(const Envelope&) = delete;
    ~Envelope() = default;

    Headers headers;
    std::string_view body;            ///< Canonical XML of the body's only child; empty for an empty body.
    std::string_view body_namespace;  ///< Namespace URI of that child.
    std::string_view body_name;       ///< Its local name.
    std::vector<std::string_view> other_namespaces;  ///< URIs of q0, q1, …
    Charset charset = Charset::utf8;                 ///< To answer in.

    std::unique_ptr<char[]> storage;  ///< What the views point into. The reader's business.
    std::size_t storage_size = 0;
};

/// Why a message can't be read.
enum class ReadFault {
    not_xml,           ///< Not well-formed, not UTF-8/UTF-16, or XML that SOAP 1.2 forbids (DTD, PI).
    not_soap,          ///< Well-formed, but no envelope, or one whose parts are not as SOAP 1.2 wants them.
    version_mismatch,  ///< An Envelope of another SOAP version.
    charset,           ///< The content type names a character set that is not supported.
    limit,             ///< Too deep, too many elements, attributes, namespaces or headers.
    invalid_header,    ///< A known header whose content is not what its schema says.
    empty,             ///< No bytes at all.
};

struct ReadError {
    ReadFault fault = ReadFault::not_xml;
    std::string message;  ///< For people; names line and column where there is one.
    Charset charset = Charset::utf8;
    std::string header;  ///< invalid_header: local name of the header.
    /// What could be read before the error, so that the fault can relate to its request.
    std::string message_id;
};

}  // namespace tintype::soap
