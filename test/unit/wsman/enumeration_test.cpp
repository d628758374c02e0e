#include "own_classes.hpp"

using namespace test;

namespace {

Message about_context(const std::string& operation, const std::string& context, const std::string& more = {}) {
    Message message;
    message.action = std::string(enumeration) + operation;
    message.body = "<n:" + operation + "><n:EnumerationContext>" + context + "</n:EnumerationContext>" + more +
                   "</n:" + operation + ">";
    return message;
}

std::string polymorphism(const std::string& mode) {
    return "<w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements><b:PolymorphismMode "
           "xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\">" +
           mode + "</b:PolymorphismMode>";
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
        {"500 n:InvalidExpirationTime", enumerate(cls, "<n:Expires>0001-01-01T00:00:00Z</n:Expires>")},
        {"500 n:InvalidExpirationTime", enumerate(cls, "<n:Expires>2026-02-30T00:00:00Z</n:Expires>")},
        {"500 n:InvalidExpirationTime", enumerate(cls, "<n:Expires>never</n:Expires>")},
        {"500 w:UnsupportedFeature/AddressingMode",
         enumerate(cls, "<n:EndTo><a:Address>http://x</a:Address></n:EndTo>")},
        {"500 w:SchemaValidationError", enumerate(cls, "<w:OptimizeEnumeration/><w:MaxElements>0</w:MaxElements>")},
        {"500 w:SchemaValidationError", pull(context, "<n:MaxElements>-1</n:MaxElements>")},
        {"500 w:SchemaValidationError", pull(context, "<n:MaxTime>later</n:MaxTime>")},
        {"500 n:InvalidEnumerationContext", pull("uuid:nothing")},
        {"500 a:DestinationUnreachable/InvalidResourceURI", enumerate("*")},
        {"500 a:ActionNotSupported", {.action = std::string(enumeration) + "EnumerationEnd"}},
        {"500 a:ActionNotSupported/ActionMismatch", {.action = std::string(enumeration) + "Renew"}},
        {"500 n:InvalidExpirationTime", about_context("Renew", context, "<n:Expires>PT0S</n:Expires>")},
        {"500 n:InvalidExpirationTime", about_context("Renew", context, "<n:Expires>soon</n:Expires>")},
        {"500 n:InvalidEnumerationContext", about_context("Renew", "uuid:nothing")},
        {"500 n:InvalidEnumerationContext", about_context("GetStatus", "uuid:nothing")},
        {"500 n:InvalidEnumerationContext", about_context("Release", "")},
        {"500 w:SchemaValidationError", about_context("GetStatus", context, "<n:Expires>PT1M</n:Expires>")},
    };
    for (const auto& row : rows) {
        CAPTURE(row.message.body);
        CHECK(fault_of(fixture.send(row.message)) == row.expected);
    }
    CHECK(fixture.send(pull(context)).status == 200);
}

TEST_CASE("the number of items is estimated where a class knows it, and otherwise unknown") {
    Fixture fixture;
    const std::string unknown = "<w:TotalItemsCountEstimate xsi:nil=\"true\"/>";
    auto message = enumerate("Msvm_ComputerSystem");
    message.headers = "<w:RequestTotalItemsCountEstimate/>";
    CHECK(fixture.send(message).body.find(unknown) != std::string::npos);
    CHECK(fixture.send(enumerate("Msvm_ComputerSystem")).body.find("TotalItems") == std::string::npos);
    message.resource = std::string(wmi) + "Msvm_VirtualSystemSnapshotService";
    CHECK(inside(fixture.send(message).body, "w:TotalItemsCountEstimate") == "1");

    OwnClasses classes;
    for (const auto* name : {"a", "b", "c"}) classes.add(*classes.people, name);
    classes.add(*classes.teams, "d");
    message = enumerate_own("Own_Element");
    message.headers = "<w:RequestTotalItemsCountEstimate/>";
    const auto opened = classes.send(message);
    CHECK(inside(opened.body, "w:TotalItemsCountEstimate") == "4");
    auto next = pull(context_of(opened));
    next.headers = message.headers;
    CHECK(classes.send(next).body.find(unknown) != std::string::npos);
}

TEST_CASE("Expires is granted up to the limit and told in the form in which it was asked") {
    Fixture fixture;
    const auto expires = [&](const std::string& asked) {
        const auto opened = fixture.send(enumerate("Msvm_ComputerSystem", "<n:Expires>" + asked + "</n:Expires>"));
        CHECK(opened.status == 200);
        CHECK_FALSE(context_of(opened).empty());
        return inside(opened.body, "n:Expires");
    };
    CHECK(expires("PT5M") == "P0DT0H5M0S");
    CHECK(expires("P1D") == "P0DT0H10M0S");
    CHECK(expires("2099-01-01T00:00:00Z").ends_with("Z"));
    CHECK(expires("9999-12-31T23:59:59.9999999Z").ends_with("Z"));
    CHECK(expires("P9999Y") == "P0DT0H10M0S");
    CHECK(fixture.send(enumerate("Msvm_ComputerSystem")).body.find("n:Expires") == std::string::npos);
}

TEST_CASE("Renew gives a context another lifetime, and GetStatus says how long it has") {
    Fixture fixture;
    const auto context = context_of(fixture.send(enumerate("Msvm_ComputerSystem")));
    const auto renewed = fixture.send(about_context("Renew", context, "<n:Expires>PT5M</n:Expires>"));
    CHECK(renewed.status == 200);
    CHECK(inside(renewed.body, "a:Action") == std::string(enumeration) + "RenewResponse");
    CHECK(renewed.body.find("<n:RenewResponse><n:Expires>P0DT0H5M0S</n:Expires><n:EnumerationContext>" + context) !=
          std::string::npos);
    const auto status = fixture.send(about_context("GetStatus", context));
    CHECK(inside(status.body, "a:Action") == std::string(enumeration) + "GetStatusResponse");
    CHECK(status.body.find("<n:GetStatusResponse><n:Expires>P0DT0H") != std::string::npos);
    // Without a wish it stays as long as it is used again.
    CHECK(inside(fixture.send(about_context("Renew", context)).body, "n:Expires") == "P0DT0H1M0S");
    for (const auto* operation : {"Renew", "GetStatus"}) {
        CHECK(fault_of(fixture.send(about_context(operation, context), "bob")) == "500 n:InvalidEnumerationContext");
    }
    CHECK(fixture.send(pull(context)).status == 200);
}

TEST_CASE("a million instances stream in constant memory, and nothing stays of an enumeration that is abandoned") {
    OwnClasses classes;
    auto& counts = classes.counts;
    auto context = context_of(classes.send(enumerate_own("Own_Number")));
    CHECK(counts.made == 0);
    std::size_t received = 0;
    const auto take = [&](const std::string& maximum) {
        const auto page = classes.send(pull(context, "<n:MaxElements>" + maximum + "</n:MaxElements>"));
        CHECK(page.status == 200);
        received += count(page.body, "<p:Own_Number ");
        // Never further ahead of the client than one fetch.
        CHECK(counts.made - received <= 64);
        return page.body.find("<n:EndOfSequence/>") != std::string::npos;
    };
    for (int i = 0; i < 100; ++i) CHECK_FALSE(take("1"));
    CHECK(counts.made - received <= 1);
    while (received < 50'000) CHECK_FALSE(take("1000"));
    CHECK(counts.cursors == 1);
    CHECK(classes.send(about_context("Release", context)).status == 200);
    CHECK(counts.cursors == 0);

    counts.made = 0;
    counts.size = 100'000;
    received = 0;
    context = context_of(classes.send(enumerate_own("Own_Number")));
    while (!take("1000")) {
    }
    CHECK(received == counts.size);
    CHECK(counts.largest_page <= 64);
    CHECK(counts.cursors == 0);
}

TEST_CASE("ten thousand enumerations of one user end at the limit, hold little, and leave others theirs") {
    OwnClasses classes;
    auto& counts = classes.counts;
    std::size_t refused = 0;
    std::string last;
    for (int i = 0; i < 10'000; ++i) {
        const auto opened = classes.send(enumerate_own("Own_Number", "<w:OptimizeEnumeration/>"));
        if (opened.status == 200) {
            last = context_of(opened);
        } else {
            CHECK(fault_of(opened) == "500 w:QuotaLimit");
            ++refused;
        }
    }
    const auto limit = classes.endpoint->limits().max_contexts_per_user;
    CHECK(refused == 10'000 - limit);
    CHECK(counts.cursors == limit);
    CHECK(counts.made.load() == 20'000);  // the one that was sent and the one that says that there are more
    CHECK(classes.send(enumerate_own("Own_Number"), "bob").status == 200);
    CHECK(classes.send(pull(last)).status == 200);
    CHECK(classes.send(about_context("Release", last)).status == 200);
    CHECK(classes.send(enumerate_own("Own_Number", "<w:OptimizeEnumeration/>")).status == 200);
}

TEST_CASE("a Pull that finds too little in time answers what it has, or TimedOut, and goes on with the next") {
    OwnClasses classes;
    // More than can be looked at in the time that is given.
    classes.counts.size = 1'000'000'000;
    const auto filter = [](const std::string& condition) {
        return "<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">SELECT * FROM Own_Number WHERE " +
               condition + "</w:Filter>";
    };
    const auto context = context_of(classes.send(enumerate_own("Own_Number", filter("Number = 7 OR Text = 'xx'"))));
    const std::string hurry = "<n:MaxElements>9</n:MaxElements><n:MaxTime>PT0.25S</n:MaxTime>";
    const auto first = classes.send(pull(context, hurry));
    CHECK(first.status == 200);
    CHECK(count(first.body, "<p:Own_Number ") == 1);
    CHECK(context_of(first) == context);
    CHECK(fault_of(classes.send(pull(context, hurry))) == "500 n:TimedOut");
    auto message = pull(context, "<n:MaxElements>9</n:MaxElements>");
    message.headers = "<w:OperationTimeout>PT0.25S</w:OperationTimeout>";
    CHECK(fault_of(classes.send(message)) == "500 w:TimedOut");
    classes.counts.text_size = 2;
    classes.counts.size = classes.counts.made + 1;
    const auto last = classes.send(pull(context, "<n:MaxElements>9</n:MaxElements><n:MaxTime>P9000Y</n:MaxTime>"));
    CHECK(count(last.body, "<p:Own_Number ") == 1);
    CHECK(last.body.find("<n:EndOfSequence/>") != std::string::npos);
    // An optimised Enumerate goes on with a Pull.
    classes.counts.size = 1'000'000'000;
    auto opening = enumerate_own("Own_Number", "<w:OptimizeEnumeration/>" + filter("Text = 'nowhere'"));
    opening.headers = message.headers;
    const auto opened = classes.send(opening);
    CHECK(opened.body.find("<w:Items></w:Items></n:EnumerateResponse>") != std::string::npos);
    CHECK_FALSE(context_of(opened).empty());
}

TEST_CASE("MaxCharacters counts characters, and MaxElements beyond the limit is the limit") {
    OwnClasses classes;
    classes.counts.text_size = 100;
    const auto context = context_of(classes.send(enumerate_own("Own_Number")));
    const auto page = classes.send(pull(context, "<n:MaxElements>1</n:MaxElements>"));
    const auto begin = page.body.find("<n:Items>") + 9;
    const auto size = page.body.find("</n:Items>") - begin;
    const auto with = [&](std::size_t characters) {
        return classes.send(pull(context, "<n:MaxElements>100000</n:MaxElements><n:MaxCharacters>" +
                                              std::to_string(characters) + "</n:MaxCharacters>"));
    };
    CHECK(count(with(3 * size).body, "<p:Own_Number ") == 3);
    CHECK(count(with(3 * size - 1).body, "<p:Own_Number ") == 2);
    CHECK(fault_of(with(size - 1)) == "500 w:EncodingLimit/MaxEnvelopeSizeExceeded");
    CHECK(count(with(100'000'000).body, "<p:Own_Number ") == classes.endpoint->limits().max_page);
}

TEST_CASE("an item too large for the envelope is a fault, and a Pull that allows more gets it") {
    OwnClasses classes;
    classes.counts.text_size = 20'000;
    const auto context = context_of(classes.send(enumerate_own("Own_Number")));
    auto small = pull(context);
    small.headers = "<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>";
    CHECK(fault_of(classes.send(small)) == "500 w:EncodingLimit/MaxEnvelopeSizeExceeded");
    const auto page = classes.send(pull(context));
    CHECK(inside(page.body, "p:Number") == "0");
    auto opening = enumerate_own("Own_Number", "<w:OptimizeEnumeration/>");
    opening.headers = small.headers;
    CHECK(fault_of(classes.send(opening)) == "500 w:EncodingLimit/MaxEnvelopeSizeExceeded");
}

TEST_CASE("an error in the middle of a page loses nothing that was taken before it") {
    OwnClasses classes;
    const auto context = context_of(classes.send(enumerate_own("Own_Number")));
    classes.counts.error_at = 100;
    const auto next = [&] { return classes.send(pull(context, "<n:MaxElements>200</n:MaxElements>")); };
    const auto first = next();
    CHECK(count(first.body, "<p:Own_Number ") == 64);
    CHECK(inside(next().body, "p:Number") == "64");
    const auto broken = context_of(classes.send(enumerate_own("Own_Number")));
    classes.counts.error_at = 0;
    CHECK(fault_of(classes.send(pull(broken))) == "500 w:InternalError");
    CHECK(inside(classes.send(pull(broken)).body, "p:Number") == "0");
}

TEST_CASE("polymorphism modes choose the classes and the properties") {
    OwnClasses classes;
    classes.add(*classes.people, "Ann");
    classes.people->rows.front().set("Age", 40);
    classes.add(*classes.teams, "Blue");
    const auto as = [&](const std::string& mode) {
        return classes.send(enumerate_own("Own_Element", polymorphism(mode))).body;
    };
    const auto included = as("IncludeSubClassProperties");
    CHECK(count(included, "<p:Own_Person ") == 1);
    CHECK(count(included, "<p:Age>40</p:Age>") == 1);
    const auto excluded = as("ExcludeSubClassProperties");
    CHECK(count(excluded, "<p:Own_Element ") == 2);
    CHECK(count(excluded, "<p:Name>") == 2);
    CHECK(count(excluded, "<p:Age") == 0);
    CHECK(as("None").find("<w:Items></w:Items>") != std::string::npos);
    const auto person = classes.send(enumerate_own("Own_Person", polymorphism("None"))).body;
    CHECK(count(person, "<p:Own_Person ") == 1);
}
