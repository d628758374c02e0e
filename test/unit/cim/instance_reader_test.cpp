#include "cim/instance_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "cim/test_class.hpp"
#include "soap/envelope_reader.hpp"

namespace {

using namespace tintype::cim;
using tintype::soap::Element;
using Kind = ValueError::Kind;

tl::expected<GivenValues, ValueError> read(std::string_view children,
                                           std::span<const std::string_view> other_namespaces = {}) {
    const std::string canonical = "<p:Test_Thing>" + std::string(children) + "</p:Test_Thing>";
    return read_values(*Element::first_in(canonical), "p", declared(test_class.properties), other_namespaces);
}

std::optional<Value> value_of(std::string_view name, std::string_view children) {
    const auto values = read(children);
    REQUIRE_MESSAGE(values, values.error().message);
    return (*values)[*test_class.find(name)];
}

/// `kind name: message`
std::string error_of(std::string_view children) {
    const auto values = read(children);
    if (values) return "none";
    static constexpr std::string_view kinds[] = {"unknown", "namespace", "type", "duplicate"};
    return std::string(kinds[static_cast<std::size_t>(values.error().kind)]) + " " + values.error().name + ": " +
           values.error().message;
}

TEST_CASE("what is not there is nothing, what is nil is null") {
    const auto values = read(" <p:Flag xsi:nil=\"true\"/>\n<p:Small>7</p:Small> ");
    REQUIRE(values);
    REQUIRE(values->size() == test_class.properties.size());
    CHECK_FALSE((*values)[*test_class.find("Name")]);
    CHECK((*values)[*test_class.find("Flag")] == Value{});
    CHECK((*values)[*test_class.find("Small")] == Value{Scalar{std::uint64_t{7}}});
}

TEST_CASE("names are compared without regard to case") {
    CHECK(value_of("Name", "<p:NAME>a</p:NAME>") == Value{Scalar{std::string("a")}});
}

TEST_CASE("elements of one name make an array, one too") {
    CHECK(value_of("Numbers", "<p:Numbers>1</p:Numbers><p:Name>a</p:Name><p:numbers>2</p:numbers>") ==
          Value{Array{std::uint64_t{1}, std::uint64_t{2}}});
    CHECK(value_of("Numbers", "<p:Numbers>1</p:Numbers>") == Value{Array{std::uint64_t{1}}});
    CHECK(value_of("Texts", "<p:Texts/>") == Value{Array{std::string()}});
    CHECK(value_of("Texts", "<p:Texts xsi:nil=\"1\"/>") == Value{});
}

TEST_CASE("text is decoded, and kept as it is in a string only") {
    CHECK(value_of("Name", "<p:Name> a &amp; b\n</p:Name>") == Value{Scalar{std::string(" a & b\n")}});
    CHECK(value_of("Name", "<p:Name></p:Name>") == Value{Scalar{std::string()}});
    CHECK(value_of("Large", "<p:Large>\n 5 </p:Large>") == Value{Scalar{std::uint64_t{5}}});
}

TEST_CASE("a datetime stands in an element of the cim namespace or is text") {
    const Value time{Scalar{Timestamp{std::chrono::seconds{3600}}}};
    for (const auto* content : {"<cim:Datetime>1970-01-01T01:00:00Z</cim:Datetime>",
                                " <cim:Datetime> 1970-01-01T03:00:00+02:00 </cim:Datetime> ",
                                "<cim:CIM_DateTime>19700101010000.000000+000</cim:CIM_DateTime>",
                                "<cim:Date>1970-01-01</cim:Date><cim:Time>01:00:00</cim:Time>",
                                "<cim:Time>03:00:00+02:00</cim:Time><cim:Date>1970-01-01Z</cim:Date>",
                                "1970-01-01T01:00:00Z", "19700101010000.000000+000"}) {
        CAPTURE(content);
        CHECK(value_of("When", "<p:When>" + std::string(content) + "</p:When>") == time);
    }
    CHECK(value_of("When", "<p:When><cim:Date>1970-01-02</cim:Date></p:When>") ==
          Value{Scalar{Timestamp{std::chrono::hours{24}}}});
    CHECK(value_of("When", "<p:When><cim:Interval>PT1H</cim:Interval></p:When>") ==
          Value{Scalar{Interval{3'600'000'000}}});
    CHECK(value_of("When", "<p:When>00000000010000.000000:000</p:When>") == Value{Scalar{Interval{3'600'000'000}}});
}

TEST_CASE("a reference comes in any of its forms") {
    const ObjectPath path{"", "root/test", "Test_Thing", {{"Name", "a"}}};
    const std::string uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test/Test_Thing";
    const std::string epr = "<a:Address>x</a:Address><a:ReferenceParameters><w:ResourceURI>" + uri +
                            "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"Name\">a</w:Selector></w:SelectorSet>"
                            "</a:ReferenceParameters>";
    for (const std::string& content : {epr, "<a:EndpointReference>" + epr + "</a:EndpointReference>",
                                       std::string("root/test:Test_Thing.Name=\"a\"")}) {
        CAPTURE(content);
        CHECK(value_of("Other", "<p:Other>" + content + "</p:Other>") == Value{Scalar{path}});
    }
    const std::vector<std::string_view> others{uri};
    const auto values = read("<p:Other><q0:Name>a</q0:Name></p:Other>", others);
    REQUIRE(values);
    CHECK((*values)[*test_class.find("Other")] == Value{Scalar{path}});
}

TEST_CASE("each mistake is told apart and named") {
    CHECK(error_of("<p:Nothing>1</p:Nothing>") == "unknown Nothing: Nothing is not a part of Test_Thing.");
    CHECK(error_of("<w:Name>a</w:Name>") == "namespace Name: The element Name is in another namespace than its class.");
    CHECK(error_of("<Name>a</Name>") == "namespace Name: The element Name is in another namespace than its class.");
    CHECK(error_of("<p:Name>a</p:Name><p:name>a</p:name>") == "duplicate Name: Name stands more than once.");
    CHECK(error_of("<p:small>300</p:small>") ==
          "type Small: The value of Small is wrong: '300' is no uint8: it is over 255.");
    CHECK(error_of("<p:Numbers>1</p:Numbers><p:Numbers>x</p:Numbers>") ==
          "type Numbers: The value of Numbers is wrong: 'x' is no uint16: it is not a decimal number.");
    CHECK(error_of("<p:Numbers>1</p:Numbers><p:Numbers xsi:nil=\"true\"/>") ==
          "type Numbers: A value of the array Numbers is null.");
    CHECK(error_of("<p:Other/>") ==
          "type Other: The value of Other is wrong: it is no reference: A reference is empty.");
    CHECK(error_of("<p:Name><p:Name>a</p:Name></p:Name>") ==
          "type Name: The value of Name is wrong: it holds elements where text is needed.");
    CHECK(error_of("<p:When>x<cim:Interval>PT1H</cim:Interval></p:When>") ==
          "type When: The value of When is wrong: it mixes text and elements.");
    CHECK(error_of("text<p:Name>a</p:Name>") ==
          "type Test_Thing: Test_Thing holds the text 'text' where it has only elements.");
}

TEST_CASE("a datetime's elements must be those of one") {
    for (const auto* content :
         {"<cim:Datetime>1970-01-01T01:00:00Z</cim:Datetime><cim:Interval>PT1H</cim:Interval>",
          "<cim:Time>01:00:00</cim:Time>", "<cim:Date>1970-01-01</cim:Date><cim:Time></cim:Time>",
          "<cim:Date>1970-01-01</cim:Date><cim:Date>1970-01-01</cim:Date>",
          "<cim:Date>1970-01-01</cim:Date><cim:Interval>PT1H</cim:Interval>",
          "<p:Datetime>1970-01-01T01:00:00Z</p:Datetime>", "<cim:Datetime>PT1H</cim:Datetime>",
          "<cim:Interval>1970-01-01T01:00:00Z</cim:Interval>", "<cim:Other>PT1H</cim:Other>",
          "<cim:Interval xsi:nil=\"true\"/>", "<cim:Interval><cim:Interval>PT1H</cim:Interval></cim:Interval>"}) {
        CAPTURE(content);
        CHECK(error_of("<p:When>" + std::string(content) + "</p:When>")
                  .starts_with("type When: The value of When is wrong: "));
    }
}

TEST_CASE("a method's input is read by its parameters, what only goes out is none of it") {
    static constexpr auto parameters = std::to_array<ParameterDeclaration>({
        {.name = "Out", .in = false, .out = true},
        {.name = "On", .type = Type::boolean},
    });
    const auto input = declared_input(parameters);
    REQUIRE(input.size() == 1);
    const std::string good = "<p:Switch_INPUT><p:On>1</p:On></p:Switch_INPUT>";
    const auto values = read_values(*Element::first_in(good), "p", input, {});
    REQUIRE(values);
    CHECK(values->front() == Value{Scalar{true}});
    const std::string bad = "<p:Switch_INPUT><p:Out>1</p:Out></p:Switch_INPUT>";
    const auto refused = read_values(*Element::first_in(bad), "p", input, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Kind::unknown_name);
}

constexpr auto settings_parameter =
    std::to_array<ParameterDeclaration>({{.name = "Settings", .required = true, .embedded_class = "CIM_SettingData"}});

std::string settings(std::string_view content) {
    static const std::vector<std::string_view> others{
        "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_Settings"};
    const std::string body = "<p:Do_INPUT><p:Settings>" + std::string(content) + "</p:Settings></p:Do_INPUT>";
    const auto values = read_values(*Element::first_in(body), "p", declared_input(settings_parameter), others);
    if (!values) return values.error().message;
    return std::get<std::string>(std::get<Scalar>(*values->front()));
}

TEST_CASE("an embedded instance as text stays the text that it is") {
    CHECK(settings("&lt;INSTANCE CLASSNAME=\"A\"/&gt;") == "<INSTANCE CLASSNAME=\"A\"/>");
}

TEST_CASE("an embedded instance as elements becomes CIM-XML") {
    const std::string properties =
        "<q0:ElementName>a &amp; b</q0:ElementName><q0:Notes>1</q0:Notes><q0:Parent xsi:nil=\"true\"/>"
        "<q0:Notes>2</q0:Notes><q0:CreationTime><cim:Datetime>2026-11-22T10:00:00Z</cim:Datetime></q0:CreationTime>";
    CHECK(
        settings(properties) ==
        "<INSTANCE CLASSNAME=\"Msvm_Settings\"><PROPERTY NAME=\"ElementName\" TYPE=\"string\"><VALUE>a &amp; b</VALUE>"
        "</PROPERTY><PROPERTY.ARRAY NAME=\"Notes\" TYPE=\"string\"><VALUE.ARRAY><VALUE>1</VALUE><VALUE>2</VALUE>"
        "</VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY NAME=\"Parent\" TYPE=\"string\"></PROPERTY>"
        "<PROPERTY NAME=\"CreationTime\" TYPE=\"datetime\"><VALUE>20261122100000.000000+000</VALUE></PROPERTY>"
        "</INSTANCE>");
    CHECK(settings("<q0:Msvm_Settings>" + properties + "</q0:Msvm_Settings>") == settings(properties));
    CHECK(settings("<p:Name>a</p:Name>") ==
          "<INSTANCE CLASSNAME=\"CIM_SettingData\"><PROPERTY NAME=\"Name\" TYPE=\"string\"><VALUE>a</VALUE></PROPERTY>"
          "</INSTANCE>");
    CHECK(settings("<p:CIM_SettingData/>") == "<INSTANCE CLASSNAME=\"CIM_SettingData\"></INSTANCE>");
}

TEST_CASE("what is no embedded instance as elements is refused in words") {
    CHECK(settings("<q0:A><q0:B><q0:C/></q0:B></q0:A>") ==
          "The value of Settings is wrong: the property A of an embedded instance holds elements, which is neither a "
          "datetime nor a reference.");
    CHECK(settings("<q0:A>1</q0:A><p:B>1</p:B>") ==
          "The value of Settings is wrong: the elements of an embedded instance are of different namespaces.");
    CHECK(settings("<q0:A>1</q0:A><q0:A xsi:nil=\"true\"/>") ==
          "The value of Settings is wrong: a value of the array A of an embedded instance is null.");
    CHECK(settings("x<q0:A>1</q0:A>") == "The value of Settings is wrong: it mixes text and elements.");
    std::string many;
    for (int i = 0; i < 600; ++i) many += "<q0:A" + std::to_string(i) + "/>";
    CHECK(settings(many) == "The value of Settings is wrong: an embedded instance has too many properties.");
}

TEST_CASE("a canonical prefix is known by its namespace") {
    tintype::soap::EnvelopeReader reader;
    const auto envelope = reader.read(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><x xmlns=\"urn:a\"><y "
        "xmlns=\"urn:b\"/>"
        "</x></s:Body></s:Envelope>",
        "", tintype::Limits{});
    REQUIRE(envelope);
    CHECK(namespace_of("p", *envelope) == "urn:a");
    CHECK(namespace_of("q0", *envelope) == "urn:b");
    CHECK(namespace_of("w", *envelope) == "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd");
    CHECK(namespace_of("", *envelope) == "");
    CHECK_FALSE(namespace_of("q1", *envelope));
    CHECK_FALSE(namespace_of("qx", *envelope));
    CHECK_FALSE(namespace_of("other", *envelope));
}

}  // namespace
