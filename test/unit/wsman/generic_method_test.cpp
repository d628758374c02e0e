#include "tintype/wsman/generic_method.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "lamp.hpp"

using namespace test;
using tintype::cim::Parameters;
using tintype::wsman::Call;
using tintype::wsman::Result;

namespace {

/// A method that answers every out parameter with what went in.
tintype::wsman::Method echo() {
    return tintype::wsman::make_method(lamp_class, "switch",
                                       [](const Call&, const Parameters& in, Parameters& out) -> Result<std::uint32_t> {
                                           out.set("Previous", !*in.value<bool>("On"));
                                           for (const auto* name : {"Level", "Colors", "Other", "Since"})
                                               if (in.given(name)) out.set(name, in.get(name));
                                           return 4096;
                                       });
}

std::string switched(const std::string& parameters) {
    LampFixture fixture(echo());
    const auto answer = fixture.invoke("Switch", "<p:Switch_INPUT>" + parameters + "</p:Switch_INPUT>");
    return answer.status == 200 ? body_of(answer) : fault_of(answer);
}

TEST_CASE("a method by declaration answers out parameters in their order and ReturnValue last") {
    CHECK(switched("<p:Level>7</p:Level><p:On>TRUE</p:On>") ==
          "<p:Switch_OUTPUT><p:Previous>false</p:Previous><p:Level>7</p:Level><p:ReturnValue>4096</p:ReturnValue>"
          "</p:Switch_OUTPUT>");
}

TEST_CASE("arrays, references and datetimes go in and come out") {
    CHECK(
        switched("<p:On>0</p:On><p:Colors>red</p:Colors><p:Colors>a&amp;b</p:Colors><p:Since>"
                 "<cim:Interval>PT1M</cim:Interval></p:Since><p:Other>root/acme:Acme_Lamp.Name=\"x\"</p:Other>") ==
        "<p:Switch_OUTPUT><p:Previous>true</p:Previous><p:Colors>red</p:Colors><p:Colors>a&amp;b</p:Colors><p:Other>"
        "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters>"
        "<w:ResourceURI>" +
            std::string(lamp_uri) +
            "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"__cimnamespace\">root/acme</w:Selector>"
            "<w:Selector Name=\"Name\">x</w:Selector></w:SelectorSet></a:ReferenceParameters></p:Other>"
            "<p:Since><cim:Interval>P0DT0H1M0S</cim:Interval></p:Since><p:ReturnValue>4096</p:ReturnValue>"
            "</p:Switch_OUTPUT>");
}

TEST_CASE("a null that is given is not one that is missing") {
    CHECK(
        switched("<p:On>1</p:On><p:Level xsi:nil=\"true\"/><p:Colors xsi:nil=\"true\"/>") ==
        "<p:Switch_OUTPUT><p:Previous>false</p:Previous><p:Level xsi:nil=\"true\"/><p:ReturnValue>4096</p:ReturnValue>"
        "</p:Switch_OUTPUT>");
}

TEST_CASE("what doesn't fit a method's declaration has the fault of a typed method") {
    CHECK(switched("") == "500 w:InvalidParameter");
    CHECK(switched("<p:On xsi:nil=\"true\"/>") == "500 w:InvalidParameter");
    CHECK(switched("<p:On>1</p:On><p:On>1</p:On>") == "500 w:InvalidParameter");
    CHECK(switched("<p:On>1</p:On><p:Color>red</p:Color>") == "500 w:InvalidParameter/InvalidName");
    CHECK(switched("<p:On>1</p:On><p:Previous>true</p:Previous>") == "500 w:InvalidParameter/InvalidName");
    CHECK(switched("<On>1</On>") == "500 w:InvalidParameter/InvalidName");
    CHECK(switched("<p:On>maybe</p:On>") == "500 w:InvalidParameter/TypeMismatch");
    CHECK(switched("<p:On>1</p:On><p:Level>256</p:Level>") == "500 w:InvalidParameter/TypeMismatch");
    CHECK(switched("<p:On>1</p:On><p:Other>no reference</p:Other>") == "500 w:InvalidParameter/TypeMismatch");
    LampFixture fixture(echo());
    CHECK(fault_of(fixture.invoke("Switch", "<p:Other_INPUT/>")) == "500 a:ActionNotSupported/ActionMismatch");
    CHECK(fault_of(fixture.invoke("Switch", "")) == "500 w:InvalidParameter");
}

TEST_CASE("a method without parameters takes an empty input and an empty body") {
    LampFixture fixture(tintype::wsman::make_method(
        lamp_class, "Blink", [](const Call&, const Parameters&, Parameters&) -> Result<std::uint32_t> { return 0; }));
    for (const auto* input : {"<p:Blink_INPUT/>", "<p:Blink_INPUT> </p:Blink_INPUT>", ""})
        CHECK(body_of(fixture.invoke("Blink", input)) ==
              "<p:Blink_OUTPUT><p:ReturnValue>0</p:ReturnValue></p:Blink_OUTPUT>");
}

TEST_CASE("a handler's fault is the answer, its exception an internal error") {
    const auto with = [](bool throws) {
        LampFixture fixture(tintype::wsman::make_method(
            lamp_class, "Blink", [throws](const Call&, const Parameters&, Parameters& out) -> Result<std::uint32_t> {
                if (throws) out.set("Nothing", 1);
                return tintype::wsman::fail(tintype::wsman::faults::access_denied);
            }));
        return fault_of(fixture.invoke("Blink", "<p:Blink_INPUT/>"));
    };
    CHECK(with(false) == "500 w:AccessDenied");
    CHECK(with(true) == "500 w:InternalError");
}

TEST_CASE("a method that the class doesn't declare is a mistake of the program") {
    CHECK_THROWS_AS(static_cast<void>(tintype::wsman::make_method(lamp_class, "Explode", {})), std::logic_error);
}

TEST_CASE("parameters are read in any type that holds them and set in their range") {
    Parameters parameters(switch_parameters);
    CHECK_FALSE(parameters.given("level"));
    CHECK_FALSE(parameters.value<int>("Level"));
    CHECK(parameters.values<std::string>("Colors").empty());
    parameters.set("LEVEL", 200).set("On", true).set("Colors", tintype::cim::Array{std::string("red")});
    CHECK(parameters.value<int>("Level") == 200);
    CHECK(parameters.value<std::uint8_t>("Level") == 200);
    CHECK_THROWS_AS(static_cast<void>(parameters.value<std::int8_t>("Level")), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(parameters.value<std::string>("Level")), std::logic_error);
    CHECK(parameters.values<std::string>("Colors") == std::vector<std::string>{"red"});
    CHECK_THROWS_AS(parameters.set("Level", 256), std::logic_error);
    CHECK_THROWS_AS(parameters.set("Level", -1), std::logic_error);
    CHECK_THROWS_AS(parameters.set("Level", "7"), std::logic_error);
    CHECK_THROWS_AS(parameters.set("Colors", "red"), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(parameters.get("Nothing")), std::logic_error);
    parameters.set("Level", tintype::cim::Value{});
    CHECK(parameters.given("Level"));
    CHECK_FALSE(parameters.value<int>("Level"));
}

}  // namespace
