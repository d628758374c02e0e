#pragma once
/// \file
/// Writing XML text and the envelope of an answer.

#include <string>
#include <string_view>

namespace tintype::soap {

/// Appends character data, escaped. What XML 1.0 can't hold (control characters, broken UTF-8) becomes U+FFFD.
void append_text(std::string& out, std::string_view text);
/// As above for an attribute's value in double quotes: quotes, tabs and line breaks are escaped too.
void append_attribute(std::string& out, std::string_view text);

/// Headers of an answer (wire.md). Views must live until begin_answer() returns.
struct AnswerHeaders {
    std::string_view action;
    std::string_view action_suffix;  ///< Comes behind `action`.
    std::string_view message_id;     ///< `uuid:…`, new for each answer.
    std::string_view relates_to;     ///< The request's MessageID to the letter; empty: left out.
    bool has_relates_to = false;     ///< True also for an empty MessageID that has to be echoed.
    std::string_view to;             ///< Empty: the anonymous address.
    std::string_view operation_id;   ///< m:OperationID to echo; empty: left out.
    std::string_view sequence_id;    ///< m:SequenceId; empty: left out.
    std::string_view session_id;     ///< m:SessionId to echo; empty: left out.
    std::string_view extra;          ///< Further header elements, XML that is ready, canonical prefixes.
};

/// Appends everything up to and including `<s:Body>`. `s`, `a`, `w`, `x`, `n`, `e`, `xsi`, `cim`, `f` and, if
/// `class_namespace` is not empty, `p` are bound on the Envelope; `m` is bound on its own headers; `xml:lang` is en-US.
void begin_answer(std::string& out, const AnswerHeaders& headers, std::string_view class_namespace);
/// Appends `</s:Body></s:Envelope>`.
void end_answer(std::string& out);

}  // namespace tintype::soap
