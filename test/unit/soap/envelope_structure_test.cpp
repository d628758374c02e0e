// What is a SOAP 1.2 envelope and what is not.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "envelopes.hpp"
#include "soap/namespaces.hpp"

using namespace tintype;
using soap::ReadFault;
using test::fault_of;
using test::message;

namespace {

const std::string soap12 = "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"";

}  // namespace

TEST_CASE("a message that is not well-formed with namespaces is not XML") {
    const std::vector<std::string> bodies = {"<c:x>",
                                             "<c:x></c:y>",
                                             "<c:x/><",
                                             "<u:x/>",
                                             "<c:x u:y=\"\"/>",
                                             "<c:x:y/>",
                                             "<:x/>",
                                             "<c:/>",
                                             "<c:1x/>",
                                             "<c:-x/>",
                                             "<c:x a=\"1\" a=\"2\"/>",
                                             "<c:x xmlns:d=\"urn:class\" c:a=\"1\" d:a=\"2\"/>",
                                             "<c:x xmlns:d=\"\"/>",
                                             "<c:x xmlns:xmlns=\"urn:x\"/>",
                                             "<c:x xmlns:xml=\"urn:x\"/>",
                                             "<c:x xmlns:d=\"http://www.w3.org/2000/xmlns/\"/>",
                                             "<c:x xmlns:d=\"http://www.w3.org/XML/1998/namespace\"/>",
                                             "<c:x xmlns=\"http://www.w3.org/XML/1998/namespace\"/>",
                                             "<c:x xmlns:=\"urn:x\"/>",
                                             "<c:x xmlns:a:b=\"urn:x\"/>",
                                             "<xmlns:x/>",
                                             "<c:x>&unknown;</c:x>",
                                             "<c:x>&#0;</c:x>",
                                             "<c:x>&#1;</c:x>",
                                             "<c:x>&#xD800;</c:x>",
                                             "<c:x>\x01</c:x>",
                                             "<c:x>]]></c:x>",
                                             "<c:x a=\"<\"/>",
                                             "<c:x a=b/>",
                                             "<!-- -- --><c:x/>",
                                             "< c:x/>",
                                             "<c:x><![CDATA[</c:x>"};
    for (const std::string& body : bodies) {
        CAPTURE(body);
        CHECK(fault_of(message("", body)) == ReadFault::not_xml);
    }
}

TEST_CASE("bytes that are not UTF-8, a NUL among them, are not XML") {
    using namespace std::string_literals;
    for (const std::string& bytes : {"\xC0\x80"s, "\xC3"s, "\xED\xA0\x80"s, "\xF8\x88\x80\x80\x80"s,
                                     "\xF4\x90\x80\x80"s, "\x80"s, "\xFF\xFE"s, "\0"s, "\xEF\xBF\xBE"s}) {
        CAPTURE(bytes);
        CHECK(fault_of(message("", "<c:x>" + bytes + "</c:x>")) == ReadFault::not_xml);
        CHECK(fault_of(message("", "<c:x a=\"" + bytes + "\"/>")) == ReadFault::not_xml);
        CHECK(fault_of(message("", "<!--" + bytes + "--><c:x/>")) == ReadFault::not_xml);
    }
}

TEST_CASE("a document type declaration or a processing instruction is refused wherever it stands") {
    const std::string good = message("", "<c:x/>");
    CHECK_FALSE(fault_of("<?xml version=\"1.0\"?>" + good));
    CHECK(fault_of("<!DOCTYPE x>" + good) == ReadFault::not_xml);
    CHECK(fault_of("<!DOCTYPE x [<!ENTITY e 'x'>]>" + message("", "<c:x>&e;</c:x>")) == ReadFault::not_xml);
    CHECK(fault_of("<?pi?>" + good) == ReadFault::not_xml);
    CHECK(fault_of(good + "<?pi?>") == ReadFault::not_xml);
    CHECK(fault_of(message("<?pi?>", "")) == ReadFault::not_xml);
    CHECK(fault_of(message("", "<c:x><?xml-stylesheet href='x'?></c:x>")) == ReadFault::not_xml);
    CHECK(fault_of(" <?xml version=\"1.0\"?>" + good) == ReadFault::not_xml);
}

TEST_CASE("nothing but white space and comments may follow the envelope") {
    const std::string good = message("", "<c:x/>");
    CHECK_FALSE(fault_of(good + "\r\n <!-- end -->\n"));
    CHECK(fault_of(good + "x") == ReadFault::not_xml);
    CHECK(fault_of(good + "<c/>") == ReadFault::not_xml);
    CHECK(fault_of(good + std::string(1, '\0')) == ReadFault::not_xml);
    CHECK(fault_of(good + good) == ReadFault::not_xml);
}

TEST_CASE("no bytes at all is a fault of its own") {
    CHECK(fault_of("") == ReadFault::empty);
}

TEST_CASE("an Envelope of another namespace is a version mismatch, another root is not SOAP") {
    CHECK(fault_of("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body/></s:Envelope>") ==
          ReadFault::version_mismatch);
    CHECK(fault_of("<s:Envelope xmlns:s=\" http://www.w3.org/2003/05/soap-envelope\"><s:Body/></s:Envelope>") ==
          ReadFault::version_mismatch);
    CHECK(fault_of("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/SOAP-envelope\"><s:Body/></s:Envelope>") ==
          ReadFault::version_mismatch);
    CHECK(fault_of("<Envelope><Body/></Envelope>") == ReadFault::version_mismatch);
    CHECK(fault_of("<s:envelope " + soap12 + "><s:Body/></s:envelope>") == ReadFault::not_soap);
    CHECK(fault_of("<html/>") == ReadFault::not_soap);
}

TEST_CASE("an Envelope is an optional Header and a Body with at most one element") {
    const auto envelope = [](const std::string& inside) {
        return "<s:Envelope " + soap12 + ">" + inside + "</s:Envelope>";
    };
    CHECK_FALSE(fault_of(envelope("<s:Body/>")));
    CHECK_FALSE(fault_of(envelope(" <s:Header/>\r\n<!-- x --><s:Body>\t<x/> </s:Body>\n")));
    for (const std::string inside :
         {"", "<s:Header/>", "<s:Body/><s:Header/>", "<s:Header/><s:Header/><s:Body/>", "<s:Body/><s:Body/>",
          "<s:Body/><x/>", "<x/><s:Body/>", "<Body/>", "<s:Body><x/><y/></s:Body>", "<s:Body>text</s:Body>",
          "<s:Body><x/>text</s:Body>", "text<s:Body/>", "<s:Header>text</s:Header><s:Body/>", "<s:Body/>text",
          "<s:Header/><s:Body><x/></s:Body><s:Trailer/>"}) {
        CAPTURE(inside);
        CHECK(fault_of(envelope(inside)) == ReadFault::not_soap);
    }
}

TEST_CASE("an empty body has no element, and the first one's name is told") {
    const auto empty = test::read(message("", " "));
    REQUIRE(empty);
    CHECK(empty->body.empty());
    CHECK(empty->body_name.empty());
    const auto full = test::read(message("", "<c:x/>"));
    REQUIRE(full);
    CHECK(full->body == "<p:x></p:x>");
    CHECK(full->body_name == "x");
    CHECK(full->body_namespace == "urn:class");
    const auto bare = test::read(message("", "<x/>"));
    REQUIRE(bare);
    CHECK(bare->body == "<x></x>");
    CHECK(bare->body_namespace.empty());
}

TEST_CASE("the body comes out in canonical form") {
    const auto canonical = [](const std::string& body) {
        const auto envelope = test::read(message("", body));
        REQUIRE_MESSAGE(envelope, envelope.error().message);
        return std::string(envelope->body);
    };
    SUBCASE("prefixes are ours whatever the client's are, and declarations go") {
        CHECK(canonical("<x xmlns=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\"><z:y "
                        "xmlns:z=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"/></x>") ==
              "<n:x><w:y></w:y></n:x>");
        CHECK(canonical("<c:x><w xmlns=\"urn:q\"/><c:y/><v xmlns=\"urn:r\"/><u xmlns=\"urn:q\"/></c:x>") ==
              "<p:x><q0:w></q0:w><p:y></p:y><q1:v></q1:v><q0:u></q0:u></p:x>");
    }
    SUBCASE("a prefix is what it is bound to innermost, and the default can be taken back") {
        CHECK(canonical("<c:x><w:y xmlns:w=\"urn:class\"><w:z/></w:y><w:y/></c:x>") ==
              "<p:x><p:y><p:z></p:z></p:y><w:y></w:y></p:x>");
        CHECK(canonical("<x xmlns=\"urn:class\"><y xmlns=\"\"/><z/></x>") == "<p:x><y></y><p:z></p:z></p:x>");
    }
    SUBCASE("text is escaped, comments and CDATA are gone, line ends are normalised") {
        CHECK(canonical("<c:x>a<!-- b -->&lt;&gt;&amp;&quot;&apos;<![CDATA[<&>]]>c</c:x>") ==
              "<p:x>a&lt;&gt;&amp;\"'&lt;&amp;&gt;c</p:x>");
        CHECK(canonical("<c:x>1\r\n2\r3&#13;\n4&#233;&#x1F600;</c:x>") ==
              "<p:x>1\n2\n3&#13;\n4\xC3\xA9\xF0\x9F\x98\x80</p:x>");
    }
    SUBCASE("only known attributes stay") {
        CHECK(
            canonical(
                "<c:x Name='\"&lt;>\t&#9;&#10;' Other='1' xml:lang='en' xml:space='preserve' xsi:nil='1' xsi:type='y' "
                "c:nil='4' c:lang='5' nil='6' lang='7' c:Name='2' Dialect='3'/>") ==
            "<p:x Name=\"&quot;&lt;&gt; &#9;&#10;\" xml:lang=\"en\" xsi:nil=\"1\" Dialect=\"3\"></p:x>");
    }
}

TEST_CASE("what is refused says where") {
    const auto envelope = test::read("<s:Envelope " + soap12 + ">\n  <s:Body><u:x/></s:Body></s:Envelope>");
    REQUIRE_FALSE(envelope);
    CHECK(envelope.error().message == "the prefix 'u' is not declared (line 2, column 11)");
}

TEST_CASE("a message that is refused behind its MessageID still tells it") {
    const auto envelope = test::read(message("<a:MessageID> uuid:1 </a:MessageID>", "<c:x>"));
    REQUIRE_FALSE(envelope);
    CHECK(envelope.error().message_id == "uuid:1");
}

TEST_CASE("moving an envelope keeps its views") {
    soap::Envelope kept;
    {
        auto envelope = test::read(message("<a:To>there</a:To>", "<c:x>1</c:x>"));
        REQUIRE(envelope);
        kept = std::move(*envelope);
    }
    CHECK(kept.headers.to.text == "there");
    CHECK(kept.body == "<p:x>1</p:x>");
    CHECK(kept.body_namespace == "urn:class");
}
