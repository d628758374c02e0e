// Text and the envelope of an answer.
#include <doctest/doctest.h>

#include <string>

#include "reference_dom.hpp"
#include "soap/namespaces.hpp"
#include "soap/xml_writer.hpp"

using namespace tintype;
using namespace std::string_literals;

namespace {

std::string text(const std::string& value) {
    std::string out;
    soap::append_text(out, value);
    return out;
}

std::string attribute(const std::string& value) {
    std::string out;
    soap::append_attribute(out, value);
    return out;
}

}  // namespace

TEST_CASE("what markup is made of is escaped") {
    CHECK(text("a<b>&\"'\t\n\r]]>") == "a&lt;b&gt;&amp;\"'\t\n&#13;]]&gt;");
    CHECK(attribute("a<b>&\"'\t\n\r") == "a&lt;b&gt;&amp;&quot;'&#9;&#10;&#13;");
}

TEST_CASE("what XML can't hold becomes U+FFFD, a byte at a time") {
    const std::string bad = "\xEF\xBF\xBD";
    CHECK(text("a\x01z\0\x1F"s) == "a" + bad + "z" + bad + bad);
    CHECK(text("\xEF\xBF\xBE\xEF\xBF\xBF") == bad + bad);
    CHECK(text("\xC3<") == bad + "&lt;");
    CHECK(text("\xE2\x82") == bad + bad);
    CHECK(text("\xED\xA0\x80x") == bad + bad + bad + "x");
    CHECK(text("\xC0\x80") == bad + bad);
    CHECK(text("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7F") == "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7F");
}

TEST_CASE("every byte string gives well-formed text and attributes that read back") {
    for (int high = 0; high < 256; ++high) {
        for (int low = 0; low < 256; ++low) {
            const std::string bytes = {'x', static_cast<char>(high), static_cast<char>(low), '\x80', 'y'};
            const auto document = test::parse_document("<r a=\"" + attribute(bytes) + "\">" + text(bytes) + "</r>");
            REQUIRE(document);
            REQUIRE(document->root->text() == *document->root->attribute("", "a"));
        }
    }
}

TEST_CASE("an answer's envelope has its prefixes bound on the Envelope and its headers in place") {
    std::string out;
    soap::begin_answer(out,
                       {.action = "urn:act?a=1&b",
                        .message_id = "uuid:1",
                        .relates_to = " <7>",
                        .has_relates_to = true,
                        .to = {},
                        .operation_id = "uuid:o",
                        .sequence_id = "2",
                        .session_id = "uuid:s",
                        .extra = "<w:X>1</w:X>"},
                       "urn:class&");
    out += "<p:x xsi:nil=\"true\"/>";
    soap::end_answer(out);
    CHECK(
        out ==
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
        "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
        "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
        "xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\" "
        "xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\" "
        "xmlns:e=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
        "xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" "
        "xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" xmlns:p=\"urn:class&amp;\" "
        "xml:lang=\"en-US\">"
        "<s:Header><a:Action>urn:act?a=1&amp;b</a:Action><a:MessageID>uuid:1</a:MessageID>"
        "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To><a:RelatesTo> "
        "&lt;7&gt;</a:RelatesTo>"
        "<m:OperationID xmlns:m=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\">uuid:o</m:OperationID>"
        "<m:SequenceId xmlns:m=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\">2</m:SequenceId>"
        "<m:SessionId xmlns:m=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\">uuid:s</m:SessionId><w:X>1</w:X>"
        "</s:Header><s:Body><p:x xsi:nil=\"true\"/></s:Body></s:Envelope>");
    CHECK(test::parse_document(out));
}

TEST_CASE("headers that an answer does not have are left out, but an empty MessageID is echoed") {
    std::string out;
    soap::begin_answer(out, {.action = "urn:a", .message_id = "uuid:1"}, {});
    CHECK(out.find("RelatesTo") == std::string::npos);
    CHECK(out.find("xmlns:p=") == std::string::npos);
    CHECK(out.find("<m:") == std::string::npos);
    out.clear();
    soap::begin_answer(out, {.action = "urn:a", .message_id = "uuid:1", .has_relates_to = true, .to = "urn:to"}, {});
    CHECK(out.find("<a:To>urn:to</a:To><a:RelatesTo></a:RelatesTo></s:Header>") != std::string::npos);
}
