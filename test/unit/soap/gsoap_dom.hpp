#pragma once
/// \file
/// gSOAP's own parser on the bytes of a client against what our reader made of them.
///
/// What is compared: the body, every element with its namespace, its text where it holds no elements, and those of its
/// attributes that canonical XML keeps; and the headers a:Action, a:To, a:MessageID, w:ResourceURI, w:OperationTimeout
/// and w:SelectorSet by their values. gSOAP is strict (SOAP_XML_STRICT) and gets the bytes in UTF-8, since it reads no
/// UTF-16.
///
/// What "the same" leaves out, since gSOAP alone is known to be lax or narrow there:
/// - What gSOAP refuses: then it reads nothing differently. It has bounds of its own (tags of 1,023 bytes, among
///   others).
/// - Messages with a reference to a character of more than seven characters, such as `&#x10FFFF;`: gSOAP ends it after
///   the seventh and takes the rest for text.
/// - Messages that bind a prefix to a URI with white space in it, which gSOAP takes for the URI without.
/// - White space: gSOAP's DOM drops it at both ends of a text, and a line break in an attribute where XML makes it a
///   blank. Nothing of ours means something else for its white space.
/// - U+FEFF at the beginning of a text, which gSOAP drops as if a file began there.
/// - Text beside elements, which no message of ours has a meaning for: gSOAP's DOM moves or drops it.

#include <string>
#include <string_view>

#include "soap/envelope_reader.hpp"

namespace tintype::test {

/// Empty if our reader refuses the message or both read the same; otherwise what each of them found.
/// \param read_by_gsoap set to whether gSOAP read it too, and something was compared.
std::string compare_with_gsoap_dom(soap::EnvelopeReader& reader, std::string_view message,
                                   std::string_view content_type, bool* read_by_gsoap = nullptr);

}  // namespace tintype::test
