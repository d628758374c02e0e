#pragma once
/// \file
/// For methods that are bound to C++ types by a tool of your own, such as soapcpp2: the body as a document that any
/// parser reads, and a document of yours as the answer. Who has no such tool finds make_method() in generic_method.hpp.
///
/// Example: a Method around code that `soapcpp2 -2 -c++11 -CS -L -w -x -n -qacme` generated for `urn:acme:lamp`;
/// examples/custom-class is a program with such a one.
/// \code
/// tintype::wsman::Result<void> switch_lamp(const tintype::wsman::Call& call, std::string_view body, std::string& out)
/// {
///     std::istringstream input(tintype::wsman::standalone(call, body, "urn:acme:lamp"));
///     std::ostringstream output;
///     struct soap* context = soap_new1(SOAP_XML_STRICT | SOAP_C_UTFSTRING);  // in earnest: one a thread, reused
///     soap_set_namespaces(context, acme_namespaces);
///     context->is = &input;
///     context->os = &output;
///     acme::lamp__Switch_USCOREINPUT message;
///     acme::lamp__Switch_USCOREOUTPUT answer;
///     const bool read = acme::soap_read_lamp__Switch_USCOREINPUT(context, &message) == SOAP_OK;
///     if (read) {
///         answer.ReturnValue = set_lamp(message.On);
///         acme::soap_write_lamp__Switch_USCOREOUTPUT(context, &answer);
///     }
///     soap_destroy(context);
///     soap_end(context);
///     soap_free(context);
///     if (!read) return tintype::wsman::fail(tintype::wsman::faults::invalid_parameter, "Switch_INPUT is not valid.");
///     return tintype::wsman::append_document(out, call, output.str(), "urn:acme:lamp");
/// }
/// \endcode

#include <string>
#include <string_view>

#include "tintype/cim/object_path.hpp"
#include "tintype/cim/resource_uri.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// The body that a Method gets, with the namespace declarations that it needs: a document of its own, in UTF-8, without
/// comments, CDATA and entities other than the five of XML.
/// \param class_namespace what `p` is bound to. A client may name the class by any of its resource URIs, in any case;
///        a binding knows one. Empty: the one that the client used.
[[nodiscard]] std::string standalone(const Call& call, std::string_view body, std::string_view class_namespace = {});

/// Appends a document as the answer's body, its XML declaration left out.
/// \param document with namespace declarations of its own, in UTF-8.
/// \param class_namespace wherever it is declared, the client's URI of the class is put in its place, since a client
///        looks for elements under the URI that it used. Empty: nothing is replaced.
/// Errors: InternalError if it is no well-formed document; nothing is appended then.
Result<void> append_document(std::string& out, const Call& call, std::string_view document,
                             std::string_view class_namespace = {});

/// Reads a reference parameter in whatever form the client chose: an endpoint reference, one in an
/// a:EndpointReference, an object path as text, key properties as elements.
/// \param body as a Method gets it. \param name of the parameter, compared without regard to case.
/// Errors: InvalidParameter for one that is missing, null, there twice or no reference.
[[nodiscard]] Result<cim::ObjectPath> read_reference_parameter(const Call& call, std::string_view body,
                                                               std::string_view name);

/// What stands inside of a reference parameter of an answer: a:Address and a:ReferenceParameters. The prefixes a and w
/// are bound on the answer's envelope; another document has to bind them to the namespaces of addressing and wsman.
[[nodiscard]] std::string reference_xml(const cim::ObjectPath& path, cim::UriStyle style);

}  // namespace tintype::wsman
