#include "support.hpp"

using namespace test;

namespace {

constexpr std::string_view wql = "http://schemas.microsoft.com/wbem/wsman/1/WQL";

Message query(const std::string& text, std::string_view class_name = "*",
              std::string extra = "<w:OptimizeEnumeration/>") {
    return enumerate(class_name, extra + "<w:MaxElements>100</w:MaxElements><w:Filter Dialect=\"" + std::string(wql) +
                                     "\">" + text + "</w:Filter>");
}

}  // namespace

TEST_CASE("a WQL query over all classes gives the instances that it describes") {
    Fixture fixture;
    const auto found = fixture.send(query(
        "SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized'"));
    CHECK(found.status == 200);
    CHECK(count(found.body, "<p:Msvm_VirtualSystemSettingData ") == 3);
    const auto by_key = fixture.send(
        query("select * from Msvm_VirtualSystemSettingData where InstanceID = 'microsoft:" + leaf_id + "'"));
    CHECK(count(by_key.body, "<p:Msvm_VirtualSystemSettingData ") == 1);
    CHECK(by_key.body.find("leaf") != std::string::npos);
    CHECK(count(fixture.send(query("select * from CIM_ComputerSystem where Name like 'HV%'")).body,
                "<p:Msvm_ComputerSystem ") == 1);
    const auto none = fixture.send(query("select * from Msvm_ConcreteJob where InstanceID = 'x'"));
    CHECK(none.body.find("<w:Items></w:Items><w:EndOfSequence/>") != std::string::npos);
}

TEST_CASE("a query that names properties gets fragments with just these") {
    Fixture fixture;
    const auto found =
        fixture.send(query("SELECT elementname, InstanceID FROM Msvm_VirtualSystemSettingData WHERE "
                           "ElementName = 'leaf'"));
    CHECK(found.body.find("<w:XmlFragment xmlns:p=\"" + std::string(wmi) +
                          "Msvm_VirtualSystemSettingData\"><p:InstanceID>Microsoft:" + leaf_id +
                          "</p:InstanceID><p:ElementName>leaf</p:ElementName></w:XmlFragment>") != std::string::npos);
}

TEST_CASE("a query is pulled page by page like any enumeration") {
    Fixture fixture;
    const auto opened =
        fixture.send(query("SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName != 'vm'", "*", ""));
    const auto context = inside(opened.body, "n:EnumerationContext");
    REQUIRE_FALSE(context.empty());
    int items = 0;
    for (int i = 0; i < 3; ++i) {
        const auto page = fixture.send(pull(context));
        items += static_cast<int>(count(page.body, "<p:Msvm_VirtualSystemSettingData "));
        CHECK((page.body.find("EndOfSequence") != std::string::npos) == (i == 2));
    }
    CHECK(items == 3);
}

TEST_CASE("a selector filter lets through what has these values") {
    Fixture fixture;
    const auto found = fixture.send(
        enumerate("Msvm_VirtualSystemSettingData",
                  "<w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements>"
                  "<w:Filter Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter\"><w:SelectorSet>"
                  "<w:Selector Name=\"ElementName\">leaf</w:Selector><w:Selector Name=\"InstanceID\">Microsoft:" +
                      leaf_id + "</w:Selector></w:SelectorSet></w:Filter>"));
    CHECK(count(found.body, "<p:Msvm_VirtualSystemSettingData ") == 1);
}

TEST_CASE("system properties can be asked for, alone or with others, and compared") {
    Fixture fixture;
    const auto found =
        fixture.send(query("SELECT __SERVER, Name, __class, __RELPATH, __PATH, __DERIVATION, __GENUS FROM "
                           "Msvm_ComputerSystem WHERE __SERVER = 'hv01' AND Name LIKE '11111111%' "));
    CHECK(count(found.body, "<w:XmlFragment ") == 1);
    CHECK(inside(found.body, "p:Name") == machine_id);
    CHECK(inside(found.body, "p:__SERVER") == "HV01");
    CHECK(inside(found.body, "p:__CLASS") == "Msvm_ComputerSystem");
    CHECK(inside(found.body, "p:__GENUS") == "2");
    CHECK(inside(found.body, "p:__DERIVATION") == "CIM_ComputerSystem");
    const auto relative = "Msvm_ComputerSystem.CreationClassName=\"Msvm_ComputerSystem\",Name=\"" + machine_id + '"';
    CHECK(inside(found.body, "p:__RELPATH") == relative);
    CHECK(inside(found.body, "p:__PATH") == R"(\\HV01\root\virtualization\v2:)" + relative);
    CHECK(count(fixture.send(query("select __SERVER from Msvm_ComputerSystem")).body, "<p:__SERVER>HV01<") == 2);
    CHECK(count(fixture
                    .send(query("select * from CIM_ComputerSystem where __CLASS like 'msvm%' and __this isa "
                                "'CIM_System'"))
                    .body,
                "<p:Msvm_ComputerSystem ") == 2);
    CHECK(fault_of(fixture.send(query("select __NOTHING from Msvm_ComputerSystem"))) == "500 n:CannotProcessFilter");
}

TEST_CASE("a projection comes with references where these are asked for") {
    Fixture fixture;
    const auto found = fixture.send(query("SELECT Name FROM Msvm_ComputerSystem", "*",
                                          "<w:OptimizeEnumeration/><w:EnumerationMode>EnumerateObjectAndEPR"
                                          "</w:EnumerationMode>"));
    CHECK(count(found.body, "<w:Item><w:XmlFragment ") == 2);
    CHECK(count(found.body, "</w:XmlFragment><a:EndpointReference>") == 2);
    CHECK(count(found.body, "<p:Caption") == 0);
}

TEST_CASE("a query over a superclass may use what only some of its subclasses have") {
    Fixture fixture;
    const auto found =
        fixture.send(query("SELECT * FROM CIM_ManagedElement WHERE PercentComplete = 100 OR Name = 'hv01'"));
    CHECK(found.status == 200);
    CHECK(count(found.body, "<p:Msvm_ComputerSystem ") == 1);
}

TEST_CASE("a selector filter keeps to its rules") {
    Fixture fixture;
    const auto with = [&](const std::string& selectors) {
        return fault_of(fixture.send(enumerate(
            "Msvm_ComputerSystem", "<w:Filter Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter\">" +
                                       selectors + "</w:Filter>")));
    };
    const auto selector = [](const std::string& name, const std::string& value) {
        return "<w:Selector Name=\"" + name + "\">" + value + "</w:Selector>";
    };
    const auto set = [](const std::string& selectors) { return "<w:SelectorSet>" + selectors + "</w:SelectorSet>"; };
    for (const auto& bad :
         {std::string(), std::string("text"), set(""), set(selector("Name", "a")) + set(selector("Name", "a")),
          set(selector("Name", "a") + selector("name", "b")), set(selector("Color", "red")),
          set(selector("OperationalStatus", "2")), set(selector("InstallDate", "20261122100000.000000+000")),
          set(selector("Name", "it's")), set(selector("Name", "a &quot;b&quot;")), set("<w:Option/>")}) {
        CAPTURE(bad);
        CHECK(with(bad) == "500 n:CannotProcessFilter");
    }
}

TEST_CASE("what is wrong with a filter is said") {
    Fixture fixture;
    struct Row {
        std::string expected;
        Message message;
    };
    const std::string cls = "Msvm_VirtualSystemSettingData";
    const std::vector<Row> rows{
        {"500 n:FilterDialectRequestedUnavailable", enumerate(cls, "<w:Filter Dialect=\"urn:x\">x</w:Filter>")},
        {"500 n:FilterDialectRequestedUnavailable", enumerate(cls, "<n:Filter>x</n:Filter>")},
        {"500 n:CannotProcessFilter", query("SELECT")},
        {"500 n:CannotProcessFilter", query("")},
        {"500 n:CannotProcessFilter", query("<w:SelectorSet/>")},
        {"500 n:CannotProcessFilter", enumerate(cls, "<w:Filter Dialect=\"" + std::string(wql) + "\">SELECT * FROM " +
                                                         cls + "</w:Filter><n:Filter Dialect=\"" + std::string(wql) +
                                                         "\">SELECT * FROM " + cls + "</n:Filter>")},
        {"500 n:CannotProcessFilter", query("SELECT * FROM Nothing")},
        {"500 n:CannotProcessFilter", query("SELECT * FROM " + cls + " WHERE Color = 1")},
        {"500 n:CannotProcessFilter", query("SELECT Color FROM " + cls)},
        {"500 n:CannotProcessFilter", query("ASSOCIATORS OF {x.a=1}")},
        {"500 n:CannotProcessFilter", query("SELECT * FROM " + cls + "</w:Filter><w:Filter Dialect=\"" +
                                            std::string(wql) + "\">SELECT * FROM " + cls)},
        {"500 a:DestinationUnreachable/InvalidResourceURI", enumerate("*")},
    };
    for (const auto& row : rows) {
        CAPTURE(row.message.body);
        const auto answer = fixture.send(row.message);
        CAPTURE(answer.body);
        CHECK(fault_of(answer) == row.expected);
    }
    const auto unknown = fixture.send(rows.front().message);
    CHECK(count(unknown.body, "<n:SupportedDialect>") == 3);
    CHECK(fixture.send(query("SELECT * FROM x WHERE a = 'b")).body.find("at character 27") != std::string::npos);
}
