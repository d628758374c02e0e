#include "tintype/wsman/method_body.hpp"

#include <string>

#include "lamp.hpp"

using namespace test;
using tintype::wsman::Call;
using tintype::wsman::Result;

namespace {

/// The answer to an input for a method that does this.
tintype::Response answer(tintype::wsman::Method method, const std::string& input) {
    LampFixture fixture(std::move(method));
    return fixture.invoke("Switch", input);
}

/// What standalone() makes of an input.
std::string standalone(const std::string& input, const std::string& class_namespace = {}) {
    std::string document;
    const auto response = answer(
        [&](const Call& call, std::string_view body, std::string&) -> Result<void> {
            document = tintype::wsman::standalone(call, body, class_namespace);
            return {};
        },
        input);
    REQUIRE(response.status == 200);
    return document;
}

TEST_CASE("a body alone declares the namespaces that it uses, and no others") {
    CHECK(standalone("<p:Switch_INPUT><p:On>1</p:On></p:Switch_INPUT>") ==
          "<p:Switch_INPUT xmlns:p=\"" + std::string(lamp_uri) + "\"><p:On>1</p:On></p:Switch_INPUT>");
    CHECK(standalone("<p:Switch_INPUT><p:On xsi:nil=\"true\"/><p:Since><cim:Interval>PT1M</cim:Interval></p:Since>"
                     "<x xmlns=\"urn:a&amp;b\"/></p:Switch_INPUT>",
                     "urn:acme:lamp") ==
          "<p:Switch_INPUT xmlns:p=\"urn:acme:lamp\" xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\""
          " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:q0=\"urn:a&amp;b\">"
          "<p:On xsi:nil=\"true\"></p:On><p:Since><cim:Interval>PT1M</cim:Interval></p:Since><q0:x></q0:x>"
          "</p:Switch_INPUT>");
    CHECK(standalone("<p:Switch_INPUT/>") ==
          "<p:Switch_INPUT xmlns:p=\"" + std::string(lamp_uri) + "\"></p:Switch_INPUT>");
    CHECK(standalone("") == "");
}

std::string appended(const std::string& document) {
    const auto response = answer(
        [&](const Call& call, std::string_view, std::string& out) -> Result<void> {
            return tintype::wsman::append_document(out, call, document, "urn:acme:lamp");
        },
        "<p:Switch_INPUT/>");
    return response.status == 200 ? body_of(response) : fault_of(response);
}

TEST_CASE("a document becomes the answer, under the URI that the client used for the class") {
    const std::string uri(lamp_uri);
    CHECK(appended(
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<l:Switch_OUTPUT xmlns:l=\"urn:acme:lamp\"><l:ReturnValue>0"
              "</l:ReturnValue></l:Switch_OUTPUT>\n") ==
          "<l:Switch_OUTPUT xmlns:l=\"" + uri + "\"><l:ReturnValue>0</l:ReturnValue></l:Switch_OUTPUT>");
    CHECK(
        appended("<Switch_OUTPUT xmlns='urn:acme:lamp'><x xmlns=\"urn:acme:lamp\" y=\"urn:acme:lamp\">urn:acme:lamp</x>"
                 "<z xmlns:a=\"urn:acme:lamp:2\"/></Switch_OUTPUT>") ==
        "<Switch_OUTPUT xmlns='" + uri + "'><x xmlns=\"" + uri +
            "\" y=\"urn:acme:lamp\">urn:acme:lamp</x><z xmlns:a=\"urn:acme:lamp:2\"/></Switch_OUTPUT>");
    CHECK(appended("<a/>") == "<a/>");
}

TEST_CASE("an answer that is no document is an internal error, and nothing of it goes out") {
    for (const auto* document : {"", "text", "<a>", "<a/><b/>", "<!DOCTYPE a><a/>", "<?xml version=\"1.0\""})
        CHECK(appended(document) == "500 w:InternalError");
}

/// The object path of the parameter Other, or the fault.
std::string reference(const std::string& parameters) {
    std::string path;
    const auto response = answer(
        [&](const Call& call, std::string_view body, std::string&) -> Result<void> {
            const auto read = tintype::wsman::read_reference_parameter(call, body, "Other");
            if (!read) return tl::unexpected(read.error());
            path = tintype::cim::to_string(*read);
            return {};
        },
        "<p:Switch_INPUT>" + parameters + "</p:Switch_INPUT>");
    return response.status == 200 ? path : fault_of(response);
}

TEST_CASE("a reference parameter is read in each of its forms") {
    const std::string path = "root\\acme:Acme_Lamp.Name=\"x\"";
    const std::string epr =
        tintype::wsman::reference_xml({"", "root/acme", "Acme_Lamp", {{"Name", "x"}}}, tintype::cim::UriStyle::wmi);
    CHECK(reference("<p:Other>" + epr + "</p:Other>") == path);
    CHECK(reference("<p:On>1</p:On><p:other><a:EndpointReference>" + epr + "</a:EndpointReference></p:other>") == path);
    CHECK(reference("<p:Other>root/acme:Acme_Lamp.Name='x'</p:Other>") == path);
    CHECK(reference("<p:Other><l:Name xmlns:l=\"" + std::string(lamp_uri) + "\">x</l:Name></p:Other>") == path);
}

TEST_CASE("a reference parameter that is none is InvalidParameter") {
    for (const auto* parameters :
         {"", "<p:On>1</p:On>", "<p:Other xsi:nil=\"true\"/>", "<p:Other/>", "<Other>a:B.C=1</Other>",
          "<p:Other>x y</p:Other>", "<p:Other>A.B=1</p:Other><p:Other>A.B=1</p:Other>"}) {
        CAPTURE(parameters);
        CHECK(reference(parameters) == "500 w:InvalidParameter");
    }
}

}  // namespace
