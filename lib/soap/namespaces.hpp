#pragma once
/// \file
/// The namespaces of WS-Management and the prefixes that canonical XML and our answers use for them. Clients that read
/// answers with fixed-prefix XPath expect just these.

#include <array>
#include <string_view>

namespace tintype::soap {

inline constexpr std::string_view ns_soap = "http://www.w3.org/2003/05/soap-envelope";
inline constexpr std::string_view ns_soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view ns_addressing = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
inline constexpr std::string_view ns_wsman = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd";
inline constexpr std::string_view ns_transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer";
inline constexpr std::string_view ns_enumeration = "http://schemas.xmlsoap.org/ws/2004/09/enumeration";
inline constexpr std::string_view ns_eventing = "http://schemas.xmlsoap.org/ws/2004/08/eventing";
inline constexpr std::string_view ns_cim_binding = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd";
inline constexpr std::string_view ns_identity = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd";
inline constexpr std::string_view ns_ms_wsman = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd";
inline constexpr std::string_view ns_ms_fault = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault";
inline constexpr std::string_view ns_cim = "http://schemas.dmtf.org/wbem/wscim/1/common";
inline constexpr std::string_view ns_xsi = "http://www.w3.org/2001/XMLSchema-instance";
inline constexpr std::string_view ns_xml = "http://www.w3.org/XML/1998/namespace";

struct Namespace {
    std::string_view prefix;
    std::string_view uri;
};

/// Prefixes of canonical XML. Besides these: `p` is the namespace of the body's first element when it is none of them,
/// and `q0`, `q1`, … are all others in the order in which they were met.
inline constexpr std::array<Namespace, 12> canonical_namespaces{{{"s", ns_soap},
                                                                 {"a", ns_addressing},
                                                                 {"w", ns_wsman},
                                                                 {"x", ns_transfer},
                                                                 {"n", ns_enumeration},
                                                                 {"e", ns_eventing},
                                                                 {"b", ns_cim_binding},
                                                                 {"wsmid", ns_identity},
                                                                 {"m", ns_ms_wsman},
                                                                 {"f", ns_ms_fault},
                                                                 {"cim", ns_cim},
                                                                 {"xsi", ns_xsi}}};

}  // namespace tintype::soap
