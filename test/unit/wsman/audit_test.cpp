#include "tintype/audit.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "desk_lamps.hpp"

using namespace test;
using namespace tintype;

namespace {

/// Lamps whose endpoint tells what it does; alice may do everything, bob may look.
struct Audited {
    Audited() {
        auto made = make_role_authorizer({.members = {{"administrator", {"alice"}}, {"viewer", {"bob"}}}});
        authorizer = *std::move(made);
        EndpointOptions options;
        options.authorizer = authorizer.get();
        options.audit = [this](const AuditEvent& event) { events.push_back(event); };
        fixture = std::make_unique<desk::LampFixture>(options);
    }
    Response send(const Message& message, std::string user = "alice") {
        return fixture->endpoint->handle({message.text(),
                                          "application/soap+xml",
                                          {.name = std::move(user), .scheme = "Basic", .authenticated = true},
                                          "192.0.2.7:50123"});
    }

    std::unique_ptr<RoleAuthorizer> authorizer;
    std::vector<AuditEvent> events;
    std::unique_ptr<desk::LampFixture> fixture;
};

}  // namespace

TEST_CASE("what has an effect is told once, with who, from where, what, and what came of it") {
    Audited lamps;
    const auto answer = lamps.send(desk::put_lamp("<p:Watts>60</p:Watts>"));
    CHECK(answer.status == 200);
    REQUIRE(lamps.events.size() == 1);
    const auto& event = lamps.events.front();
    CHECK(event.kind == AuditKind::access_allowed);
    CHECK(event.user == "alice");
    CHECK(event.scheme == "Basic");
    CHECK(event.peer == "192.0.2.7:50123");
    CHECK(event.operation == "Put");
    CHECK(event.class_name == "Test_Lamp");
    CHECK(event.selectors == "Name=desk");
    CHECK(event.detail == "Put Test_Lamp");
    CHECK(event.message_id == "uuid:1");
    CHECK(event.answer_id == inside(answer.body, "a:MessageID"));
}

TEST_CASE("each operation with an effect is told, also when it fails, and reading is not") {
    Audited lamps;
    CHECK(lamps.send(desk::about_lamp("Get")).status == 200);
    auto all = enumerate("Test_Lamp");
    all.resource = std::string(desk::lamps) + "Test_Lamp";
    CHECK(lamps.send(all).status == 200);
    CHECK(lamps.events.empty());
    CHECK(lamps.send(desk::about_lamp("Delete")).status == 200);
    CHECK(lamps.send(desk::about_lamp("Delete")).status == 500);
    auto create = desk::about_lamp("Create", desk::lamp("<p:Name>new</p:Name><p:Floor>1</p:Floor>"));
    create.selectors.clear();
    CHECK(lamps.send(create).status == 200);
    REQUIRE(lamps.events.size() == 3);
    CHECK(lamps.events[0].operation == "Delete");
    CHECK(lamps.events[0].detail == "Delete Test_Lamp");
    CHECK(lamps.events[1].detail.starts_with("Delete Test_Lamp -> "));
    CHECK(lamps.events[2].operation == "Create");
    CHECK(lamps.events[2].selectors.empty());
}

TEST_CASE("what is denied is told, with the rule that would allow it, which the client doesn't learn") {
    Audited lamps;
    const auto answer = lamps.send(desk::about_lamp("Delete"), "bob");
    CHECK(fault_of(answer) == "500 w:AccessDenied");
    CHECK(answer.body.find("delete Test_Lamp") == std::string::npos);
    CHECK(answer.body.find("no role") == std::string::npos);
    REQUIRE(lamps.events.size() == 1);
    const auto& event = lamps.events.front();
    CHECK(event.kind == AuditKind::access_denied);
    CHECK(event.user == "bob");
    CHECK(event.operation == "Delete");
    CHECK(event.class_name == "Test_Lamp");
    CHECK(event.selectors == "Name=desk");
    CHECK(event.detail == "no role allows \"delete Test_Lamp\"");
    CHECK(event.answer_id == inside(answer.body, "a:MessageID"));
    CHECK(answer.summary.find("no role allows \"delete Test_Lamp\" -> ") != std::string::npos);
    CHECK(lamps.send(desk::about_lamp("Get"), "mallory").status == 500);
    REQUIRE(lamps.events.size() == 2);
    CHECK(lamps.events[1].operation == "Get");
}

TEST_CASE("an Invoke is told with its method and what came of it") {
    std::vector<AuditEvent> events;
    EndpointOptions options;
    options.audit = [&](const AuditEvent& event) { events.push_back(event); };
    Fixture fixture(options);
    CHECK(fixture.send(destroy(leaf_id)).status == 200);
    REQUIRE(events.size() == 1);
    CHECK(events[0].operation == "Invoke");
    CHECK(events[0].class_name == "Msvm_VirtualSystemSnapshotService");
    CHECK(events[0].method == "DestroySnapshot");
    CHECK(events[0].detail.find(leaf_id) != std::string::npos);
}

TEST_CASE("who has not logged on leaves no event: the transport tells of log-ons") {
    std::vector<AuditEvent> events;
    EndpointOptions options;
    options.audit = [&](const AuditEvent& event) { events.push_back(event); };
    Fixture fixture(options);
    CHECK(fixture.endpoint->handle({destroy(leaf_id).text(), "application/soap+xml", {}, "peer"}).status == 401);
    CHECK(events.empty());
}
