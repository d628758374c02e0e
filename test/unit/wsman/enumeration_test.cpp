#include "support.hpp"

using namespace test;

namespace {

std::string context_of(const tintype::Response& response) {
    return inside(response.body, "n:EnumerationContext");
}

}  // namespace

TEST_CASE("a plain Enumerate opens a context, and Pull without MaxElements gives one item") {
    Fixture fixture;
    const auto opened = fixture.send(enumerate("Msvm_VirtualSystemSettingData"));
    CHECK(opened.status == 200);
    CHECK(inside(opened.body, "a:Action") == std::string(enumeration) + "EnumerateResponse");
    const auto context = context_of(opened);
    REQUIRE_FALSE(context.empty());
    std::size_t items = 0;
    for (int i = 0; i < 4; ++i) {
        const auto page = fixture.send(pull(context));
        CHECK(count(page.body, "<p:Msvm_VirtualSystemSettingData ") == 1);
        items += count(page.body, "<p:InstanceID>");
        CHECK((page.body.find("<n:EndOfSequence/>") != std::string::npos) == (i == 3));
        CHECK(context_of(page).empty() == (i == 3));
    }
    CHECK(items == 4);  // the machine's current settings and three snapshots
    CHECK(fault_of(fixture.send(pull(context))) == "500 n:InvalidEnumerationContext");
}

TEST_CASE("an optimised Enumerate holds items, and ends with w:EndOfSequence when that is all") {
    Fixture fixture;
    const auto all = fixture.send(
        enumerate("Msvm_VirtualSystemSettingData", "<w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>"));
    CHECK(count(all.body, "<p:Msvm_VirtualSystemSettingData ") == 4);
    CHECK(all.body.find("<w:EndOfSequence/>") != std::string::npos);
    CHECK(context_of(all).empty());
    const auto some = fixture.send(enumerate("Msvm_VirtualSystemSettingData", "<w:OptimizeEnumeration/>"));
    CHECK(count(some.body, "<p:Msvm_VirtualSystemSettingData ") == 1);
    CHECK(some.body.find("EndOfSequence") == std::string::npos);
    const auto rest = fixture.send(pull(context_of(some), "<n:MaxElements>100</n:MaxElements>"));
    CHECK(count(rest.body, "<p:Msvm_VirtualSystemSettingData ") == 3);
    CHECK(rest.body.find("<n:EndOfSequence/>") != std::string::npos);
}

TEST_CASE("items come as objects, as references, or as both") {
    Fixture fixture;
    const auto as = [&](const std::string& mode) {
        return fixture
            .send(enumerate("Msvm_VirtualSystemSettingData",
                            "<w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements>"
                            "<w:EnumerationMode>" +
                                mode + "</w:EnumerationMode>"))
            .body;
    };
    const auto references = as("EnumerateEPR");
    CHECK(count(references, "<a:EndpointReference>") == 4);
    CHECK(count(references, "<p:Msvm_VirtualSystemSettingData ") == 0);
    const auto both = as("EnumerateObjectAndEPR");
    CHECK(count(both, "<w:Item>") == 4);
    CHECK(count(both, "<a:EndpointReference>") == 4);
    CHECK(count(both, "<p:Msvm_VirtualSystemSettingData ") == 4);
    CHECK(fault_of(fixture.send(
              enumerate("Msvm_VirtualSystemSettingData", "<w:EnumerationMode>Backwards</w:EnumerationMode>"))) ==
          "500 w:UnsupportedFeature/EnumerationMode");
}

TEST_CASE("a class with no instances has empty Items") {
    Fixture fixture;
    const auto none = fixture.send(enumerate("Msvm_ConcreteJob", "<w:OptimizeEnumeration/>"));
    CHECK(none.body.find("<w:Items></w:Items><w:EndOfSequence/>") != std::string::npos);
    const auto opened = fixture.send(enumerate("Msvm_ConcreteJob"));
    const auto page = fixture.send(pull(context_of(opened)));
    CHECK(page.body.find("<n:Items></n:Items><n:EndOfSequence/>") != std::string::npos);
}

TEST_CASE("a superclass answers with its subclasses' instances") {
    Fixture fixture;
    const auto all =
        fixture.send(enumerate("CIM_ComputerSystem", "<w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements>"));
    CHECK(count(all.body, "<p:Msvm_ComputerSystem ") == 2);
}

TEST_CASE("a released context is gone, and a second Release is a fault") {
    Fixture fixture;
    const auto context = context_of(fixture.send(enumerate("Msvm_ComputerSystem")));
    Message release;
    release.action = std::string(enumeration) + "Release";
    release.resource = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/other/Whatever";
    release.body = "<n:Release><n:EnumerationContext>" + context + "</n:EnumerationContext></n:Release>";
    const auto released = fixture.send(release);
    CHECK(released.status == 200);
    CHECK(inside(released.body, "a:Action") == std::string(enumeration) + "ReleaseResponse");
    CHECK(fault_of(fixture.send(pull(context))) == "500 n:InvalidEnumerationContext");
    CHECK(fault_of(fixture.send(release)) == "500 n:InvalidEnumerationContext");
}

TEST_CASE("a context opened by one user is not there for another") {
    Fixture fixture;
    const auto context = context_of(fixture.send(enumerate("Msvm_ComputerSystem"), "alice"));
    CHECK(fault_of(fixture.send(pull(context), "bob")) == "500 n:InvalidEnumerationContext");
    CHECK(fixture.send(pull(context), "alice").status == 200);
}

TEST_CASE("a page that would not fit the envelope is shorter, and nothing is lost") {
    Fixture fixture;
    for (int i = 0; i < 40; ++i) {
        const auto digits = std::to_string(1000 + i);
        fixture.backend->put_snapshot(
            {.id = "5E6F7081-0000-4000-8000-00000001" + digits, .machine = machine_id, .name = "s" + digits});
    }
    auto message =
        enumerate("Msvm_VirtualSystemSettingData", "<w:OptimizeEnumeration/><w:MaxElements>1000</w:MaxElements>");
    message.headers = "<w:MaxEnvelopeSize>16384</w:MaxEnvelopeSize>";
    auto answer = fixture.send(message);
    std::size_t items = 0;
    int pages = 0;
    while (true) {
        CHECK(answer.status == 200);
        CHECK(answer.body.size() <= 16384);
        items += count(answer.body, "<p:Msvm_VirtualSystemSettingData ");
        ++pages;
        const auto context = context_of(answer);
        if (context.empty()) break;
        auto next = pull(context, "<n:MaxElements>1000</n:MaxElements>");
        next.headers = message.headers;
        answer = fixture.send(next);
    }
    CHECK(items == 44);
    CHECK(pages > 2);
}

TEST_CASE("what an Enumerate or Pull may not ask for has its fault") {
    Fixture fixture;
    const auto context = context_of(fixture.send(enumerate("Msvm_ComputerSystem")));
    struct Row {
        std::string expected;
        Message message;
    };
    const std::string cls = "Msvm_ComputerSystem";
    const std::vector<Row> rows{
        {"500 n:InvalidExpirationTime", enumerate(cls, "<n:Expires>PT0S</n:Expires>")},
        {"500 n:InvalidExpirationTime", enumerate(cls, "<n:Expires>2001-01-01T00:00:00Z</n:Expires>")},
        {"500 n:InvalidExpirationTime", enumerate(cls, "<n:Expires>never</n:Expires>")},
        {"500 w:UnsupportedFeature/AddressingMode",
         enumerate(cls, "<n:EndTo><a:Address>http://x</a:Address></n:EndTo>")},
        {"500 w:SchemaValidationError", enumerate(cls, "<w:OptimizeEnumeration/><w:MaxElements>0</w:MaxElements>")},
        {"500 w:SchemaValidationError", pull(context, "<n:MaxElements>-1</n:MaxElements>")},
        {"500 w:SchemaValidationError", pull(context, "<n:MaxTime>later</n:MaxTime>")},
        {"500 n:InvalidEnumerationContext", pull("uuid:nothing")},
        {"500 a:DestinationUnreachable/InvalidResourceURI", enumerate("*")},
        {"500 a:ActionNotSupported", {.action = std::string(enumeration) + "Renew"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.message.body);
        CHECK(fault_of(fixture.send(row.message)) == row.expected);
    }
    CHECK(fixture.send(pull(context)).status == 200);
}

TEST_CASE("the estimate of the number of items is unknown when it is asked for") {
    Fixture fixture;
    auto message = enumerate("Msvm_ComputerSystem");
    message.headers = "<w:RequestTotalItemsCountEstimate/>";
    CHECK(fixture.send(message).body.find("<w:TotalItemsCountEstimate xsi:nil=\"true\"/>") != std::string::npos);
    CHECK(fixture.send(enumerate("Msvm_ComputerSystem")).body.find("TotalItems") == std::string::npos);
}
