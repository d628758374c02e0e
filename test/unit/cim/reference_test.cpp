#include "cim/reference.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "soap/element_cursor.hpp"
#include "soap/envelope_reader.hpp"

namespace {

using namespace tintype::cim;

constexpr std::string_view setting_data =
    "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_VirtualSystemSettingData";
constexpr std::string_view dmtf = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/";

const ObjectPath snapshot{
    "", "root/virtualization/v2", "Msvm_VirtualSystemSettingData", {{"InstanceID", "Microsoft:6FBE"}}};

std::string selector(std::string_view name, std::string_view value) {
    return "<w:Selector Name=\"" + std::string(name) + "\">" + std::string(value) + "</w:Selector>";
}
std::string parameters(std::string_view uri, std::string_view selectors, std::string_view element = "Parameters") {
    return "<a:Reference" + std::string(element) + "><w:ResourceURI>" + std::string(uri) +
           "</w:ResourceURI><w:SelectorSet>" + std::string(selectors) + "</w:SelectorSet></a:Reference" +
           std::string(element) + ">";
}
std::string in_epr(std::string_view content) {
    return "<a:EndpointReference>" + std::string(content) + "</a:EndpointReference>";
}
const std::string id = selector("InstanceID", "Microsoft:6FBE");
const std::string v2 = selector("__cimnamespace", "root/virtualization/v2");

tl::expected<ObjectPath, std::string> read(std::string_view canonical) {
    return read_reference(canonical, {});
}

TEST_CASE("a snapshot is named in each of the forms that clients send") {
    const std::string address = "<a:Address>http://host:5985/wsman</a:Address>";
    for (const std::string& text : {
             address + parameters(setting_data, id + v2),
             address + parameters(setting_data, v2 + id),
             address + parameters(setting_data, id),
             address + parameters(setting_data, id, "Properties"),
             "\n  " + address + "\n " + parameters("\n" + std::string(setting_data) + " ", id) + "\n",
             in_epr(address + parameters(setting_data, id + v2)),
             " " + in_epr("\n" + parameters(setting_data, id)) + " ",
             in_epr(address + parameters(std::string(dmtf) + "Msvm_VirtualSystemSettingData", id + v2)),
             address +
                 parameters(std::string(dmtf) + "Msvm_VirtualSystemSettingData?__cimnamespace=root/virtualization/v2",
                            id),
             address + parameters(std::string(dmtf) + "Msvm_VirtualSystemSettingData",
                                  id + selector("__CIMNamespace", " root\\virtualization\\v2 ")),
             parameters(std::string(setting_data) + "?InstanceID=Microsoft:6FBE", ""),
             address + parameters(setting_data, selector("InstanceID", "\n Microsoft:6FBE\n")) +
                 "<a:PortType>x</a:PortType>",
             std::string(R"(root\virtualization\v2:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:6FBE")"),
             std::string(
                 " root/virtualization/v2:Msvm_VirtualSystemSettingData.InstanceID=&quot;Microsoft:6FBE&quot;\n"),
         }) {
        CAPTURE(text);
        const auto path = read(text);
        REQUIRE_MESSAGE(path, path.error());
        CHECK(*path == snapshot);
    }
}

TEST_CASE("key properties in their class's namespace are a reference") {
    const std::string uri = std::string(dmtf) + "Msvm_VirtualSystemSettingData";
    const std::string_view others[] = {"urn:something", uri};
    const auto path = read_reference("<q1:InstanceID> Microsoft:6FBE</q1:InstanceID>", others);
    REQUIRE_MESSAGE(path, path.error());
    CHECK(*path == ObjectPath{"", "", snapshot.class_name, snapshot.keys});

    const auto two = read_reference("<q1:A>1</q1:A> <q1:B xsi:nil=\"true\"/><q1:C>&lt;</q1:C>", others);
    REQUIRE_MESSAGE(two, two.error());
    CHECK(two->keys == std::vector<Key>{{"A", "1"}, {"C", "<"}});

    for (const std::string_view text :
         {"<q0:InstanceID>x</q0:InstanceID>", "<q2:InstanceID>x</q2:InstanceID>", "<q:InstanceID>x</q:InstanceID>",
          "<q1x:InstanceID>x</q1x:InstanceID>", "<q99999999999999999999:I>x</q99999999999999999999:I>",
          "<p:InstanceID>x</p:InstanceID>", "<InstanceID>x</InstanceID>", "<q1:A>1</q1:A><q0:B>1</q0:B>",
          "<q1:A>1</q1:A><q1:a>1</q1:a>", "<q1:A><q1:B>1</q1:B></q1:A>"}) {
        CAPTURE(text);
        CHECK_FALSE(read_reference(text, others));
    }
}

TEST_CASE("a reference is read out of the envelopes that real clients send") {
    constexpr std::string_view service = "Msvm_VirtualSystemSnapshotService";
    const std::string wmi = make_resource_uri(UriStyle::wmi, "root/virtualization/v2", service);
    const std::string wscim = make_resource_uri(UriStyle::dmtf, "", service);
    struct Case {
        std::string name, uri, parameter;
        ObjectPath path;
    };
    const Case cases[] = {
        {"dracclient: an object path",
         wmi,
         "<p:AffectedSnapshot>\\\\HV01\\root\\virtualization\\v2:Msvm_VirtualSystemSettingData.InstanceID=\"Microsoft:"
         "6FBE\""
         "</p:AffectedSnapshot>",
         {"HV01", snapshot.cim_namespace, snapshot.class_name, snapshot.keys}},
        {"omicli: key properties",
         wscim,
         "<p:AffectedSnapshot xmlns:p1=\"" + std::string(dmtf) +
             "Msvm_VirtualSystemSettingData\"><p1:InstanceID>Microsoft:6FBE</p1:InstanceID></p:AffectedSnapshot>",
         {"", "", snapshot.class_name, snapshot.keys}},
        {"pywinrm: an endpoint reference's parts", wmi,
         "<p:AffectedSnapshot xmlns:z=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
         "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><z:Address>anywhere</z:Address>"
         "<z:ReferenceParameters><w:ResourceURI>" +
             std::string(setting_data) + "</w:ResourceURI><w:SelectorSet>" + id +
             "</w:SelectorSet></z:ReferenceParameters></p:AffectedSnapshot>",
         snapshot},
    };
    tintype::soap::EnvelopeReader reader;
    for (const Case& sent : cases) {
        CAPTURE(sent.name);
        const std::string message =
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body>"
            "<p:DestroySnapshot_INPUT xmlns:p=\"" +
            sent.uri + "\">" + sent.parameter + "</p:DestroySnapshot_INPUT></s:Body></s:Envelope>";
        const auto envelope = reader.read(message, "application/soap+xml;charset=UTF-8", {});
        REQUIRE_MESSAGE(envelope, envelope.error().message);
        const auto body = tintype::soap::Element::first_in(envelope->body);
        REQUIRE(body);
        const auto reference = body->child("p", "AffectedSnapshot");
        REQUIRE(reference);
        const auto read = read_reference(reference->inner(), envelope->other_namespaces);
        REQUIRE_MESSAGE(read, read.error());
        CHECK(*read == sent.path);
    }
}

TEST_CASE("an association's name has endpoint references as selectors, one level deep") {
    const std::string inner = in_epr(parameters(setting_data, id));
    const auto path =
        read(parameters(std::string(dmtf) + "Msvm_SnapshotOfVirtualSystem", selector("Dependent", inner)));
    REQUIRE_MESSAGE(path, path.error());
    REQUIRE(path->key("Dependent") != nullptr);
    CHECK(*path->key("Dependent") == to_string(snapshot));

    // Whose class is whose doesn't hang on what comes first.
    const std::string outer = "<w:ResourceURI>" + std::string(dmtf) + "Msvm_SnapshotOfVirtualSystem</w:ResourceURI>";
    const std::string selectors = "<w:SelectorSet>" + selector("Dependent", inner) + "</w:SelectorSet>";
    for (const std::string& parts : {outer + selectors, selectors + outer}) {
        CAPTURE(parts);
        const auto association = read("<a:ReferenceParameters>" + parts + "</a:ReferenceParameters>");
        REQUIRE_MESSAGE(association, association.error());
        CHECK(association->class_name == "Msvm_SnapshotOfVirtualSystem");
        CHECK(association->cim_namespace.empty());
        CHECK(association->keys == std::vector<Key>{{"Dependent", to_string(snapshot), true}});
    }

    const std::string deeper = in_epr(parameters(setting_data, selector("InstanceID", inner)));
    CHECK_FALSE(read(parameters(setting_data, selector("InstanceID", deeper))));
    CHECK_FALSE(read(parameters(setting_data, selector("InstanceID", in_epr("")))));
    CHECK_FALSE(read(parameters(setting_data, selector("InstanceID", "<q0:x></q0:x>"))));
}

TEST_CASE("a reference that is none is refused in a sentence that says why") {
    struct Case {
        std::string text;
        std::string_view reason;
    };
    const std::string uri = "<w:ResourceURI>" + std::string(setting_data) + "</w:ResourceURI>";
    const Case cases[] = {
        {"", "empty"},
        {" \n", "empty"},
        {"Msvm_X.", "Object path, byte 8"},
        {"text<a:Address></a:Address>", "mixes"},
        {"<a:Address>x</a:Address>", "no ResourceURI"},
        {in_epr(""), "no ResourceURI"},
        {in_epr(parameters(setting_data, id)) + in_epr(parameters(setting_data, id)),
         "more than one endpoint reference"},
        {in_epr(in_epr(parameters(setting_data, id))), "no ResourceURI"},
        {parameters(setting_data, id + id), "InstanceID is given twice"},
        {parameters(setting_data, id + selector("instanceid", "x")), "instanceid is given twice"},
        {parameters(setting_data, id + v2 + v2), "__cimnamespace is given twice"},
        {parameters(setting_data, id + selector("__cimnamespace", "root/cimv2")), "two namespaces"},
        {parameters(setting_data, "<w:Selector>x</w:Selector>"), "no Name"},
        {parameters(setting_data, selector(" ", "x")), "no Name"},
        {parameters(setting_data, "<w:Option Name=\"x\">x</w:Option>"), "something else than selectors"},
        {parameters("urn:x", id), "'urn:x' names no class"},
        {parameters(std::string(dmtf) + "*", id), "names no class"},
        {parameters("", id), "names no class"},
        {parameters(setting_data, id) + parameters(setting_data, id), "more than one ResourceURI"},
        {"<a:ReferenceParameters>" + uri + uri + "</a:ReferenceParameters>", "more than one ResourceURI"},
        {"<a:ReferenceParameters>" + uri + "<w:SelectorSet></w:SelectorSet><w:SelectorSet/></a:ReferenceParameters>",
         "more than one SelectorSet"},
        {parameters(setting_data, id) + "<q0:x></q0:x>", "foreign element 'x'"},
        {parameters(std::string(setting_data) + "?InstanceID=x", id), "InstanceID is given twice"},
    };
    for (const Case& refused : cases) {
        CAPTURE(refused.text);
        const auto path = read(refused.text);
        REQUIRE_FALSE(path);
        CHECK_MESSAGE(path.error().find(refused.reason) != std::string::npos, path.error());
    }
}

TEST_CASE("a reference may have as many selectors as max_keys and not one more") {
    std::string selectors;
    for (std::size_t i = 0; i < max_keys; ++i) selectors += selector("K" + std::to_string(i), "v");
    CHECK(read(parameters(setting_data, selectors + v2)));
    CHECK_FALSE(read(parameters(setting_data, selectors + v2 + id)));
}

TEST_CASE("a written reference has the namespace before the keys and is read back as it was") {
    std::string out;
    append_reference(out, snapshot, UriStyle::wmi);
    CHECK(out.find("\"__cimnamespace\"") < out.find("\"InstanceID\""));
    for (const UriStyle style : {UriStyle::wmi, UriStyle::dmtf}) {
        for (const ObjectPath& path : {snapshot, ObjectPath{"", "root/a", "C", {{"B", "a<b & \"c\""}, {"A", ""}}},
                                       ObjectPath{"", "root/a", "C", {}}}) {
            std::string text;
            append_reference(text, path, style);
            CAPTURE(text);
            const auto again = read(text);
            REQUIRE_MESSAGE(again, again.error());
            CHECK(*again == path);
        }
    }
}

TEST_CASE("any bytes are read or refused") {
    std::mt19937 random(20261122);  // the same bytes each time, so that a failure repeats
    const std::string valid =
        in_epr("<a:Address>x</a:Address>" +
               parameters(setting_data, v2 + selector("Dependent", in_epr(parameters(setting_data, id)))));
    constexpr std::string_view alphabet = "<>/=\"&;: awqp0\\\x01\xff";
    std::size_t read_well = 0;
    for (int i = 0; i < 50'000; ++i) {
        std::string text = valid;
        for (std::size_t n = random() % 8; n > 0; --n) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
                case 0:
                    text[at] = alphabet[random() % alphabet.size()];
                    break;
                case 1:
                    text.erase(at, 1 + random() % 20);
                    break;
                default:
                    text.insert(at, 1, alphabet[random() % alphabet.size()]);
            }
        }
        const auto path = read(text);
        if (path) ++read_well;
        CHECK((path || !path.error().empty()));
    }
    CHECK(read_well > 0);
}

}  // namespace
