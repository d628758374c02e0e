#include "desk_lamps.hpp"

using namespace test;
using namespace test::desk;

namespace {

std::string reply_to(const std::string& name, const std::string& parameters, std::string_view address = anonymous) {
    return "<a:" + name + "><a:Address>" + std::string(address) + "</a:Address><a:ReferenceParameters>" + parameters +
           "</a:ReferenceParameters></a:" + name + ">";
}

// Instead of the ReplyTo that every request has.
tintype::Response send_with_reply_to(LampFixture& fixture, const Message& message, const std::string& header) {
    auto text = message.text();
    const auto begin = text.find("<a:ReplyTo>");
    const auto end = text.find("</a:ReplyTo>") + 12;
    text.replace(begin, end - begin, header);
    return fixture.endpoint->handle({text, "application/soap+xml", {"alice", "Basic", true}, "peer"});
}

std::string header_of(const tintype::Response& answer) {
    return element(answer.body, "s:Header");
}

Message with(std::string headers) {
    auto message = about_lamp("Get");
    message.headers = std::move(headers);
    return message;
}

std::string options(const std::string& inside) {
    return "<w:OptionSet xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">" + inside + "</w:OptionSet>";
}

}  // namespace

TEST_CASE("reference parameters of ReplyTo come back as headers of the answer, and of its fault without FaultTo") {
    LampFixture fixture;
    const auto header = reply_to("ReplyTo",
                                 "<c:Context xmlns:c=\"urn:c\" c:n=\"1\" plain=\"2\"><c:id>7</c:id></c:Context>"
                                 "<Other>&lt;x></Other>");
    const std::string echo =
        "<q0:Context xmlns:q0=\"urn:c\" q0:n=\"1\" plain=\"2\"><q0:id>7</q0:id></q0:Context>"
        "<Other>&lt;x&gt;</Other>";
    const auto answer = send_with_reply_to(fixture, about_lamp("Get"), header);
    CHECK(answer.status == 200);
    CHECK(header_of(answer).find(echo) != std::string::npos);
    auto message = about_lamp("Get");
    message.selectors = "Name=none";
    const auto fault = send_with_reply_to(fixture, message, header);
    CHECK(fault.status == 500);
    CHECK(header_of(fault).find(echo) != std::string::npos);
    message.resource = "urn:nothing";
    CHECK(header_of(send_with_reply_to(fixture, message, header)).find(echo) != std::string::npos);
}

TEST_CASE("FaultTo's reference parameters are the faults', ReplyTo's the other answers'") {
    LampFixture fixture;
    const auto header = reply_to("ReplyTo", "<Reply/>") + reply_to("FaultTo", "<Fault/>");
    const auto answer = send_with_reply_to(fixture, about_lamp("Get"), header);
    CHECK(header_of(answer).find("<Reply></Reply>") != std::string::npos);
    CHECK(header_of(answer).find("<Fault>") == std::string::npos);
    auto message = about_lamp("Get");
    message.selectors = "Name=none";
    const auto fault = send_with_reply_to(fixture, message, header);
    CHECK(header_of(fault).find("<Fault></Fault>") != std::string::npos);
    CHECK(header_of(fault).find("<Reply>") == std::string::npos);
}

TEST_CASE("reference parameters that don't fit are an EncodingLimit before anything is done, and no fault has them") {
    LampFixture fixture;
    auto message = put_lamp("<p:Watts>60</p:Watts>");
    message.headers = "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">8192</w:MaxEnvelopeSize>";
    const auto answer =
        send_with_reply_to(fixture, message, reply_to("ReplyTo", "<Long>" + std::string(9'000, 'x') + "</Long>"));
    CHECK(fault_of(answer) == "500 w:EncodingLimit/MaxEnvelopeSizeExceeded");
    CHECK(answer.body.size() < 8'192);
    CHECK(answer.body.find("<Long>") == std::string::npos);
    CHECK(fixture.shelf->changes.empty());
}

TEST_CASE("a short name for a long namespace, used often, doesn't make an answer without bounds") {
    LampFixture fixture;
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += "<u:a/>";
    const auto header =
        "<a:ReplyTo xmlns:u=\"urn:" + std::string(100'000, 'u') + "\">" + reply_to("ReplyTo", many).substr(11);
    const auto answer = send_with_reply_to(fixture, about_lamp("Get"), header);
    CHECK(fault_of(answer) == "500 w:EncodingLimit/MaxEnvelopeSizeExceeded");
    CHECK(answer.body.size() < 8'192);
}

TEST_CASE("ReplyTo and FaultTo are anonymous, From and RelatesTo are whatever they are") {
    LampFixture fixture;
    CHECK(fault_of(send_with_reply_to(fixture, about_lamp("Get"), reply_to("ReplyTo", "", "http://elsewhere"))) ==
          "500 w:UnsupportedFeature/AddressingMode");
    CHECK(fault_of(fixture.send(with(reply_to("FaultTo", "", "http://elsewhere")))) ==
          "500 w:UnsupportedFeature/AddressingMode");
    CHECK(fixture.send(with(reply_to("From", "<X/>", "http://elsewhere"))).status == 200);
    CHECK(fixture
              .send(with("<a:From s:mustUnderstand=\"1\"><a:Address>urn:me</a:Address></a:From>"
                         "<a:RelatesTo s:mustUnderstand=\"1\">uuid:old</a:RelatesTo>"))
              .status == 200);
}

TEST_CASE("every header that is known may have to be understood") {
    LampFixture fixture;
    const std::string must = " s:mustUnderstand=\"true\"";
    const std::string m = " xmlns:m=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\"" + must;
    for (const auto& header : {
             "<w:OperationTimeout" + must + ">PT5S</w:OperationTimeout>",
             "<w:MaxEnvelopeSize" + must + ">8192</w:MaxEnvelopeSize>",
             "<w:Locale" + must + " xml:lang=\"en-GB\"/>",
             "<w:OptionSet" + must + "/>",
             "<w:RequestEPR" + must + "/>",
             "<w:FragmentTransfer" + must + ">Watts</w:FragmentTransfer>",
             "<m:DataLocale" + m + " xml:lang=\"en-GB\"/>",
             "<m:SessionId" + m + ">uuid:1</m:SessionId>",
             "<m:OperationID" + m + ">uuid:2</m:OperationID><m:SequenceId" + m + ">1</m:SequenceId>",
             "<m:ActivityId" + m + ">uuid:3</m:ActivityId>",
             "<m:FunctionID" + m + ">uuid:4</m:FunctionID>",
         }) {
        CAPTURE(header);
        const auto answer = fixture.send(with(header));
        CAPTURE(answer.body);
        CHECK(answer.status == 200);
        for (const std::string name : {"SessionId", "OperationID", "SequenceId"}) {
            CHECK((header_of(answer).find("<m:" + name) != std::string::npos) ==
                  (header.find("<m:" + name) != std::string::npos));
        }
    }
    const auto long_id = fixture.send(with("<m:SessionId" + m + ">" + std::string(2'049, 'x') + "</m:SessionId>"));
    CHECK(long_id.status == 200);
    CHECK(header_of(long_id).find("SessionId") == std::string::npos);
    CHECK(fault_of(fixture.send(with("<w:RequestTotalItemsCountEstimate" + must + "/>"))) == "500 s:MustUnderstand");
    CHECK(fixture.send(with("<w:RequestTotalItemsCountEstimate/>")).status == 200);
    CHECK(fault_of(fixture.send(with("<m:ActivityId" + m + ">" + std::string(2'049, 'x') + "</m:ActivityId>"))) ==
          "500 a:InvalidMessageInformationHeader");
}

TEST_CASE("a policy for envelopes is one that there is, if it must be understood") {
    LampFixture fixture;
    const auto ask = [&](const std::string& policy, const std::string& flag) {
        return fault_of(fixture.send(with("<w:MaxEnvelopeSize Policy=\"" + policy + "\" s:mustUnderstand=\"" + flag +
                                          "\">8192</w:MaxEnvelopeSize>")));
    };
    for (const auto* policy : {"Notify", "Skip", "CancelSubscription"}) CHECK(ask(policy, "true") == "200 ");
    CHECK(ask("Shrink", "true") == "500 w:UnsupportedFeature/MaxEnvelopePolicy");
    CHECK(ask("Shrink", "false") == "200 ");
}

TEST_CASE("a locale that must be understood is a language tag, and English") {
    LampFixture fixture;
    for (const auto* name : {"w:Locale", "m:DataLocale"}) {
        const auto ask = [&](const std::string& tag, const std::string& flag) {
            return fault_of(fixture.send(with("<" + std::string(name) +
                                              " xmlns:m=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\" " +
                                              "s:mustUnderstand=\"" + flag + "\" xml:lang=\"" + tag + "\"/>")));
        };
        CAPTURE(name);
        CHECK(ask("en", "true") == "200 ");
        CHECK(ask("EN-us", "1") == "200 ");
        CHECK(ask("de-DE", "true") == "500 w:UnsupportedFeature/Locale");
        CHECK(ask("no language", "true") == "500 w:UnsupportedFeature/Locale");
        CHECK(ask("", "true") == "500 w:UnsupportedFeature/Locale");
        CHECK(ask("de-DE", "false") == "200 ");
        CHECK(ask("no language", "false") == "200 ");
    }
}

TEST_CASE("options are held against those that the class knows") {
    LampFixture fixture;
    struct Row {
        std::string expected, options;
    };
    const std::vector<Row> rows{
        {"200 ", "<w:Option Name=\"quietly\" MustComply=\"true\">TRUE</w:Option>"},
        {"200 ", "<w:Option Name=\"Quietly\" Type=\"xs:boolean\"> 1 </w:Option>"},
        {"200 ", "<w:Option Name=\"Quietly\" Type=\"xs:string\">false</w:Option>"},
        {"200 ", "<w:Option Name=\"Quietly\" xsi:nil=\"true\"/>"},
        {"200 ", "<w:Option Name=\"Steps\" Type=\"xs:int\">5</w:Option>"},
        {"200 ", "<w:Option Name=\"Colour\" Type=\"x:y\">green</w:Option><w:Option Name=\"Colour\">blue</w:Option>"},
        {"200 ", "<w:Option Name=\"WINRS_NOPROFILE\">TRUE</w:Option>"},
        {"200 ",
         "<w:Option Name=\"wmi:__MI_OPERATIONOPTIONS_CHANNEL\" Type=\"xs:int\" MustComply=\"true\">0</w:Option>"},
        {"200 ", "<w:Option Name=\"wmiarray:a\">1</w:Option><w:Option Name=\"WMIArray:a\">2</w:Option>"},
        {"500 w:InvalidOptions/NotSupported", "<w:Option Name=\"Colour\" MustComply=\"true\">green</w:Option>"},
        {"500 w:InvalidOptions/InvalidValue", "<w:Option Name=\"Quietly\">perhaps</w:Option>"},
        {"500 w:InvalidOptions/InvalidValue", "<w:Option Name=\"Quietly\"/>"},
        {"500 w:InvalidOptions/InvalidValue", "<w:Option Name=\"Quietly\" Type=\"xs:int\">1</w:Option>"},
        {"500 w:InvalidOptions/InvalidValue", "<w:Option Name=\"Quietly\" Type=\"x:truth\">true</w:Option>"},
        {"500 w:InvalidOptions/InvalidValue", "<w:Option Name=\"Steps\">256</w:Option>"},
        {"500 w:InvalidOptions/InvalidName", "<w:Option Name=\" \">x</w:Option>"},
        {"500 w:InvalidOptions", "<w:Option Name=\"Quietly\">1</w:Option><w:Option Name=\"QUIETLY\">1</w:Option>"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.options);
        const auto answer = fixture.send(with(options(row.options)));
        CAPTURE(answer.body);
        CHECK(fault_of(answer) == row.expected);
    }
}

TEST_CASE("a handler sees the options of its call") {
    LampFixture fixture;
    auto message = put_lamp("<p:Watts>60</p:Watts>");
    message.headers = options("<w:Option Name=\"Quietly\">true</w:Option>");
    CHECK(fixture.send(message).status == 200);
    CHECK(fixture.shelf->quiet);
    message.body = lamp("<p:Watts>61</p:Watts>");
    message.headers.clear();
    CHECK(fixture.send(message).status == 200);
    CHECK_FALSE(fixture.shelf->quiet);
}

TEST_CASE("a namespace in a selector agrees with the URI's, and a key stands once in both together") {
    LampFixture fixture;
    auto message = about_lamp("Get");
    const auto ask = [&](const std::string& selectors) {
        message.selectors = selectors;
        return fault_of(fixture.send(message));
    };
    CHECK(ask("Name=desk;__cimnamespace=root/lamps") == "200 ");
    CHECK(ask("Name=desk;__CIMNAMESPACE= ROOT\\lamps ") == "200 ");
    CHECK(ask("Name=desk;__cimnamespace=root/cimv2") == "500 w:InvalidSelectors/InvalidValue");
    CHECK(ask("Name= desk\n;Floor= 2 ") == "200 ");
    message.resource = std::string(lamps) + "Test_Lamp?Name=desk";
    CHECK(ask("") == "200 ");
    CHECK(ask("Floor=2") == "200 ");
    CHECK(ask("name=desk") == "500 w:InvalidSelectors/DuplicateSelectors");
}
