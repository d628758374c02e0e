#include "desk_lamps.hpp"

using namespace test;
using namespace test::desk;

namespace {

constexpr std::string_view xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116";

Message fragment(std::string_view operation, const std::string& expression, const std::string& content = {},
                 std::string_view dialect = {}) {
    auto message = about_lamp(operation, content.empty() ? "" : "<w:XmlFragment" + content + "</w:XmlFragment>");
    message.headers = "<w:FragmentTransfer s:mustUnderstand=\"true\"";
    if (!dialect.empty()) message.headers += " Dialect=\"" + std::string(dialect) + "\"";
    message.headers += ">" + expression + "</w:FragmentTransfer>";
    return message;
}

// As content of an XmlFragment: in the class's namespace.
std::string of_class(const std::string& elements) {
    return " xmlns:p=\"" + std::string(lamps) + "Test_Lamp\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">" +
           elements;
}

}  // namespace

TEST_CASE("a fragment of a Get is what the expression names, and the answer says so") {
    LampFixture fixture;
    auto answer = fixture.send(fragment("Get", "Watts", {}, xpath));
    CHECK(answer.status == 200);
    CHECK(answer.body.find("<w:FragmentTransfer s:mustUnderstand=\"true\" Dialect=\"" + std::string(xpath) +
                           "\">Watts</w:FragmentTransfer></s:Header>") != std::string::npos);
    CHECK(inside(answer.body, "p:Watts") == "40");
    CHECK(answer.body.find("p:Label") == std::string::npos);
    answer = fixture.send(fragment("Get", "/p:Test_Lamp/p:Colours[2]/text()"));
    CHECK(answer.body.find(">blue</w:XmlFragment>") != std::string::npos);
    answer = fixture.send(fragment("Get", "Colours[3]"));
    CHECK(answer.body.find("<w:XmlFragment xsi:nil=\"true\"") != std::string::npos);
}

TEST_CASE("a fragment that can't be served has each its fault") {
    LampFixture fixture;
    const auto unknown = fixture.send(fragment("Get", "Watts", {}, "urn:other"));
    CHECK(fault_of(unknown) == "500 w:FragmentDialectNotSupported");
    CHECK(inside(unknown.body, "w:SupportedDialect") == xpath);
    CHECK(fault_of(fixture.send(fragment("Get", "Watts > 5"))) == "500 w:CannotProcessFilter");
    CHECK(fault_of(fixture.send(fragment("Get", ""))) == "500 w:CannotProcessFilter");
    for (const auto* operation : {"Create", "Delete"}) {
        auto message = fragment(operation, "Watts");
        if (operation == std::string("Create")) message.body = lamp("");
        CHECK(fault_of(fixture.send(message)) == "500 w:UnsupportedFeature/FragmentLevelAccess");
    }
    auto listed = enumerate("CIM_Device");
    listed.resource = std::string(lamps) + "CIM_Device";
    listed.headers = fragment("Get", "Watts").headers;
    CHECK(fault_of(fixture.send(listed)) == "500 w:UnsupportedFeature/FragmentLevelAccess");
    CHECK(fixture.shelf->lamps.size() == 1);
}

TEST_CASE("a fragment that may be left alone could be taken for the whole: it has to be understood") {
    LampFixture fixture;
    for (const auto* flag : {"", " s:mustUnderstand=\"false\""}) {
        auto message = about_lamp("Get");
        message.headers = "<w:FragmentTransfer" + std::string(flag) + ">Watts</w:FragmentTransfer>";
        CHECK(fault_of(fixture.send(message)) == "500 a:InvalidMessageInformationHeader");
    }
}

TEST_CASE("a fragment of a Put replaces one property, as element or as text") {
    LampFixture fixture;
    auto answer = fixture.send(fragment("Put", "p:Watts", of_class("<p:Watts>60</p:Watts>")));
    CAPTURE(answer.body);
    CHECK(answer.status == 200);
    CHECK(fixture.shelf->changes == std::vector<std::string>{"Watts"});
    CHECK(inside(answer.body, "p:Watts") == "60");
    CHECK(answer.body.find("FragmentTransfer") != std::string::npos);
    CHECK(answer.body.find("p:Label") == std::string::npos);

    answer = fixture.send(fragment("Put", "Watts/text()", ">75"));
    CHECK(answer.body.find(">75</w:XmlFragment>") != std::string::npos);
    answer = fixture.send(fragment("Put", "Watts", "><Watts>80</Watts>"));
    CHECK(inside(answer.body, "p:Watts") == "80");
    answer = fixture.send(fragment("Put", "Label/text()", "> a &lt; b "));
    CHECK(fixture.shelf->lamps.at("desk").get("Label") == cim::Value(cim::Scalar(std::string(" a < b "))));
    CHECK(fixture.send(fragment("Put", "Label", of_class("<p:Label xsi:nil=\"true\"/>"))).status == 200);
    CHECK(fixture.shelf->lamps.at("desk").get("Label") == cim::Value{});
}

TEST_CASE("a fragment of a Put replaces an array, one value of it, or adds one behind the last") {
    LampFixture fixture;
    const auto colours = [&] {
        std::string all;
        for (const auto& one : std::get<cim::Array>(fixture.shelf->lamps.at("desk").get("Colours")))
            all += cim::to_text(one) + ' ';
        return all;
    };
    CHECK(fixture.send(fragment("Put", "Colours[2]", of_class("<p:Colours>grey</p:Colours>"))).status == 200);
    CHECK(colours() == "red grey ");
    CHECK(fixture.send(fragment("Put", "Colours[3]/text()", ">pink")).status == 200);
    CHECK(colours() == "red grey pink ");
    CHECK(
        fixture.send(fragment("Put", "Colours", of_class("<p:Colours>a</p:Colours><p:Colours>b</p:Colours>"))).status ==
        200);
    CHECK(colours() == "a b ");
}

TEST_CASE("a fragment of a Put that says nothing or the wrong thing has each its fault, and nothing is changed") {
    LampFixture fixture;
    struct Row {
        std::string expected, expression, content;
    };
    const std::vector<Row> rows{
        {"500 x:InvalidRepresentation/InvalidFragment", "Weight", of_class("<p:Weight>1</p:Weight>")},
        {"500 x:InvalidRepresentation/InvalidFragment", "Watts", of_class("<p:On>true</p:On>")},
        {"500 x:InvalidRepresentation/InvalidFragment", "Watts", ">60"},
        {"500 x:InvalidRepresentation/InvalidFragment", "Watts/text()", of_class("<p:Watts>60</p:Watts>")},
        {"500 x:InvalidRepresentation/InvalidFragment", "Colours/text()", ">red"},
        {"500 x:InvalidRepresentation/InvalidFragment", "Colours[9]/text()", ">red"},
        {"500 x:InvalidRepresentation/InvalidFragment", "Colours[1]", of_class("<p:Colours xsi:nil=\"true\"/>")},
        {"500 x:InvalidRepresentation/MissingValues", "Watts", ">"},
        {"500 x:InvalidRepresentation/MissingValues", "/", ">"},
        {"500 x:InvalidRepresentation/InvalidValues", "Watts", of_class("<p:Watts>much</p:Watts>")},
        {"500 x:InvalidRepresentation/InvalidValues", "Watts/text()", ">much"},
        {"500 x:InvalidRepresentation/InvalidValues", "Name/text()", ">other"},
        {"500 x:InvalidRepresentation/InvalidNamespace", "Watts", "><q:Watts xmlns:q=\"urn:q\">60</q:Watts>"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.expression);
        CAPTURE(row.content);
        const auto answer = fixture.send(fragment("Put", row.expression, row.content));
        CAPTURE(answer.body);
        CHECK(fault_of(answer) == row.expected);
    }
    auto bare = fragment("Put", "Watts");
    bare.body = lamp("<p:Watts>60</p:Watts>");
    CHECK(fault_of(fixture.send(bare)) == "500 x:InvalidRepresentation/InvalidFragment");
    auto unasked = about_lamp("Put", "<w:XmlFragment><Watts>60</Watts></w:XmlFragment>");
    CHECK(fault_of(fixture.send(unasked)) == "500 x:InvalidRepresentation/InvalidNamespace");
    CHECK(fixture.shelf->changes.empty());
}

TEST_CASE("a fragment that names the instance itself is put like a whole one") {
    LampFixture fixture;
    const auto answer = fixture.send(fragment("Put", "/", of_class("<p:Test_Lamp><p:On>true</p:On></p:Test_Lamp>")));
    CAPTURE(answer.body);
    CHECK(answer.status == 200);
    CHECK(fixture.shelf->changes == std::vector<std::string>{"On"});
}
