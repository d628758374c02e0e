#include "tintype/endpoint.hpp"

#include <future>

#include "support.hpp"

using namespace test;

TEST_CASE("DestroySnapshot is answered 4096 with the job's reference, and the snapshot is gone when the job is done") {
    Fixture fixture;
    const auto answer = fixture.send(destroy(middle_id));
    CHECK(answer.status == 200);
    CHECK(answer.content_type == "application/soap+xml;charset=UTF-8");
    CHECK(inside(answer.body, "a:Action") ==
          std::string(wmi) + "Msvm_VirtualSystemSnapshotService/DestroySnapshotResponse");
    CHECK(inside(answer.body, "a:RelatesTo") == "uuid:1");
    CHECK(inside(answer.body, "p:ReturnValue") == "4096");
    const auto job_at = answer.body.find("Msvm_ConcreteJob");
    REQUIRE(job_at != std::string::npos);
    const auto id_at = answer.body.find("\"InstanceID\">", job_at) + 13;
    const auto job = answer.body.substr(id_at, 36);

    CHECK(fixture.service.drain(std::chrono::seconds(30)));
    const auto read =
        fixture.send(Message{.resource = std::string(wmi) + "Msvm_ConcreteJob", .selectors = "InstanceID=" + job});
    CHECK(read.status == 200);
    CHECK(inside(read.body, "p:JobState") == "7");
    CHECK(inside(read.body, "p:PercentComplete") == "100");
    CHECK(inside(read.body, "p:Owner") == "alice");
    CHECK(inside(read.body, "p:ErrorCode") == "0");

    const auto leaf = fixture.send(Message{.resource = std::string(wmi) + "Msvm_VirtualSystemSettingData",
                                           .selectors = "InstanceID=Microsoft:" + leaf_id});
    CHECK(inside(leaf.body, "p:Parent").find(root_id) != std::string::npos);
    const auto gone = fixture.send(Message{.resource = std::string(wmi) + "Msvm_VirtualSystemSettingData",
                                           .selectors = "InstanceID=Microsoft:" + middle_id});
    CHECK(fault_of(gone) == "500 a:DestinationUnreachable");
}

TEST_CASE("DestroySnapshot tells apart what it can't destroy") {
    Fixture fixture;
    struct Row {
        const char* what;
        std::string body;
        std::string expected;  // a ReturnValue or a fault
    };
    const auto input = [](const std::string& parameter) {
        return "<p:DestroySnapshot_INPUT xmlns:p=\"" + std::string(wmi) + "Msvm_VirtualSystemSnapshotService\">" +
               parameter + "</p:DestroySnapshot_INPUT>";
    };
    const auto reference = [&](const std::string& class_name, const std::string& selector) {
        return input("<p:AffectedSnapshot><a:ReferenceParameters><w:ResourceURI>" + std::string(wmi) + class_name +
                     "</w:ResourceURI><w:SelectorSet>" + selector +
                     "</w:SelectorSet></a:ReferenceParameters></p:AffectedSnapshot>");
    };
    const auto id = [](const std::string& value) {
        return "<w:Selector Name=\"InstanceID\">" + value + "</w:Selector>";
    };
    const std::string unknown = "Microsoft:99999999-0000-4000-8000-000000000000";
    const std::vector<Row> rows{
        {"the current settings", reference("Msvm_VirtualSystemSettingData", id("Microsoft:" + machine_id)), "5"},
        {"no such snapshot", reference("Msvm_VirtualSystemSettingData", id(unknown)), "4"},
        {"no GUID", reference("Msvm_VirtualSystemSettingData", id("Microsoft:X")), "4"},
        {"another class", reference("Msvm_ComputerSystem", "<w:Selector Name=\"Name\">" + machine_id + "</w:Selector>"),
         "6"},
        {"a job", reference("Msvm_ConcreteJob", id("1")), "6"},
        {"an unknown class", reference("Msvm_Nothing", id("1")), "500 w:InvalidParameter"},
        {"no key", reference("Msvm_VirtualSystemSettingData", ""), "500 w:InvalidParameter"},
        {"no reference", input("<p:AffectedSnapshot>hello</p:AffectedSnapshot>"), "500 w:InvalidParameter"},
        {"nothing", input("<p:AffectedSnapshot/>"), "500 w:InvalidParameter"},
        {"no parameter", input(""), "500 w:InvalidParameter"},
        {"an unknown parameter", input("<p:Color>red</p:Color>"), "500 w:InvalidParameter/InvalidName"},
        {"another message", "<p:Other_INPUT xmlns:p=\"urn:x\"/>", "500 a:ActionNotSupported/ActionMismatch"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        auto message = destroy(root_id);
        message.body = row.body;
        const auto answer = fixture.send(message);
        CAPTURE(answer.body);
        CHECK((answer.status == 200 ? inside(answer.body, "p:ReturnValue") : fault_of(answer)) == row.expected);
        CHECK(answer.body.find("<p:Job>") == std::string::npos);
    }
    CHECK(fixture.backend->snapshots("", 10)->size() == 3);
}

TEST_CASE("header rules have each their fault") {
    Fixture fixture;
    const auto without = [](std::string text, std::string_view from, std::string_view to) {
        const auto begin = text.find(from);
        return text.erase(begin, text.find(to, begin) + to.size() - begin);
    };
    const Message good{.selectors = "Name=" + machine_id};
    const auto with = [&](const std::string& headers) {
        auto message = good;
        message.headers = headers;
        return message.text();
    };
    const auto select = [&](const std::string& selectors) {
        auto message = good;
        message.selectors = selectors;
        return message.text();
    };
    CHECK(fixture.send(good).status == 200);
    struct Row {
        std::string expected, message;
    };
    const std::string xmlns_m = " xmlns:m=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\"";
    const std::vector<Row> rows{
        {"500 a:MessageInformationHeaderRequired", without(good.text(), "<a:To>", "</a:To>")},
        {"500 a:MessageInformationHeaderRequired", without(good.text(), "<a:Action", "</a:Action>")},
        {"500 a:MessageInformationHeaderRequired", without(good.text(), "<a:MessageID>", "</a:MessageID>")},
        {"500 a:MessageInformationHeaderRequired", without(good.text(), "<a:ReplyTo>", "</a:ReplyTo>")},
        {"500 a:DestinationUnreachable/InvalidResourceURI",
         without(good.text(), "<w:ResourceURI>", "</w:ResourceURI>")},
        {"500 a:InvalidMessageInformationHeader", with("<a:To>http://h/wsman</a:To>")},
        {"500 s:MustUnderstand", with("<x:Odd xmlns:x=\"urn:x\" s:mustUnderstand=\"1\"/>")},
        {"500 w:UnsupportedFeature/AddressingMode",
         with("<a:FaultTo><a:Address>http://elsewhere</a:Address></a:FaultTo>")},
        {"500 a:InvalidMessageInformationHeader/InvalidTimeout", with("<w:OperationTimeout>PT0S</w:OperationTimeout>")},
        {"500 a:InvalidMessageInformationHeader/InvalidTimeout", with("<w:OperationTimeout>soon</w:OperationTimeout>")},
        {"500 w:EncodingLimit/MinimumEnvelopeLimit", with("<w:MaxEnvelopeSize>8191</w:MaxEnvelopeSize>")},
        {"500 a:InvalidMessageInformationHeader", with("<w:MaxEnvelopeSize>big</w:MaxEnvelopeSize>")},
        {"500 w:UnsupportedFeature/Locale", with("<w:Locale xml:lang=\"de-DE\" s:mustUnderstand=\"true\"/>")},
        {"500 w:InvalidOptions/NotSupported",
         with("<w:OptionSet><w:Option Name=\"o\" MustComply=\"true\">1</w:Option></w:OptionSet>")},
        {"500 a:InvalidMessageInformationHeader", with("<w:FragmentTransfer>Name</w:FragmentTransfer>")},
        {"500 w:InvalidSelectors/DuplicateSelectors", select("Name=a;name=b")},
        {"500 w:InvalidSelectors/UnexpectedSelectors", select("Name=a;Color=b")},
        {"500 w:InvalidSelectors/InsufficientSelectors", select("CreationClassName=Msvm_ComputerSystem")},
        {"500 a:DestinationUnreachable/InvalidResourceURI",
         select("__cimnamespace=root/cimv2;Name=a").replace(0, 0, "")},
        {"500 a:DestinationUnreachable", select("Name=nobody")},
        {"500 a:DestinationUnreachable/InvalidResourceURI",
         Message{.resource = std::string(wmi) + "Msvm_Nothing"}.text()},
        {"500 a:DestinationUnreachable/InvalidResourceURI", Message{.resource = "urn:other"}.text()},
        {"500 a:ActionNotSupported", Message{.action = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Put"}.text()},
        {"500 a:ActionNotSupported", Message{.action = "urn:nothing"}.text()},
        {"500 a:ActionNotSupported", Message{.action = std::string(wmi) + "Msvm_ComputerSystem/Explode"}.text()},
        {"400 w:SchemaValidationError", "hello"},
        {"400 w:SchemaValidationError", ""},
        {"400 w:SchemaValidationError", "<html/>"},
        {"500 s:VersionMismatch",
         "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body/></e:Envelope>"},
    };
    for (const auto& row : rows) {
        if (row.message.find("root/cimv2") != std::string::npos) continue;  // a WMI URI names its namespace itself
        CAPTURE(row.message);
        const auto answer = fixture.send(row.message);
        CAPTURE(answer.body);
        CHECK(fault_of(answer) == row.expected);
    }
}

TEST_CASE("a class is found by either form of its URI, and only in its namespace") {
    Fixture fixture;
    const std::string dmtf = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_ComputerSystem";
    const auto ask = [&](const std::string& resource, const std::string& selectors) {
        return fixture.send(Message{.resource = resource, .selectors = selectors});
    };
    const auto name = "Name=" + machine_id;
    CHECK(ask(dmtf, name).status == 200);
    CHECK(ask(dmtf, "__cimnamespace=root/virtualization/v2;" + name).status == 200);
    CHECK(ask(dmtf + "?__cimnamespace=root/virtualization/v2", name).status == 200);
    CHECK(ask("  " + std::string(wmi) + "msvm_computersystem\n", name).status == 200);
    CHECK(fault_of(ask(dmtf, "__cimnamespace=root/cimv2;" + name)) ==
          "500 a:DestinationUnreachable/InvalidResourceURI");
    CHECK(ask(std::string(wmi) + "Msvm_ComputerSystem", "Name=hv01").status == 200);
    const std::string lower = "Name=11111111-aaaa-4000-8000-000000000001";
    CHECK(ask(dmtf, lower).status == 200);
}

TEST_CASE("Identify needs no log-on and then names no version") {
    Fixture fixture;
    const std::string identify =
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
        "xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"><s:Header/><s:Body>"
        "<wsmid:Identify/></s:Body></s:Envelope>";
    const auto known = fixture.send(identify);
    CHECK(known.status == 200);
    CHECK(inside(known.body, "wsmid:ProtocolVersion") == "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd");
    CHECK_FALSE(inside(known.body, "wsmid:ProductVersion").empty());
    const auto unknown = fixture.endpoint->handle({identify, "application/soap+xml", {}, "peer"});
    CHECK(unknown.status == 200);
    CHECK(inside(unknown.body, "wsmid:ProductVendor") == "Tintype");
    CHECK(inside(unknown.body, "wsmid:ProductVersion").empty());
}

TEST_CASE("without a log-on nothing else is answered, not even a fault") {
    Fixture fixture;
    for (const auto& text : {Message{}.text(), std::string("hello"), std::string()}) {
        const auto answer = fixture.endpoint->handle({text, "application/soap+xml", {}, "peer"});
        CHECK(answer.status == 401);
        CHECK(answer.body.empty());
    }
}

TEST_CASE("a media type other than SOAP's is 415") {
    Fixture fixture;
    CHECK(fixture.send(Message{}.text(), "text/xml").status == 415);
    CHECK(fixture.send(Message{.selectors = "Name=HV01"}.text(), "").status == 200);
}

TEST_CASE("a request is answered by the asynchronous way as by the other") {
    Fixture fixture;
    std::promise<tintype::Response> promised;
    fixture.endpoint->handle({destroy(leaf_id).text(), "application/soap+xml", {"alice", "Basic", true}, "peer"},
                             fixture.workers,
                             [&](tintype::Response response) { promised.set_value(std::move(response)); });
    const auto answer = promised.get_future().get();
    CHECK(inside(answer.body, "p:ReturnValue") == "4096");
    CHECK(fixture.service.drain(std::chrono::seconds(30)));
    CHECK(fixture.backend->snapshots("", 10)->size() == 2);
}

TEST_CASE("an answer larger than MaxEnvelopeSize is a fault that says whether the work was done") {
    Fixture fixture;
    auto machine = *fixture.backend->machine(machine_id);
    machine.name = std::string(10'000, 'x');
    fixture.backend->put_machine(machine);
    Message message{.selectors = "Name=" + machine_id,
                    .headers = "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">8192</w:MaxEnvelopeSize>"};
    CHECK(fault_of(fixture.send(message)) == "500 w:EncodingLimit/MaxEnvelopeSizeExceeded");
    message.headers = "<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>";  // a hint
    CHECK(fixture.send(message).status == 200);
}

TEST_CASE("a message over the limit is a fault where HTTP let it pass") {
    Fixture fixture;
    const auto answer = fixture.send(Message{.headers = "<y>" + std::string(std::size_t{600} * 1024, 'x') + "</y>"});
    CHECK(fault_of(answer) == "500 w:EncodingLimit/ServiceEnvelopeLimit");
}
