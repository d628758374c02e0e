#include "cim/instance_xml.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>

#include "cim/test_class.hpp"

namespace {

using namespace tintype::cim;

constexpr const char* start =
    "<p:Test_Thing xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test/Test_Thing\""
    " xsi:type=\"p:Test_Thing_Type\">";

std::string xml(const Instance& instance, UriStyle style = UriStyle::wmi) {
    std::string out;
    append_instance(out, instance, style);
    return out;
}

TEST_CASE("null scalars are nil and null arrays are left out") {
    CHECK(
        xml(Instance(test_class)) ==
        std::string(start) +
            "<p:Name xsi:nil=\"true\"/><p:Flag xsi:nil=\"true\"/><p:Tiny xsi:nil=\"true\"/><p:Small xsi:nil=\"true\"/>"
            "<p:Number xsi:nil=\"true\"/><p:Signed xsi:nil=\"true\"/><p:Large xsi:nil=\"true\"/>"
            "<p:Single xsi:nil=\"true\"/><p:Double xsi:nil=\"true\"/><p:Letter xsi:nil=\"true\"/>"
            "<p:When xsi:nil=\"true\"/><p:Other xsi:nil=\"true\"/></p:Test_Thing>");
}

TEST_CASE("every type is written as WS-CIM says, in the class's order") {
    Instance instance(test_class);
    instance.set("Numbers", Array{std::uint64_t{1}, std::uint64_t{2}})
        .set("Texts", Array{std::string("a & b"), std::string()})
        .set("Other", Scalar(ObjectPath{"HOST", "root/test", "Test_Thing", {{"Name", "<n>"}}}))
        .set("When", Scalar(Timestamp{std::chrono::seconds{0}}))
        .set("Letter", "\"")
        .set("Double", Scalar(0.1))
        .set("Single", Scalar(static_cast<double>(0.1F)))
        .set("Large", std::uint64_t{18446744073709551615U})
        .set("Signed", -5)
        .set("Number", 7)
        .set("Small", 8)
        .set("Tiny", 9)
        .set("Flag", false)
        .set("Name", "");
    CHECK(xml(instance) ==
          std::string(start) +
              "<p:Name></p:Name><p:Flag>false</p:Flag><p:Tiny>9</p:Tiny><p:Small>8</p:Small><p:Number>7</p:Number>"
              "<p:Signed>-5</p:Signed><p:Large>18446744073709551615</p:Large><p:Single>0.1</p:Single>"
              "<p:Double>0.1</p:Double><p:Letter>\"</p:Letter>"
              "<p:When><cim:Datetime>1970-01-01T00:00:00Z</cim:Datetime></p:When>"
              "<p:Other><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
              "<a:ReferenceParameters><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test/Test_Thing"
              "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"__cimnamespace\">root/test</w:Selector>"
              "<w:Selector Name=\"Name\">&lt;n&gt;</w:Selector></w:SelectorSet></a:ReferenceParameters></p:Other>"
              "<p:Texts>a &amp; b</p:Texts><p:Texts></p:Texts><p:Numbers>1</p:Numbers><p:Numbers>2</p:Numbers>"
              "</p:Test_Thing>");
}

TEST_CASE("an interval stands in cim:Interval") {
    Instance instance(test_class);
    instance.set("When", Scalar(Interval{std::chrono::minutes{5}}));
    CHECK(xml(instance).find("<p:When><cim:Interval>P0DT0H5M0S</cim:Interval></p:When>") != std::string::npos);
}

TEST_CASE("the style of URI is the request's") {
    CHECK(xml(Instance(test_class), UriStyle::dmtf)
              .starts_with("<p:Test_Thing xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Test_Thing\""));
}

TEST_CASE("instances and references are appended to what is there") {
    std::string out = "before";
    append_instance(out, Instance(test_class), UriStyle::wmi);
    CHECK(out.starts_with("before<p:Test_Thing "));
    out = "before";
    append_epr(out, ObjectPath{"", "root/test", "C", {{"K", "v"}}}, UriStyle::dmtf);
    CHECK(out ==
          "before<a:EndpointReference>"
          "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
          "<a:ReferenceParameters><w:ResourceURI>http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/C</w:ResourceURI>"
          "<w:SelectorSet><w:Selector Name=\"__cimnamespace\">root/test</w:Selector><w:Selector Name=\"K\">v"
          "</w:Selector></w:SelectorSet></a:ReferenceParameters></a:EndpointReference>");
}

constexpr auto derived_superclasses = std::to_array<std::string_view>({"CIM_ConcreteJob", "CIM_Job", "CIM_Element"});
constexpr auto derived_properties = std::to_array<PropertyDeclaration>({
    {.name = "InstanceID", .key = true, .origin = "CIM_ConcreteJob"},
    {.name = "Caption", .origin = "CIM_Element"},
    {.name = "Own"},
    {.name = "Owner", .origin = "CIM_Job"},
});
constexpr ClassDeclaration derived{.name = "Msvm_ConcreteJob",
                                   .cim_namespace = "root/test",
                                   .superclasses = derived_superclasses,
                                   .properties = derived_properties,
                                   .methods = {}};

std::string xml_as(std::string_view superclass) {
    Instance instance(derived);
    instance.set("InstanceID", "1").set("Caption", "c").set("Own", "o").set("Owner", "w");
    std::string out;
    append_instance_as(out, instance, superclass, UriStyle::dmtf);
    return out;
}

TEST_CASE("as a superclass an instance has what that class and those above it introduced") {
    CHECK(
        xml_as("cim_job") ==
        "<p:CIM_Job xmlns:p=\"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Job\" xsi:type=\"p:CIM_Job_Type\">"
        "<p:Caption>c</p:Caption><p:Owner>w</p:Owner></p:CIM_Job>");
    CHECK(xml_as("CIM_ConcreteJob").find("<p:InstanceID>1</p:InstanceID><p:Caption>") != std::string::npos);
    CHECK(xml_as("CIM_ConcreteJob").find("Own>") == std::string::npos);
    CHECK(xml_as("msvm_concretejob").find("<p:Own>o</p:Own>") != std::string::npos);
    CHECK_THROWS_AS(xml_as("CIM_Other"), std::logic_error);
}

}  // namespace
