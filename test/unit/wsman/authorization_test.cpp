#include "tintype/authorization.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "desk_lamps.hpp"
#include "own_classes.hpp"

using namespace test;
using namespace tintype;

namespace {

const std::string denied = "500 w:AccessDenied";

std::unique_ptr<RoleAuthorizer> roles_of(std::vector<Role> definitions,
                                         std::map<std::string, std::vector<std::string>> members) {
    auto made = make_role_authorizer({.definitions = std::move(definitions), .members = std::move(members)});
    REQUIRE_MESSAGE(made.has_value(), made.error());
    return *std::move(made);
}

/// Alice has one role, with these rules.
std::unique_ptr<RoleAuthorizer> alice_may(std::vector<std::string> allow, std::vector<std::string> deny = {}) {
    return roles_of({{"own", std::move(allow), std::move(deny)}}, {{"own", {"alice"}}});
}

EndpointOptions with(Authorizer& authorizer) {
    EndpointOptions options;
    options.authorizer = &authorizer;
    return options;
}

/// Blue has Ann and Bob, through Own_Member; Ann leads it.
struct World : OwnClasses {
    explicit World(Authorizer& authorizer) : OwnClasses(with(authorizer)) {
        members->add_pair(blue, ann);
        members->add_pair(blue, bob);
        leaders->add_pair(blue, ann);
    }
    ObjectPath ann = add(*people, "Ann");
    ObjectPath bob = add(*people, "Bob");
    ObjectPath blue = add(*teams, "Blue");
};

constexpr std::string_view whole_page = "<w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>";

Message list(std::string_view class_name, std::string_view more = {}) {
    return enumerate_own(class_name, std::string(whole_page) + std::string(more));
}

Message query(std::string_view wql) {
    return enumerate_own("*", std::string(whole_page) +
                                  "<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">" +
                                  std::string(wql) + "</w:Filter>");
}

Message about_class(std::string_view class_name) {
    Message message;
    message.resource = "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/" + std::string(class_name);
    message.selectors = "__cimnamespace=root/own";
    return message;
}

/// Names of classes of which there is anything in an answer, and of instances.
std::set<std::string> names_in(const Response& response) {
    std::set<std::string> found;
    for (const auto* name :
         {"Own_Person", "Own_Team", "Own_Member", "Own_Leader", "Own_Meeting", "Own_Number", "Ann", "Bob", "Blue"}) {
        if (response.body.find(name) != std::string::npos) found.insert(name);
    }
    return found;
}

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("each operation takes its right") {
    using desk::about_lamp;
    using desk::put_lamp;
    const auto get_lamp = about_lamp("Get");
    const auto put = put_lamp("<p:Watts>60</p:Watts>");
    const auto remove = about_lamp("Delete");
    auto create = about_lamp("Create", desk::lamp("<p:Name>new</p:Name><p:Floor>1</p:Floor>"));
    create.selectors.clear();
    auto list_lamps = enumerate("Test_Lamp", std::string(whole_page));
    list_lamps.resource = std::string(desk::lamps) + "Test_Lamp";
    struct Row {
        std::string rule;
        const Message* operation;
        bool allowed;
    };
    const std::vector<Row> rows{
        {"read Test_Lamp", &get_lamp, true}, {"read Test_Lamp", &list_lamps, true},
        {"read Test_Lamp", &put, false},     {"read Test_Lamp", &create, false},
        {"read Test_Lamp", &remove, false},  {"read Other", &get_lamp, false},
        {"read Other", &list_lamps, false},  {"put *", &get_lamp, false},
        {"put *", &list_lamps, false},       {"put *", &put, false},
        {"create Test_*", &create, true},    {"create Test_*", &put, false},
        {"delete Test_*", &remove, true},    {"delete Test_*", &create, false},
        {"invoke *", &get_lamp, false},      {"invoke *", &remove, false},
        {"all Test_Lamp", &put, true},       {"all Test_Lamp", &create, true},
        {"all Test_Lamp", &remove, true},    {"all Test_Lamp", &list_lamps, true},
        {"all Test_SpareLamp", &put, false}, {"all Test_SpareLamp", &remove, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.rule);
        CAPTURE(row.operation->action);
        const auto authorizer = alice_may({row.rule});
        desk::LampFixture fixture(with(*authorizer));
        const auto response = fixture.send(*row.operation);
        if (row.allowed) {
            CHECK(response.status == 200);
        } else {
            CHECK(fault_of(response) == denied);
            CHECK(fixture.shelf->lamps.size() == 1);
            CHECK(fixture.shelf->changes.empty());
        }
    }
    const auto both = alice_may({"put Test_Lamp", "read Test_Lamp"});
    desk::LampFixture fixture(with(*both));
    CHECK(fixture.send(put).status == 200);
}

TEST_CASE("viewers may not destroy a snapshot, operators may, and nobody else may do anything") {
    const auto authorizer = roles_of({}, {{"viewer", {"victor"}}, {"operator", {"olga"}}});
    Fixture fixture(with(*authorizer));
    const Message get_machine{.action = std::string(test::get),
                              .resource = std::string(wmi) + "Msvm_ComputerSystem",
                              .selectors = "Name=" + machine_id,
                              .headers = {},
                              .body = {}};
    CHECK(fixture.send(get_machine, "victor").status == 200);
    CHECK(fault_of(fixture.send(destroy(leaf_id), "victor")) == denied);
    CHECK(fixture.backend->snapshot(leaf_id).has_value());
    CHECK(fault_of(fixture.send(get_machine, "mallory")) == denied);
    CHECK(fault_of(fixture.send(destroy(leaf_id), "mallory")) == denied);
    const auto answer = fixture.send(destroy(leaf_id), "olga");
    CHECK(answer.status == 200);
    CHECK(inside(answer.body, "p:ReturnValue") == "4096");
}

TEST_CASE("who has logged on may identify the service, whatever their roles") {
    const auto authorizer = roles_of({}, {});
    Fixture fixture(with(*authorizer));
    const auto answer = fixture.send(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body><i:Identify "
        "xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"/></s:Body></s:Envelope>");
    CHECK(answer.status == 200);
}

TEST_CASE("without an authorizer everybody who has logged on may do everything") {
    desk::LampFixture fixture;
    CHECK(fixture.send(desk::about_lamp("Delete")).status == 200);
}

TEST_CASE("the answer to what is denied is the same whatever stands against it, and whether there is such a class") {
    const auto authorizer = alice_may({"read Own_Person"}, {"read Own_Te*"});
    World world(*authorizer);
    const auto text_of = [&](Message message) {
        auto answer = world.send(message).body;
        for (const auto* tag : {"a:MessageID"}) {
            const auto at = answer.find(inside(answer, tag));
            answer.replace(at, inside(answer, tag).size(), "ID");
        }
        return answer;
    };
    Message served;
    served.resource = std::string(own) + "Own_Team";
    served.selectors = "Name=Blue";
    const auto expected = text_of(served);
    CHECK(expected.find("AccessDenied") != std::string::npos);
    auto no_instance = served;
    no_instance.selectors = "Name=Nobody";
    CHECK(text_of(no_instance) == expected);
    auto no_key = served;
    no_key.selectors = "Colour=Blue";
    CHECK(text_of(no_key) == expected);
    auto no_class = served;
    no_class.resource = std::string(own) + "Own_Secret";
    CHECK(text_of(no_class) == expected);
    auto method = served;
    method.action = served.resource + "/Disband";
    CHECK(text_of(method) == expected);
    for (const auto* name : {"Own_Team", "Own_Secret"}) {
        CHECK(fault_of(world.send(list(name))) == denied);
        CHECK(fault_of(world.send(query("SELECT * FROM " + std::string(name)))) == denied);
        CHECK(fault_of(world.send(query("SELECT Colour FROM " + std::string(name) + " WHERE Colour=1"))) == denied);
        CHECK(fault_of(world.send(query("ASSOCIATORS OF {" + std::string(name) + ".Name='Blue'}"))) == denied);
        CHECK(fault_of(world.send(
                  query("ASSOCIATORS OF {Own_Person.Name='Ann'} WHERE ResultClass=" + std::string(name)))) == denied);
        CHECK(fault_of(world.send(
                  query("ASSOCIATORS OF {Own_Person.Name='Ann'} WHERE AssocClass=" + std::string(name)))) == denied);
        CHECK(fault_of(world.send(about_class(name))) == denied);
    }
}

TEST_CASE("who may read everything is still told what is wrong with a message") {
    const auto authorizer = roles_of({}, {{"viewer", {"alice"}}});
    World world(*authorizer);
    CHECK(fault_of(world.send(list("Own_Nothing"))) == "500 a:DestinationUnreachable/InvalidResourceURI");
    CHECK(fault_of(world.send(query("SELECT Colour FROM Own_Team"))) == "500 n:CannotProcessFilter");
}

TEST_CASE("a superclass leads only to the subclasses that may be read") {
    const auto authorizer = alice_may({"read Own_Person"});
    World world(*authorizer);
    CHECK(names_in(world.send(list("Own_Element"))) == Names{"Own_Person", "Ann", "Bob"});
    CHECK(names_in(world.send(query("SELECT * FROM Own_Element"))) == Names{"Own_Person", "Ann", "Bob"});
    CHECK(names_in(world.send(query("SELECT * FROM Own_Element WHERE Name='Blue'"))).empty());
    auto team = list("Own_Element");
    team.action = get;
    team.body.clear();
    team.selectors = "Name=Blue";
    CHECK(fault_of(world.send(team)) == "500 a:DestinationUnreachable");
    CHECK(world.teams->gets == 0);
    CHECK(world.teams->scans == 0);
}

TEST_CASE("a count of what may not be read is not told") {
    const auto authorizer = alice_may({"read Own_Person"});
    World world(*authorizer);
    auto message = list("Own_Element");
    message.headers = "<w:RequestTotalItemsCountEstimate/>";
    CHECK(inside(world.send(message).body, "w:TotalItemsCountEstimate") == "2");
}

TEST_CASE("associations lead only to instances that may be read, through classes that may be read") {
    const std::string associators = "ASSOCIATORS OF {Own_Team.Name='Blue'}";
    struct Row {
        std::vector<std::string> allow;
        std::string query;
        Names expected;
    };
    const std::vector<Row> rows{
        {{"read *"}, associators, {"Own_Person", "Ann", "Bob"}},
        {{"read Own_Team", "read Own_Person", "read Own_Leader"}, associators, {"Own_Person", "Ann"}},
        {{"read Own_Team", "read Own_Person"}, associators, {}},
        {{"read Own_Team", "read Own_Member"}, associators, {}},
        {{"read Own_Team", "read Own_Member", "read Own_Person"},
         associators + " WHERE AssocClass=Own_Link",
         {"Own_Person", "Ann", "Bob"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.allow.size());
        const auto authorizer = alice_may(row.allow);
        World world(*authorizer);
        CHECK(names_in(world.send(query(row.query))) == row.expected);
    }
    const auto authorizer = alice_may({"read Own_Team", "read Own_Leader"});
    World world(*authorizer);
    CHECK(fault_of(world.send(query(associators + " WHERE AssocClass=Own_Member"))) == denied);
    CHECK(fault_of(world.send(query("REFERENCES OF {Own_Team.Name='Blue'} WHERE ResultClass=Own_Member"))) == denied);
    CHECK(fault_of(world.send(query("ASSOCIATORS OF {Own_Person.Name='Ann'}"))) == denied);
    CHECK(names_in(world.send(query("REFERENCES OF {Own_Team.Name='Blue'}"))).count("Own_Member") == 0);
}

TEST_CASE("an object of a class that may not be read is as if it weren't there, also by its superclass") {
    const auto authorizer = alice_may({"read Own_Person", "read Own_Member"});
    World world(*authorizer);
    const auto there = world.send(query("ASSOCIATORS OF {Own_Element.Name='Blue'}"));
    const auto not_there = world.send(query("ASSOCIATORS OF {Own_Element.Name='Nothing'}"));
    CHECK(fault_of(there) == "500 n:CannotProcessFilter");
    CHECK(fault_of(not_there) == "500 n:CannotProcessFilter");
}

TEST_CASE("declarations of classes of which nothing may be done are not shown") {
    const auto authorizer = alice_may({"read Own_Person", "read Own_Member"});
    World world(*authorizer);
    CHECK(world.send(about_class("Own_Person")).status == 200);
    CHECK(world.send(about_class("Own_Element")).status == 200);
    CHECK(fault_of(world.send(about_class("Own_Team"))) == denied);
    auto all = about_class("*");
    all.action = std::string(enumeration) + "Enumerate";
    all.body = "<n:Enumerate>" + std::string(whole_page) + "</n:Enumerate>";
    const auto shown = names_in(world.send(all));
    CHECK(shown == Names{"Own_Person", "Own_Member"});
}

TEST_CASE("the documents of classes of which nothing may be done are not there") {
    const auto authorizer = alice_may({"read Own_Person"});
    World world(*authorizer);
    const Principal alice{.name = "alice", .scheme = "Basic", .authenticated = true};
    const auto document = [&](std::string_view query) { return world.endpoint->metadata(query, "http://h/w", alice); };
    REQUIRE(document("wsdl").has_value());
    CHECK(names_in(*document("wsdl")) == Names{"Own_Person"});
    CHECK(document("xsd=root/own/Own_Person").has_value());
    CHECK_FALSE(document("xsd=root/own/Own_Team").has_value());
    CHECK_FALSE(document("wsdl=root%2Fown/own_team").has_value());
    CHECK(document("xsd=wsman").has_value());
    CHECK(names_in(*world.endpoint->metadata("wsdl", "http://h/w")).empty());
}

TEST_CASE("a Pull gives out what may be read now, not what might when its enumeration began") {
    const auto authorizer = alice_may({"read *"});
    World world(*authorizer);
    const auto begun = world.send(enumerate_own("Own_Element"));
    const auto context = inside(begun.body, "n:EnumerationContext");
    REQUIRE_FALSE(context.empty());
    const auto first = world.send(pull(context, "<n:MaxElements>1</n:MaxElements>"));
    CHECK(names_in(first) == Names{"Own_Person", "Ann"});
    REQUIRE(authorizer->replace({.definitions = {{"teams", {"read Own_Team"}, {}}}, .members = {{"teams", {"alice"}}}})
                .has_value());
    CHECK(names_in(world.send(pull(context, "<n:MaxElements>100</n:MaxElements>"))) == Names{"Own_Team", "Blue"});
}

TEST_CASE("an enumeration belongs to a user of one scheme") {
    const auto authorizer = roles_of({}, {{"viewer", {"alice"}}});
    World world(*authorizer);
    const auto context = inside(world.send(enumerate_own("Own_Person")).body, "n:EnumerationContext");
    const auto pull_as = [&](const char* scheme) {
        return world.endpoint->handle({pull(context).text(),
                                       "application/soap+xml",
                                       {.name = "alice", .scheme = scheme, .authenticated = true},
                                       "peer"});
    };
    CHECK(fault_of(pull_as("Negotiate")) == "500 n:InvalidEnumerationContext");
    CHECK(pull_as("Basic").status == 200);
}

namespace {

/// Knows nobody without waiting.
class Waits final : public Authorizer {
  public:
    explicit Waits(Authorizer& behind) : behind_(behind) {}
    std::shared_ptr<const Permissions> recall(const Principal&) override { return nullptr; }
    std::shared_ptr<const Permissions> find(const Principal& principal) override {
        ++asked;
        return behind_.find(principal);
    }
    int asked = 0;

  private:
    Authorizer& behind_;
};

/// Runs what it is given when it is told to.
class Later final : public Executor {
  public:
    void post(std::function<void()> work) override { work_.push_back(std::move(work)); }
    std::size_t run() {
        const auto work = std::exchange(work_, {});
        for (const auto& one : work) one();
        return work.size();
    }

  private:
    std::vector<std::function<void()>> work_;
};

}  // namespace

TEST_CASE("where finding a user's permissions may wait, a worker does it, also for a message that is wrong") {
    const auto authorizer = alice_may({"read Own_Person"});
    Waits waits(*authorizer);
    World world(waits);
    struct Row {
        Message message;
        std::string expected;
    };
    const std::vector<Row> rows{{list("Own_Person"), ""},
                                {list("Own_Team"), denied},
                                {list("Own_Secret"), denied},
                                {query("SELECT Colour FROM Own_Person"), "500 n:CannotProcessFilter"}};
    int asked = 0;
    for (const auto& row : rows) {
        CAPTURE(row.expected);
        Later workers;
        std::optional<Response> response;
        const auto pending = world.endpoint->handle({row.message.text(),
                                                     "application/soap+xml",
                                                     {.name = "alice", .scheme = "Basic", .authenticated = true},
                                                     "peer"},
                                                    workers, [&](Response answer) { response = std::move(answer); });
        CHECK(waits.asked == asked);
        CHECK_FALSE(response.has_value());
        CHECK(pending.time_out);
        CHECK(workers.run() == 1);
        CHECK(waits.asked == ++asked);
        REQUIRE(response.has_value());
        if (row.expected.empty()) {
            CHECK(response->status == 200);
        } else {
            CHECK(fault_of(*response) == row.expected);
        }
    }
}
