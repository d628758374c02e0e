#pragma once
/// \file
/// Messages made of a header and a body, all usual prefixes bound.

#include <optional>
#include <string>

#include "soap/envelope_reader.hpp"

namespace tintype::test {

inline constexpr std::string_view envelope_start =
    R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope")"
    R"( xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
    R"( xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd")"
    R"( xmlns:m="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd")"
    R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:c="urn:class">)";

inline std::string message(const std::string& header, const std::string& body) {
    return std::string(envelope_start) + "<s:Header>" + header + "</s:Header><s:Body>" + body +
           "</s:Body></s:Envelope>";
}

/// Reads with a reader of its own and the usual limits.
inline tl::expected<soap::Envelope, soap::ReadError> read(const std::string& text, const std::string& content_type = "",
                                                          const Limits& limits = {}) {
    soap::EnvelopeReader reader;
    return reader.read(text, content_type, limits);
}

/// Why the message is refused; nothing if it is read.
inline std::optional<soap::ReadFault> fault_of(const std::string& text, const std::string& content_type = "",
                                               const Limits& limits = {}) {
    const auto envelope = read(text, content_type, limits);
    if (envelope) return std::nullopt;
    return envelope.error().fault;
}

}  // namespace tintype::test
