#include "desk_lamps.hpp"

using namespace test;
using namespace test::desk;

TEST_CASE("a Put changes what it names, leaves the rest, and answers with what became of it") {
    LampFixture fixture;
    const auto answer = fixture.send(put_lamp("<p:On>true</p:On><p:Watts>60</p:Watts>"));
    CHECK(answer.status == 200);
    CHECK(inside(answer.body, "a:Action") == std::string(transfer) + "PutResponse");
    CHECK(inside(answer.body, "p:On") == "true");
    CHECK(inside(answer.body, "p:Watts") == "60");
    CHECK(inside(answer.body, "p:Label") == "old");
    CHECK(fixture.shelf->changes == std::vector<std::string>{"On", "Watts"});
    CHECK(inside(fixture.send(about_lamp("Get")).body, "p:Watts") == "60");
}

TEST_CASE("what a Get gave can be put again, and a change to it is all that the resource is told") {
    LampFixture fixture;
    auto got = fixture.send(about_lamp("Get")).body;
    const auto begin = got.find("<s:Body>") + 8;
    auto body = got.substr(begin, got.find("</s:Body>") - begin);
    body.insert(body.find(' '),
                " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                "xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\"");
    const auto same = fixture.send(about_lamp("Put", body));
    CHECK(same.status == 200);
    CHECK(inside(same.body, "p:Label") == "old");
    CHECK(fixture.shelf->changes.empty());
    body.replace(body.find(">old<"), 5, ">new<");
    CHECK(inside(fixture.send(about_lamp("Put", body)).body, "p:Label") == "new");
    CHECK(fixture.shelf->changes == std::vector<std::string>{"Label"});
}

TEST_CASE("a Put takes arrays, nulls, references, names in any case and either form of the class's namespace") {
    LampFixture fixture;
    auto answer = fixture.send(put_lamp("<p:Colours>green</p:Colours>"));
    CHECK(count(answer.body, "<p:Colours>") == 1);
    answer = fixture.send(put_lamp("<p:label xsi:nil=\"true\"/>"));
    CHECK(answer.status == 200);
    CHECK(answer.body.find("<p:Label xsi:nil=\"true\"") != std::string::npos);
    answer = fixture.send(put_lamp("<p:Spare>Test_SpareLamp.Name=\"spare\"</p:Spare>"));
    CHECK(element(answer.body, "p:Spare").find("Test_SpareLamp") != std::string::npos);
    auto message = about_lamp("Put",
                              "<Test_Lamp xmlns=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Test_Lamp\">"
                              "<Watts>75</Watts></Test_Lamp>");
    CHECK(inside(fixture.send(message).body, "p:Watts") == "75");
    message.body =
        "<d:CIM_Device xmlns:d=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Device\">"
        "<d:Watts>80</d:Watts></d:CIM_Device>";
    CHECK(inside(fixture.send(message).body, "p:Watts") == "80");
}

TEST_CASE("a representation that is no good has each its fault, and nothing is changed") {
    LampFixture fixture;
    struct Row {
        std::string expected, body, words;
    };
    const std::vector<Row> rows{
        {"500 x:InvalidRepresentation/InvalidValues", lamp("<p:Installed xsi:nil=\"true\"/>"), "Installed"},
        {"500 x:InvalidRepresentation/InvalidValues", lamp("<p:Name>other</p:Name>"), "Name"},
        {"500 x:InvalidRepresentation/InvalidValues", lamp("<p:Floor>3</p:Floor>"), "Floor"},
        {"500 x:InvalidRepresentation/InvalidValues", lamp("<p:Watts>70000</p:Watts>"), "Watts"},
        {"500 x:InvalidRepresentation/InvalidValues", lamp("<p:On>perhaps</p:On>"), "perhaps"},
        {"500 x:InvalidRepresentation/InvalidValues", lamp("<p:On>true</p:On><p:On>true</p:On>"), "On"},
        {"500 x:InvalidRepresentation/InvalidValues", lamp("text"), "text"},
        {"500 x:InvalidRepresentation", lamp("<p:Weight>3</p:Weight>"), "Weight"},
        {"500 x:InvalidRepresentation", "<p:Test_Tag xmlns:p=\"" + std::string(lamps) + "Test_Lamp\"/>", "Test_Tag"},
        {"500 x:InvalidRepresentation/InvalidNamespace", lamp("", "Test_Tag"), "Test_Tag"},
        {"500 x:InvalidRepresentation/InvalidNamespace", "<p:Test_Lamp xmlns:p=\"urn:x\"/>", "urn:x"},
        {"500 x:InvalidRepresentation/InvalidNamespace", "<Test_Lamp/>", "namespace"},
        {"500 x:InvalidRepresentation/InvalidNamespace",
         "<p:Test_Lamp "
         "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/other/Test_Lamp\"/>",
         "root/other"},
        {"500 x:InvalidRepresentation/InvalidNamespace", lamp("<On>true</On>"), "On"},
        {"500 a:ActionNotSupported/ActionMismatch", "", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.body);
        const auto answer = fixture.send(about_lamp("Put", row.body));
        CAPTURE(answer.body);
        CHECK(fault_of(answer) == row.expected);
        CHECK(inside(answer.body, "s:Reason").find(row.words) != std::string::npos);
    }
    CHECK(fixture.shelf->changes.empty());
}

TEST_CASE("a Put needs an instance, its class and its keys") {
    LampFixture fixture;
    auto message = put_lamp("<p:On>true</p:On>");
    const auto with = [&](const std::string& selectors) {
        message.selectors = selectors;
        return fault_of(fixture.send(message));
    };
    CHECK(with("Name=none") == "500 a:DestinationUnreachable");
    CHECK(with("") == "500 w:InvalidSelectors/InsufficientSelectors");
    CHECK(with("Name=desk;Label=old") == "500 w:InvalidSelectors/UnexpectedSelectors");
    CHECK(with("Name=desk;Floor=high") == "500 w:InvalidSelectors/TypeMismatch");
    CHECK(with("Name=desk;Floor=256") == "500 w:InvalidSelectors/TypeMismatch");
    CHECK(with("Name=desk;Floor=2") == "200 ");
}

TEST_CASE("what a class doesn't do is not supported, whatever its body says") {
    LampFixture fixture;
    for (const auto* operation : {"Put", "Create", "Delete"}) {
        auto message = about_lamp(operation, "<any/>");
        message.resource = std::string(lamps) + "Test_SpareLamp";
        message.selectors = "Name=spare";
        CHECK(fault_of(fixture.send(message)) == "500 a:ActionNotSupported");
    }
    CHECK(fault_of(fixture.send(about_lamp("Fetch"))) == "500 a:ActionNotSupported");
    CHECK(fixture.spares->lamps.size() == 1);
}

TEST_CASE("a key that is writable may be put, and the answer gives the new name unasked") {
    LampFixture fixture;
    Message message{.action = std::string(transfer) + "Put",
                    .resource = std::string(lamps) + "Test_Tag",
                    .selectors = "Name=blue",
                    .headers = {},
                    .body = lamp("<p:Name>green</p:Name>", "Test_Tag")};
    const auto answer = fixture.send(message);
    CHECK(answer.status == 200);
    CHECK(element(answer.body, "w:RequestedEPR").find(">green<") != std::string::npos);
    CHECK(fault_of(fixture.send(message)) == "500 a:DestinationUnreachable");
}

TEST_CASE("RequestEPR is answered on Get, Put and Create, and refused elsewhere if it must be understood") {
    LampFixture fixture;
    for (const auto& [operation, body] : std::vector<std::pair<std::string, std::string>>{
             {"Get", ""}, {"Put", lamp("<p:On>true</p:On>")}, {"Create", lamp("<p:Name>desk2</p:Name>")}}) {
        auto message = about_lamp(operation, body);
        if (operation == "Create") message.selectors.clear();
        message.headers = "<w:RequestEPR s:mustUnderstand=\"true\"/>";
        const auto answer = fixture.send(message);
        CAPTURE(answer.body);
        CHECK(answer.status == 200);
        CHECK(element(answer.body, "w:RequestedEPR").find("Test_Lamp") != std::string::npos);
    }
    auto message = about_lamp("Delete");
    message.headers = "<w:RequestEPR s:mustUnderstand=\"true\"/>";
    const auto refused = fixture.send(message);
    CHECK(fault_of(refused) == "500 s:MustUnderstand");
    CHECK(refused.body.find("<s:NotUnderstood qname=\"u:RequestEPR\"") != std::string::npos);
    message.headers = "<w:RequestEPR/>";
    CHECK(fixture.send(message).status == 200);
}

TEST_CASE("a Create makes an instance and answers with its reference; a second one of that name exists already") {
    LampFixture fixture;
    auto message = about_lamp("Create", lamp("<p:Name>hall</p:Name><p:Floor>1</p:Floor><p:Label xsi:nil=\"true\"/>"));
    message.selectors.clear();
    const auto answer = fixture.send(message);
    CHECK(answer.status == 200);
    CHECK(answer.body.find("<x:ResourceCreated><a:Address>") != std::string::npos);
    CHECK(answer.body.find("Test_Lamp</w:ResourceURI>") != std::string::npos);
    CHECK(answer.body.find("<w:Selector Name=\"Name\">hall</w:Selector>") != std::string::npos);
    CHECK(fixture.shelf->lamps.count("hall") == 1);
    CHECK(fault_of(fixture.send(message)) == "500 w:AlreadyExists");
    message.body = lamp("<p:Floor>1</p:Floor>");
    CHECK(fault_of(fixture.send(message)) == "500 x:InvalidRepresentation/MissingValues");
}

TEST_CASE("the selectors of a Create name what is made, as the body does") {
    LampFixture fixture;
    auto message = about_lamp("Create", lamp("<p:Watts>5</p:Watts>"));
    message.selectors = "Name=stairs;Floor=1";
    CHECK(fixture.send(message).status == 200);
    CHECK(fixture.shelf->lamps.at("stairs").get("Floor") == cim::Value(cim::Scalar(std::uint64_t{1})));
    message.body = lamp("<p:Name>else</p:Name>");
    CHECK(fault_of(fixture.send(message)) == "500 x:InvalidRepresentation/InvalidValues");
    message.selectors = "Weight=1";
    CHECK(fault_of(fixture.send(message)) == "500 w:InvalidSelectors/UnexpectedSelectors");
    message.body.clear();
    CHECK(fault_of(fixture.send(message)) == "500 a:ActionNotSupported/ActionMismatch");
}

TEST_CASE("a Delete removes an instance and answers with an empty body") {
    LampFixture fixture;
    auto message = about_lamp("Delete", "<any/>");
    CHECK(fault_of(fixture.send(message)) == "500 a:ActionNotSupported/ActionMismatch");
    message.body.clear();
    const auto answer = fixture.send(message);
    CHECK(answer.status == 200);
    CHECK(inside(answer.body, "a:Action") == std::string(transfer) + "DeleteResponse");
    CHECK(answer.body.find("<s:Body></s:Body>") != std::string::npos);
    CHECK(fault_of(fixture.send(message)) == "500 a:DestinationUnreachable");
}

TEST_CASE("by the name of a superclass an instance is found wherever it is, if there is one only") {
    LampFixture fixture;
    auto message = about_lamp("Get");
    message.resource = std::string(lamps) + "CIM_Device";
    CHECK(inside(fixture.send(message).body, "p:Label") == "old");
    message.selectors = "Name=spare";
    CHECK(fixture.send(message).body.find("<p:Test_SpareLamp") != std::string::npos);
    fixture.spares->lamps.emplace("desk", fixture.spares->lamps.at("spare"));
    message.selectors = "Name=desk";
    CHECK(fault_of(fixture.send(message)) == "500 w:InvalidSelectors/AmbiguousSelectors");
    message.selectors = "Name=nowhere";
    CHECK(fault_of(fixture.send(message)) == "500 a:DestinationUnreachable");
}

TEST_CASE("a Put whose answer is too large was done, and the client is told so") {
    LampFixture fixture;
    auto message = put_lamp("<p:Label>" + std::string(9'000, 'x') + "</p:Label>");
    message.headers = "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">8192</w:MaxEnvelopeSize>";
    CHECK(fault_of(fixture.send(message)) == "500 w:EncodingLimit/UnreportableSuccess");
    CHECK(fixture.shelf->changes == std::vector<std::string>{"Label"});
}
