// Header blocks of an envelope as values.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "envelopes.hpp"
#include "soap/namespaces.hpp"

using namespace tintype;
using soap::ReadFault;
using test::message;

namespace {

soap::Envelope read_header(const std::string& header) {
    auto envelope = test::read(message(header, ""));
    REQUIRE_MESSAGE(envelope, envelope.error().message);
    return std::move(*envelope);
}

}  // namespace

TEST_CASE("text headers are trimmed and decoded, in any order, with comments inside") {
    const auto envelope = read_header(
        "<a:Action>\r\n urn:do </a:Action><w:ResourceURI> urn:r&amp;<!-- -->s<![CDATA[&]]> </w:ResourceURI>"
        "<a:To>\t/wsman</a:To><a:MessageID/><w:OperationTimeout>PT60.000S</w:OperationTimeout>"
        "<a:RelatesTo>uuid:0</a:RelatesTo><w:RequestTotalItemsCountEstimate/>"
        "<m:SessionId>uuid:1</m:SessionId><m:OperationID>uuid:2</m:OperationID><m:SequenceId>3</m:SequenceId>");
    const soap::Headers& h = envelope.headers;
    CHECK(h.action.text == "urn:do");
    CHECK(h.resource_uri.text == "urn:r&s&");
    CHECK(h.to.text == "/wsman");
    CHECK(h.message_id.present);
    CHECK(h.message_id.text.empty());
    CHECK(h.operation_timeout.text == "PT60.000S");
    CHECK(h.relates_to.text == "uuid:0");
    CHECK(h.request_total_items.present);
    CHECK(h.session_id.text == "uuid:1");
    CHECK(h.operation_id.text == "uuid:2");
    CHECK(h.sequence_id.text == "3");
    CHECK_FALSE(h.fault_to.present);
    CHECK_FALSE(h.selector_set.present);
}

TEST_CASE("mustUnderstand is a boolean of the SOAP namespace; anything else in it is an invalid header") {
    const std::vector<std::pair<std::string, bool>> cases = {{"s:mustUnderstand=\"true\"", true},
                                                             {"s:mustUnderstand=\"1\"", true},
                                                             {"s:mustUnderstand=\" 1\n\"", true},
                                                             {"s:mustUnderstand=\"false\"", false},
                                                             {"s:mustUnderstand=\"0\"", false},
                                                             {"s:mustUnderstand=\" false \"", false},
                                                             {"mustUnderstand=\"true\"", false},
                                                             {"c:mustUnderstand=\"true\"", false},
                                                             {"", false}};
    for (const auto& each : cases) {
        const auto& [attribute, expected] = each;
        CAPTURE(each.first);
        CHECK(read_header("<a:To " + attribute + ">x</a:To>").headers.to.must_understand == expected);
        CHECK(read_header("<c:X " + attribute + ">x</c:X>").headers.not_understood.empty() == !expected);
    }
    for (const std::string value : {"TRUE", "yes", "", "2", "tru e"}) {
        CAPTURE(value);
        for (const std::string name : {"a:To", "c:Unknown"}) {
            std::string header = "<";
            header.append(name).append(" s:mustUnderstand=\"").append(value).append("\"/>");
            const auto envelope = test::read(message(header, ""));
            REQUIRE_FALSE(envelope);
            CHECK(envelope.error().fault == ReadFault::invalid_header);
            CHECK(envelope.error().header == name.substr(2));
        }
    }
}

TEST_CASE("unknown headers count only when they must be understood") {
    const auto envelope = read_header(
        "<c:One s:mustUnderstand=\"1\"><c:Two s:mustUnderstand=\"1\"/>text</c:One><c:Three/><Four "
        "s:mustUnderstand=\"true\"/>"
        "<a:Unknown s:mustUnderstand=\"1\"/><w:To s:mustUnderstand=\"1\"/>");
    const auto& names = envelope.headers.not_understood;
    REQUIRE(names.size() == 4);
    CHECK(names[0].uri == "urn:class");
    CHECK(names[0].local == "One");
    CHECK(names[1].uri.empty());
    CHECK(names[1].local == "Four");
    CHECK(names[2].uri == soap::ns_addressing);
    CHECK(names[3].local == "To");
}

TEST_CASE("a header for another role is not ours, whatever it says") {
    const auto envelope = read_header(
        "<a:To s:role=\"urn:other\" s:mustUnderstand=\"perhaps\"><c:x/></a:To>"
        "<c:X s:role=\"http://www.w3.org/2003/05/soap-envelope/role/none\" s:mustUnderstand=\"1\"/><a:To>x</a:To>");
    CHECK(envelope.headers.to.text == "x");
    CHECK(envelope.headers.not_understood.empty());
    CHECK_FALSE(envelope.headers.duplicate);
    for (const std::string role : {"http://www.w3.org/2003/05/soap-envelope/role/next",
                                   " http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver ", ""}) {
        CAPTURE(role);
        CHECK(read_header("<a:To s:role=\"" + role + "\">x</a:To>").headers.to.present);
        CHECK(read_header("<a:To s:relay=\"true\" role=\"urn:other\">x</a:To>").headers.to.present);
    }
}

TEST_CASE("of two headers of a kind the first counts and the second is told") {
    const auto envelope = read_header(
        "<a:To>1</a:To><a:To><c:anything/></a:To><w:Locale xml:lang=\"en\"/><w:Locale xml:lang=\"de\"/>"
        "<w:SelectorSet><w:Selector Name=\"a\">1</w:Selector></w:SelectorSet>"
        "<w:SelectorSet><w:Selector Name=\"b\">2</w:Selector></w:SelectorSet>");
    CHECK(envelope.headers.to.text == "1");
    CHECK(envelope.headers.locale.text == "en");
    CHECK(envelope.headers.selectors.size() == 1);
    REQUIRE(envelope.headers.duplicate);
    CHECK(envelope.headers.duplicate->uri == soap::ns_addressing);
    CHECK(envelope.headers.duplicate->local == "To");
    CHECK(read_header("<a:ReplyTo><a:Address>x</a:Address></a:ReplyTo><a:ReplyTo/>").headers.duplicate->local ==
          "ReplyTo");
}

TEST_CASE("attributes that belong to headers come with them") {
    const auto envelope = read_header(
        "<w:MaxEnvelopeSize Policy=\" Notify \">8192</w:MaxEnvelopeSize><w:Locale xml:lang=\" de-AT\"/><m:DataLocale/>"
        "<w:FragmentTransfer Dialect=\"urn:xpath\"> a/<c:x>no</c:x>b "
        "</w:FragmentTransfer><w:RequestEPR><c:x/></w:RequestEPR>");
    CHECK(envelope.headers.max_envelope_size.text == "8192");
    CHECK(envelope.headers.max_envelope_policy == "Notify");
    CHECK(envelope.headers.locale.text == "de-AT");
    CHECK(envelope.headers.data_locale.present);
    CHECK(envelope.headers.fragment_transfer.text == "a/b");
    CHECK(envelope.headers.fragment_dialect == "urn:xpath");
    CHECK(envelope.headers.request_epr.present);
}

TEST_CASE("selectors keep order, duplicates and white space, and may hold a reference") {
    const auto envelope = read_header(
        "<w:SelectorSet s:mustUnderstand=\"1\"> <w:Selector Name=\"A\"> x &lt; </w:Selector><w:Selector Name=\"A\"/>"
        "<w:Selector Name=\"E\">\n <d:EndpointReference xmlns:d=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\">"
        "<d:Address>&lt;</d:Address><d:ReferenceParameters><c:k Name=\"n\" gone=\"1\"/></d:ReferenceParameters>"
        "</d:EndpointReference> </w:Selector></w:SelectorSet>");
    const auto& selectors = envelope.headers.selectors;
    CHECK(envelope.headers.selector_set.must_understand);
    REQUIRE(selectors.size() == 3);
    CHECK(selectors[0].name == "A");
    CHECK(selectors[0].text == " x < ");
    CHECK(selectors[0].reference.empty());
    CHECK(selectors[1].text.empty());
    CHECK(selectors[2].text.empty());
    CHECK(selectors[2].reference ==
          "<a:EndpointReference><a:Address>&lt;</a:Address><a:ReferenceParameters><q0:k Name=\"n\"></q0:k>"
          "</a:ReferenceParameters></a:EndpointReference>");
    CHECK(envelope.other_namespaces == std::vector<std::string_view>{"urn:class"});
}

TEST_CASE("options carry their type, their value and whether they must be complied with") {
    const auto envelope = read_header(
        "<w:OptionSet s:mustUnderstand=\"true\"><w:Option Name=\"a\" Type=\"xs:int\" MustComply=\" 1 \"> 5 </w:Option>"
        "<w:Option Name=\"b\" xsi:nil=\"true\"/><w:Option Name=\"c\" Type=\"plain\" "
        "MustComply=\"false\"/></w:OptionSet>");
    const auto& options = envelope.headers.options;
    REQUIRE(options.size() == 3);
    CHECK(envelope.headers.option_set.must_understand);
    CHECK(options[0].name == "a");
    CHECK(options[0].type == "int");
    CHECK(options[0].value == " 5 ");
    CHECK(options[0].must_comply);
    CHECK_FALSE(options[0].nil);
    CHECK(options[1].nil);
    CHECK_FALSE(options[1].must_comply);
    CHECK(options[2].type == "plain");
    CHECK(read_header("<w:OptionSet s:mustUnderstand=\"true\"></w:OptionSet>").headers.option_set.present);
}

TEST_CASE("reply and fault endpoints give their address and their parameters in canonical form") {
    const auto envelope = read_header(
        "<a:ReplyTo s:mustUnderstand=\"1\"><a:ReferenceProperties><c:p/></a:ReferenceProperties><a:Address> urn:me "
        "</a:Address>"
        "<a:PortType>c:x</a:PortType><a:ReferenceParameters><c:k xmlns:c=\"urn:k\" n=\"&quot;\" c:m=\"2\" "
        "xml:space=\"preserve\">&gt;</c:k> </a:ReferenceParameters>"
        "<c:extension><c:x/>text</c:extension></a:ReplyTo><a:FaultTo><a:Address>f</a:Address></a:FaultTo>"
        "<a:From><a:Address/></a:From>");
    CHECK(envelope.headers.reply_to.must_understand);
    CHECK(envelope.headers.reply_to.address == "urn:me");
    CHECK(envelope.headers.reply_to.reference_parameters ==
          "<q0:p></q0:p><q1:k n=\"&quot;\" q1:m=\"2\" xml:space=\"preserve\">&gt;</q1:k> ");
    CHECK(envelope.headers.fault_to.address == "f");
    CHECK(envelope.headers.fault_to.reference_parameters.empty());
    CHECK(envelope.headers.from.present);
}

TEST_CASE("a known header whose content is not what its schema says is named") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"To", "<a:To>x<c:y/></a:To>"},
        {"Locale", "<w:Locale xml:lang=\"en\">en</w:Locale>"},
        {"DataLocale", "<m:DataLocale><c:x/></m:DataLocale>"},
        {"SelectorSet", "<w:SelectorSet>x</w:SelectorSet>"},
        {"SelectorSet", "<w:SelectorSet><c:Selector Name=\"a\"/></w:SelectorSet>"},
        {"SelectorSet", "<w:SelectorSet><w:Selector>x</w:Selector></w:SelectorSet>"},
        {"SelectorSet", "<w:SelectorSet><w:Selector c:Name=\"a\">x</w:Selector></w:SelectorSet>"},
        {"SelectorSet", "<w:SelectorSet><w:Selector Name=\"a\"><c:x/></w:Selector></w:SelectorSet>"},
        {"SelectorSet", "<w:SelectorSet><w:Selector Name=\"a\">x<a:EndpointReference/></w:Selector></w:SelectorSet>"},
        {"SelectorSet", "<w:SelectorSet><w:Selector Name=\"a\"><a:EndpointReference/>x</w:Selector></w:SelectorSet>"},
        {"SelectorSet",
         "<w:SelectorSet><w:Selector "
         "Name=\"a\"><a:EndpointReference/><a:EndpointReference/></w:Selector></w:SelectorSet>"},
        {"OptionSet", "<w:OptionSet>x</w:OptionSet>"},
        {"OptionSet", "<w:OptionSet><w:Selector Name=\"a\"/></w:OptionSet>"},
        {"OptionSet", "<w:OptionSet><w:Option/></w:OptionSet>"},
        {"OptionSet", "<w:OptionSet><w:Option Name=\"a\"><c:x/></w:Option></w:OptionSet>"},
        {"OptionSet", "<w:OptionSet><w:Option Name=\"a\" MustComply=\"perhaps\"/></w:OptionSet>"},
        {"OptionSet", "<w:OptionSet><w:Option Name=\"a\" xsi:nil=\"perhaps\"/></w:OptionSet>"},
        {"ReplyTo", "<a:ReplyTo/>"},
        {"ReplyTo", "<a:ReplyTo>urn:x</a:ReplyTo>"},
        {"FaultTo", "<a:FaultTo><a:Address>x</a:Address><a:Address>y</a:Address></a:FaultTo>"},
        {"From", "<a:From><a:Address><c:x/></a:Address></a:From>"}};
    for (const auto& each : cases) {
        const auto& [header, xml] = each;
        CAPTURE(each.second);
        const auto envelope = test::read(message("<a:MessageID>1</a:MessageID>" + xml, ""));
        REQUIRE_FALSE(envelope);
        CHECK(envelope.error().fault == ReadFault::invalid_header);
        CHECK(envelope.error().header == header);
        CHECK(envelope.error().message_id == "1");
    }
}

TEST_CASE("a namespace is compared to the letter") {
    CHECK_FALSE(
        read_header("<x:To xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/08/addressing \">x</x:To>").headers.to.present);
    CHECK_FALSE(
        read_header("<x:To xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/08/Addressing\">x</x:To>").headers.to.present);
    // The address of a namespace in another writing is another namespace, but a character reference is no other
    // writing.
    CHECK(read_header("<x:To xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/08/&#97;ddressing\">x</x:To>")
              .headers.to.present);
}
