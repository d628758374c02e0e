// Every request in test/captures, by the values a reader of the file sees.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "captures.hpp"
#include "differential.hpp"
#include "soap/namespaces.hpp"

using namespace tintype;

namespace {

struct Expected {
    std::string action;    ///< Behind its last slash.
    std::string resource;  ///< Likewise.
    std::string message_id;
    std::string body;  ///< Local name of the element in it.
    std::size_t selectors;
};

const std::map<std::string, Expected>& expected() {
    static const std::map<std::string, Expected> table = {
        {"dmt-enum-01", {"Enumerate", "Msvm_ComputerSystem", "0", "Enumerate", 0}},
        {"dmt-enum-02", {"Pull", "Msvm_ComputerSystem", "1", "Pull", 0}},
        {"dmt-get-01", {"Get", "Msvm_ConcreteJob", "0", "", 1}},
        {"dmt-invoke-01", {"DestroySnapshot", "Msvm_VirtualSystemSnapshotService", "0", "DestroySnapshot_INPUT", 0}},
        {"drac-enum-01",
         {"Enumerate", "Msvm_ComputerSystem", "uuid:652edee6-9ca9-46b6-bf7d-99602096a6ce", "Enumerate", 0}},
        {"drac-enum-02", {"Pull", "Msvm_ComputerSystem", "uuid:5dea5433-3a71-43bb-a7b3-e75851bdaecd", "Pull", 0}},
        {"drac-enumwql-01", {"Enumerate", "*", "uuid:59e60199-42aa-4118-8d72-aecf13bc3a7c", "Enumerate", 0}},
        {"drac-invoke-01",
         {"DestroySnapshot", "Msvm_VirtualSystemSnapshotService", "uuid:e181e40d-e404-4e1f-a5db-6a59eececeb8",
          "DestroySnapshot_INPUT", 2}},
        {"omicli-basic-enum-01",
         {"Enumerate", "Msvm_ComputerSystem", "uuid:0F866D8D-60DC-0006-0000-000000010000", "Enumerate", 1}},
        {"omicli-basic-enumwql-01", {"Enumerate", "*", "uuid:0F86C20F-60DC-0006-0000-000000010000", "Enumerate", 1}},
        {"omicli-basic-get-01", {"Get", "Msvm_ConcreteJob", "uuid:0F86207C-60DC-0006-0000-000000010000", "", 2}},
        {"omicli-basic-invoke-01",
         {"DestroySnapshot", "Msvm_VirtualSystemSnapshotService", "uuid:0F8732B2-60DC-0006-0000-000000010000",
          "DestroySnapshot_INPUT", 5}},
        {"pywinrm-debian-basic-enum-01",
         {"Enumerate", "Msvm_ComputerSystem", "uuid:c55f38b1-a8ee-4082-ba76-a9eb609203f0", "Enumerate", 0}},
        {"pywinrm-debian-basic-enum-02",
         {"Pull", "Msvm_ComputerSystem", "uuid:200f9f80-a723-4ca3-aaa7-cd1b3aa2d9d2", "Pull", 0}},
        {"pywinrm-debian-basic-enumwql-01",
         {"Enumerate", "*", "uuid:c908addb-1609-487b-b434-2b005aee5977", "Enumerate", 0}},
        {"pywinrm-debian-basic-enumwql-02", {"Pull", "*", "uuid:537887ca-6bc8-4984-a9b6-db018057a940", "Pull", 0}},
        {"pywinrm-debian-basic-get-01",
         {"Get", "Msvm_ConcreteJob", "uuid:f005915f-de7b-4082-a9f8-a068765ac1da", "", 1}},
        {"pywinrm-debian-basic-identify-01", {"", "", "", "Identify", 0}},
        {"pywinrm-debian-basic-invoke-01",
         {"DestroySnapshot", "Msvm_VirtualSystemSnapshotService", "uuid:e6e07f68-526e-47ab-993c-7fee4500cd42",
          "DestroySnapshot_INPUT", 0}},
        {"wsl-enum-01", {"Enumerate", "Msvm_ComputerSystem", "", "Enumerate", 0}},
        {"wsl-enum-02", {"Pull", "Msvm_ComputerSystem", "", "Pull", 0}},
        {"wsl-enum-03", {"Pull", "Msvm_ComputerSystem", "", "Pull", 0}},
        {"wsl-enum-04", {"Pull", "Msvm_ComputerSystem", "", "Pull", 0}},
        {"wsl-get-01", {"Get", "Msvm_ConcreteJob", "", "", 1}},
        {"wsl-identify-01", {"", "", "", "Identify", 0}},
        {"wsl-invoke-01", {"Enumerate", "Msvm_ComputerSystem", "", "Enumerate", 0}},
        {"wsl-invoke-02", {"Pull", "Msvm_ComputerSystem", "", "Pull", 0}},
        {"wsl-invoke-03", {"Pull", "Msvm_ComputerSystem", "", "Pull", 0}},
        {"wsl-invoke-04", {"Pull", "Msvm_ComputerSystem", "", "Pull", 0}},
        {"wsmancli-enum-objepr-01",
         {"Enumerate", "Msvm_ComputerSystem", "uuid:04eab9df-60dc-10dc-8002-01000000fc02", "Enumerate", 0}},
        {"wsmancli-enum-objepr-02",
         {"Enumerate", "Msvm_ComputerSystem", "uuid:04eab9df-60dc-10dc-8002-01000000fc02", "Enumerate", 0}},
        {"wsmancli-enum-objepr-03",
         {"Pull", "Msvm_ComputerSystem", "uuid:04eac572-60dc-10dc-8003-01000000fc02", "Pull", 0}},
        {"wsmancli-enum-objepr-04",
         {"Pull", "Msvm_ComputerSystem", "uuid:04eac7c5-60dc-10dc-8004-01000000fc02", "Pull", 0}},
        {"wsmancli-enum-objepr-05",
         {"Pull", "Msvm_ComputerSystem", "uuid:04eaca34-60dc-10dc-8005-01000000fc02", "Pull", 0}},
        {"wsmancli-enum-opt-01",
         {"Enumerate", "Msvm_ComputerSystem", "uuid:04ea3e22-60dc-10dc-8002-01000000fc02", "Enumerate", 0}},
        {"wsmancli-enum-opt-02",
         {"Enumerate", "Msvm_ComputerSystem", "uuid:04ea3e22-60dc-10dc-8002-01000000fc02", "Enumerate", 0}},
        {"wsmancli-enum-opt-03",
         {"Pull", "Msvm_ComputerSystem", "uuid:04ea4949-60dc-10dc-8003-01000000fc02", "Pull", 0}},
        {"wsmancli-put-01", {"Get", "Msvm_ComputerSystem", "uuid:04e9232d-60dc-10dc-8002-01000000fc02", "", 2}},
        {"wsmancli-put-02", {"Get", "Msvm_ComputerSystem", "uuid:04e9232d-60dc-10dc-8002-01000000fc02", "", 2}},
        {"wsmancli-put-03",
         {"Put", "Msvm_ComputerSystem", "uuid:04e93c15-60dc-10dc-8003-01000000fc02", "Msvm_ComputerSystem", 2}},
        {"wsmancli-subscribe-01", {"Subscribe", "*", "uuid:04ecd096-60dc-10dc-8002-01000000fc02", "Subscribe", 0}},
        {"wsmancli-subscribe-02", {"Subscribe", "*", "uuid:04ecd096-60dc-10dc-8002-01000000fc02", "Subscribe", 0}},
        {"wsmancli-utf16-get-01", {"Get", "Msvm_ConcreteJob", "uuid:06586bec-60dc-10dc-8002-01000000fc02", "", 1}},
        {"wsmancli-utf16-get-02", {"Get", "Msvm_ConcreteJob", "uuid:06586bec-60dc-10dc-8002-01000000fc02", "", 1}},
    };
    return table;
}

std::string last_part(std::string_view uri) {
    return std::string(uri.substr(uri.rfind('/') + 1));
}

}  // namespace

TEST_CASE("every capture is read and its headers come out right") {
    soap::EnvelopeReader reader;
    CHECK(test::captures().size() == 46);
    for (const auto& capture : test::captures()) {
        CAPTURE(capture.name);
        const auto envelope = reader.read(capture.body, capture.content_type, Limits{});
        if (capture.name == "wsl-invoke-05" || capture.name == "wsl-invoke-06") {
            // The client wrote a prefix that it never bound.
            REQUIRE_FALSE(envelope);
            CHECK(envelope.error().fault == soap::ReadFault::not_xml);
            CHECK(envelope.error().message.find("'w' is not declared") != std::string::npos);
            continue;
        }
        REQUIRE_MESSAGE(envelope, envelope.error().message);
        const Expected& want = expected().at(capture.name);
        CHECK(last_part(envelope->headers.action.text) == want.action);
        CHECK(last_part(envelope->headers.resource_uri.text) == want.resource);
        CHECK(envelope->headers.message_id.text == want.message_id);
        CHECK(envelope->body_name == want.body);
        CHECK(envelope->headers.selectors.size() == want.selectors);
        CHECK(envelope->headers.not_understood.empty());
        CHECK_FALSE(envelope->headers.duplicate);
        CHECK(test::compare_with_expat(reader, capture.body, capture.content_type).empty());
    }
}

TEST_CASE("pywinrm's invoke comes out with all its headers") {
    soap::EnvelopeReader reader;
    const auto& capture = test::capture("pywinrm-debian-basic-invoke-01");
    const auto envelope = reader.read(capture.body, capture.content_type, Limits{});
    REQUIRE(envelope);
    const soap::Headers& h = envelope->headers;
    CHECK(h.to.text == "http://windows-host:5985/wsman");
    CHECK(h.reply_to.address == "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous");
    CHECK(h.max_envelope_size.text == "153600");
    CHECK_FALSE(h.max_envelope_size.must_understand);  // pywinrm writes mustUnderstand without a prefix
    CHECK(h.locale.text == "en-US");
    CHECK(h.data_locale.text == "en-US");
    CHECK(h.operation_timeout.text == "PT20S");
    CHECK(envelope->charset == soap::Charset::utf8);
    CHECK(envelope->body_namespace ==
          "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_VirtualSystemSnapshotService");
    CHECK(
        envelope->body ==
        "<p:DestroySnapshot_INPUT><p:AffectedSnapshot><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/"
        "anonymous</a:Address><a:ReferenceParameters><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/"
        "virtualization/v2/Msvm_VirtualSystemSettingData</w:ResourceURI><w:SelectorSet><w:Selector "
        "Name=\"InstanceID\">Microsoft:5E6F7081-0000-4000-8000-0000000000A1</w:Selector></w:SelectorSet>"
        "</a:ReferenceParameters></p:AffectedSnapshot></p:DestroySnapshot_INPUT>");
}

TEST_CASE("omicli's reference keeps its elements in q0, and its xsi:type, bound to a wrong URI, is dropped") {
    soap::EnvelopeReader reader;
    const auto& capture = test::capture("omicli-basic-invoke-01");
    const auto envelope = reader.read(capture.body, capture.content_type, Limits{});
    REQUIRE(envelope);
    CHECK(envelope->body ==
          "<p:DestroySnapshot_INPUT><p:AffectedSnapshot><q0:InstanceID>Microsoft:5E6F7081-0000-4000-8000-0000000000A1"
          "</q0:InstanceID></p:AffectedSnapshot></p:DestroySnapshot_INPUT>");
    REQUIRE(envelope->other_namespaces.size() == 1);
    CHECK(envelope->other_namespaces[0] ==
          "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_VirtualSystemSettingData");
    REQUIRE(envelope->headers.selectors.size() == 5);
    CHECK(envelope->headers.selectors[0].name == "__cimnamespace");
    CHECK(envelope->headers.selectors[0].text == "root/virtualization/v2");
    CHECK(envelope->headers.resource_uri.must_understand);
}

TEST_CASE("wsmancli's UTF-16 is to be answered in UTF-16 of the same byte order") {
    soap::EnvelopeReader reader;
    const auto& capture = test::capture("wsmancli-utf16-get-01");
    const auto envelope = reader.read(capture.body, capture.content_type, Limits{});
    REQUIRE(envelope);
    CHECK(envelope->charset == soap::Charset::utf16le);
    CHECK(envelope->headers.to.text == "http://localhost:35987/wsman");
    CHECK(envelope->body.empty());
}
