#pragma once
/// \file
/// What SOAP toolkits build their clients from: WSDL 1.1 and XML Schemas, made from the class declarations (DSP0230,
/// the WS-CIM mapping). One WSDL for the whole endpoint imports one for each class that has methods.

#include <optional>
#include <string>
#include <string_view>

#include "tintype/authorization.hpp"
#include "tintype/wsman/router.hpp"

namespace tintype::wsman {

/// The document that a URL's query names: `wsdl` (all classes), `wsdl=root/ns/Class`, `xsd=root/ns/Class`, and
/// `xsd=addressing`, `xsd=cim-common`, `xsd=enumeration`, `xsd=wsman`, `xsd=xml`. Names are compared without regard to
/// case. \param query as it stands in the URL, percent-encoded or not. \param url of the endpoint without a query, as
/// clients reach it. \param permissions only classes that they let see are there; null: all.
/// \returns nothing if there is no such document.
[[nodiscard]] std::optional<std::string> metadata(const Router& router, std::string_view query, std::string_view url,
                                                  const Permissions* permissions);

/// Whether the query names a class that the permissions don't let see.
[[nodiscard]] bool hides_document(const Router& router, std::string_view query, const Permissions& permissions);

}  // namespace tintype::wsman
