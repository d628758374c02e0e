#include <doctest/doctest.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "security/role_member.hpp"
#include "security/role_rule.hpp"
#include "tintype/authorization.hpp"

using namespace tintype;
using security::NamePattern;
using security::parts_of;
using security::RoleMember;
using security::RoleRule;

namespace {

constexpr std::string_view snapshots = "Msvm_VirtualSystemSnapshotService";

Principal user(std::string name) {
    return {.name = std::move(name), .scheme = "Basic", .authenticated = true};
}

/// Permissions of a user under these roles; where the system's groups have to be asked, they are.
std::shared_ptr<const Permissions> permissions(RoleAuthorizer& authorizer, const std::string& name) {
    auto known = authorizer.recall(user(name));
    return known ? known : authorizer.find(user(name));
}

std::unique_ptr<RoleAuthorizer> authorizer_of(const Roles& roles) {
    auto made = make_role_authorizer(roles);
    REQUIRE_MESSAGE(made.has_value(), made.error());
    return *std::move(made);
}

std::string error_of(const Roles& roles) {
    const auto made = make_role_authorizer(roles);
    return made ? "" : made.error();
}

bool matches(std::string_view member, std::string_view name, bool ignore_case = false) {
    return RoleMember::read(member).value().matches(parts_of(name), ignore_case);
}

}  // namespace

TEST_CASE("an asterisk stands for any characters, and case doesn't count") {
    struct Row {
        std::string_view pattern, name;
        bool matches;
    };
    constexpr Row rows[] = {
        {"*", "", true},
        {"*", "Anything", true},
        {"Msvm_*", "Msvm_ConcreteJob", true},
        {"msvm_*", "MSVM_", true},
        {"Msvm_*", "Msvm", false},
        {"Msvm_ConcreteJob", "msvm_concretejob", true},
        {"Msvm_ConcreteJob", "Msvm_ConcreteJobs", false},
        {"*Job", "Msvm_ConcreteJob", true},
        {"*Job", "Msvm_ConcreteJobs", false},
        {"*_*_*", "a_b_c", true},
        {"*_*_*", "a_b", false},
        {"a*b*c", "aXbXbXc", true},
        {"a*b*c", "aXbXbX", false},
        {"**", "x", true},
        {"a**", "a", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.pattern);
        CAPTURE(row.name);
        CHECK(NamePattern(row.pattern).matches(row.name) == row.matches);
    }
}

TEST_CASE("a pattern of many asterisks takes no time on a long name that it doesn't match") {
    std::string pattern;
    for (int i = 0; i < 1'000; ++i) pattern += "*a";
    CHECK_FALSE(NamePattern(pattern + "b").matches(std::string(100'000, 'a')));
}

TEST_CASE("a rule is a right and a class, and of invoke a method too") {
    const auto rule = [](std::string_view text) { return RoleRule::read(text).value(); };
    CHECK(rule("read Msvm_*").matches(Right::read, "Msvm_Error", ""));
    CHECK_FALSE(rule("read Msvm_*").matches(Right::put, "Msvm_Error", ""));
    CHECK_FALSE(rule("read Msvm_*").matches(Right::read, "Win32_ComputerSystem", ""));
    CHECK(rule("  put\t Msvm_Error  ").matches(Right::put, "Msvm_Error", ""));
    CHECK(rule("create A").matches(Right::create, "A", ""));
    CHECK(rule("delete A").matches(Right::remove, "A", ""));
    CHECK(rule("invoke A").matches(Right::invoke, "A", "Any"));
    CHECK(rule("invoke A.B*").matches(Right::invoke, "a", "begin"));
    CHECK_FALSE(rule("invoke A.B*").matches(Right::invoke, "A", "End"));
    CHECK_FALSE(rule("invoke A.B*").matches(Right::read, "A", ""));
    for (const auto right : {Right::read, Right::put, Right::create, Right::remove, Right::invoke}) {
        CHECK(rule("all *").matches(right, "A", "B"));
        CHECK_FALSE(rule("all A").matches(right, "B", "B"));
    }
}

TEST_CASE("what is no rule is refused with words that quote it") {
    struct Row {
        std::string_view text, error;
    };
    constexpr Row rows[] = {
        {"", "\"\" is no right: read (Get and Enumerate), put, create, delete, invoke and all are"},
        {"get Msvm_*", "\"get\" is no right: read (Get and Enumerate), put, create, delete, invoke and all are"},
        {"Read A", "\"Read\" is no right: read (Get and Enumerate), put, create, delete, invoke and all are"},
        {"read", "\"read\" of which class? \"read *\" is of all"},
        {"read A B", "\"A B\" is no name of a class: letters, digits, _ and * for any characters are"},
        {"read A-B", "\"A-B\" is no name of a class: letters, digits, _ and * for any characters are"},
        {"read A.B", "\"read\" is about classes, not methods: only invoke takes a method"},
        {"all A.B", "\"all\" is about classes, not methods: only invoke takes a method"},
        {"invoke A.", "the name of the method is missing"},
        {"invoke .B", "the name of the class is missing"},
        {"invoke A.B.C", "\"B.C\" is no name of a method: letters, digits, _ and * for any characters are"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto checked = check_role_rule(row.text);
        REQUIRE_FALSE(checked.has_value());
        CHECK(checked.error() == row.error);
    }
}

TEST_CASE("a member is matched by its canonical name, domains without regard to case") {
    struct Row {
        std::string_view member, name;
        bool matches;
    };
    constexpr Row rows[] = {
        {"alice", "alice", true},
        {"alice", "Alice", false},
        {"alice", "alice@EXAMPLE.COM", false},
        {"alice", "EXAMPLE\\alice", false},
        {"EXAMPLE\\alice", "example\\alice", true},
        {"EXAMPLE\\alice", "EXAMPLE\\Alice", false},
        {"EXAMPLE\\alice", "alice@EXAMPLE", false},
        {"alice@example.com", "alice@EXAMPLE.COM", true},
        {"alice@EXAMPLE.COM", "alice@EXAMPLE.COM.EVIL", false},
        {"EXAMPLE\\*", "EXAMPLE\\bob", true},
        {"EXAMPLE\\*", "bob", false},
        {"*@EXAMPLE.COM", "HTTP/host@EXAMPLE.COM", true},
        {"*@EXAMPLE.COM", "bob@OTHER.COM", false},
        {"*", "bob", true},
        {"*", "EXAMPLE\\bob", true},
        {"*", "bob@EXAMPLE.COM", true},
        {"group:x", "x", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.member);
        CAPTURE(row.name);
        CHECK(matches(row.member, row.name) == row.matches);
    }
}

TEST_CASE("a principal of a realm never passes for a domain's user, whatever it is called") {
    CHECK_FALSE(matches("EXAMPLE\\alice", "EXAMPLE\\alice@EVIL.COM"));
    CHECK_FALSE(matches("EXAMPLE\\*", "EXAMPLE\\\\alice@EVIL.COM"));
    CHECK_FALSE(matches("alice@EXAMPLE.COM", "alice@EXAMPLE.COM@EVIL.COM"));
}

TEST_CASE("ignore_case is for names as Active Directory has them") {
    CHECK(matches("alice@EXAMPLE.COM", "ALICE@EXAMPLE.COM", true));
    CHECK(matches("EXAMPLE\\alice", "EXAMPLE\\Alice", true));
    CHECK_FALSE(matches("alice", "alicf", true));
}

TEST_CASE("what is no member is refused with words that quote it") {
    struct Row {
        std::string_view text, error;
    };
    constexpr Row rows[] = {
        {"", "\"\" is nobody"},
        {" alice", "\" alice\" has a space in front or at its end"},
        {"ali\nce", "a name has no control characters"},
        {"group:", "\"group:\" names no group"},
        {"group: x", "\"group: x\" has a space before the group's name"},
        {"EXAMPLE\\", "\"EXAMPLE\\\" has no name beside its domain: write * for everybody in it"},
        {"\\alice", "\"\\alice\" has no domain"},
        {"alice@", "\"alice@\" has no domain"},
        {"ali*",
         "\"ali*\" has a * in a name: it stands for everybody, alone or in the place of a name beside a domain"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto checked = check_role_member(row.text);
        REQUIRE_FALSE(checked.has_value());
        CHECK(checked.error() == row.error);
    }
}

TEST_CASE("each predefined role lets its members do what its name says") {
    const auto authorizer =
        authorizer_of({.members = {{"viewer", {"victor"}}, {"operator", {"olga"}}, {"administrator", {"ada"}}}});
    struct Row {
        Right right;
        std::string_view class_name, method;
        bool viewer, operates, administrator;
    };
    constexpr Row rows[] = {
        {Right::read, "Msvm_ConcreteJob", "", true, true, true},
        {Right::read, "Win32_OperatingSystem", "", true, true, true},
        {Right::invoke, snapshots, "DestroySnapshot", false, true, true},
        {Right::invoke, snapshots, "destroysnapshottree", false, true, true},
        {Right::invoke, snapshots, "CreateSnapshot", false, true, true},
        {Right::invoke, snapshots, "ApplySnapshot", false, true, true},
        {Right::invoke, snapshots, "StopService", false, false, true},
        {Right::invoke, "Msvm_ConcreteJob", "RequestStateChange", false, true, true},
        {Right::invoke, "Msvm_ConcreteJob", "GetErrorEx", false, true, true},
        {Right::invoke, "Msvm_VirtualSystemManagementService", "ModifySystemSettings", false, true, true},
        {Right::invoke, "Msvm_ComputerSystem", "RequestStateChange", false, false, true},
        {Right::put, "Msvm_VirtualSystemSettingData", "", false, true, true},
        {Right::put, "Acme_Lamp", "", false, false, true},
        {Right::create, "Acme_Lamp", "", false, false, true},
        {Right::remove, "Acme_Lamp", "", false, false, true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.class_name);
        CAPTURE(row.method);
        const auto may = [&](const std::string& name) {
            return permissions(*authorizer, name)->allow(row.right, row.class_name, row.method);
        };
        CHECK(may("victor") == row.viewer);
        CHECK(may("olga") == row.operates);
        CHECK(may("ada") == row.administrator);
        CHECK_FALSE(may("nobody"));
    }
}

TEST_CASE("nobody who has not logged on has a role, not even everybody's") {
    const auto authorizer = authorizer_of({.members = {{"administrator", {"*", "alice"}}}});
    const auto anonymous = authorizer->recall({.name = "alice", .scheme = "Basic", .authenticated = false});
    REQUIRE(anonymous != nullptr);
    CHECK_FALSE(anonymous->allow(Right::read, "Msvm_Error"));
}

TEST_CASE("what one role denies no other role of the same user allows") {
    Roles roles;
    roles.definitions = {{"careful", {"all *"}, {"invoke *.DestroySnapshotTree", "read Secret_*"}}};
    roles.members = {{"careful", {"alice", "bob"}}, {"administrator", {"alice"}}};
    const auto authorizer = authorizer_of(roles);
    for (const auto* name : {"alice", "bob"}) {
        const auto may = permissions(*authorizer, name);
        CHECK(may->allow(Right::invoke, snapshots, "DestroySnapshot"));
        CHECK_FALSE(may->allow(Right::invoke, snapshots, "DestroySnapshotTree"));
        CHECK_FALSE(may->allow(Right::read, "Secret_Thing"));
        CHECK(may->allow(Right::put, "Secret_Thing"));
    }
}

TEST_CASE("a group's members have its roles") {
    Roles roles;
    roles.groups = {{"helpdesk", {"alice", "EXAMPLE\\bob", "*@LAB.EXAMPLE"}}};
    roles.members = {{"viewer", {"group:helpdesk"}}};
    const auto authorizer = authorizer_of(roles);
    for (const auto* name : {"alice", "EXAMPLE\\bob", "carol@LAB.EXAMPLE"}) {
        CHECK(permissions(*authorizer, name)->allow(Right::read, "Msvm_Error"));
    }
    CHECK_FALSE(permissions(*authorizer, "helpdesk")->allow(Right::read, "Msvm_Error"));
    CHECK_FALSE(permissions(*authorizer, "group:helpdesk")->allow(Right::read, "Msvm_Error"));
}

TEST_CASE("the system's groups count if that is wanted, and are asked for where waiting is allowed") {
    const auto* const me = ::getpwuid(::getuid());
    REQUIRE(me != nullptr);
    const std::string name = me->pw_name;
    const auto* const mine = ::getgrgid(me->pw_gid);
    REQUIRE(mine != nullptr);
    const std::string group = mine->gr_name;

    Roles roles;
    roles.members = {{"viewer", {"group:" + group}}, {"operator", {"group:no such group here"}}};
    CHECK(error_of(roles) ==
          "role operator: there is no group no such group here: define it among the groups, or turn "
          "system_groups on");
    roles.system_groups = true;
    const auto authorizer = authorizer_of(roles);
    CHECK(authorizer->recall(user(name)) == nullptr);
    const auto may = authorizer->find(user(name));
    CHECK(may->allow(Right::read, "Msvm_Error"));
    CHECK_FALSE(may->allow(Right::invoke, snapshots, "DestroySnapshot"));
    CHECK(authorizer->recall(user(name)) == may);
    CHECK_FALSE(authorizer->find(user("no such user here"))->allow(Right::read, "Msvm_Error"));
    // A realm's user is not this machine's of the same name.
    CHECK_FALSE(authorizer->find(user(name + "@EXAMPLE.COM"))->allow(Right::read, "Msvm_Error"));
}

TEST_CASE("new roles are in force with the next question, on every thread, and what was given out stays as it was") {
    const auto authorizer = authorizer_of({.members = {{"viewer", {"alice"}}}});
    const auto before = permissions(*authorizer, "alice");
    CHECK(authorizer->recall(user("alice")) == before);
    REQUIRE(authorizer->replace({.members = {{"operator", {"alice"}}}}).has_value());
    CHECK(permissions(*authorizer, "alice")->allow(Right::invoke, snapshots, "DestroySnapshot"));
    CHECK_FALSE(before->allow(Right::invoke, snapshots, "DestroySnapshot"));
    bool elsewhere = false;
    std::thread([&] {
        elsewhere = permissions(*authorizer, "alice")->allow(Right::invoke, snapshots, "DestroySnapshot");
    }).join();
    CHECK(elsewhere);
    CHECK_FALSE(authorizer->replace({.members = {{"no-such-role", {"alice"}}}}).has_value());
    CHECK(permissions(*authorizer, "alice")->allow(Right::invoke, snapshots, "DestroySnapshot"));
}

TEST_CASE("two authorizers on one thread don't take each other's users") {
    const auto one = authorizer_of({.members = {{"viewer", {"alice"}}}});
    const auto other = authorizer_of({.members = {{"viewer", {"bob"}}}});
    for (int i = 0; i < 2; ++i) {
        CHECK(permissions(*one, "alice")->allow(Right::read, "A"));
        CHECK_FALSE(permissions(*other, "alice")->allow(Right::read, "A"));
    }
}

TEST_CASE("roles may be replaced while other threads ask") {
    const auto authorizer = authorizer_of({.members = {{"viewer", {"*"}}}});
    std::vector<std::jthread> askers;
    askers.reserve(3);
    for (int i = 0; i < 3; ++i) {
        askers.emplace_back([&authorizer, i](const std::stop_token& stop) {
            int asked = 0;
            while (!stop.stop_requested() || asked < 100) {
                const auto may = permissions(*authorizer, "user" + std::to_string((i + asked++) % 40));
                if (!may->allow(Right::read, "A")) std::abort();
            }
        });
    }
    for (int i = 0; i < 200; ++i) {
        REQUIRE(authorizer->replace({.members = {{i % 2 == 0 ? "operator" : "viewer", {"*"}}}}).has_value());
    }
}

TEST_CASE("roles that make no sense are refused with words that say which") {
    CHECK(error_of({.members = {{"boss", {"alice"}}}}) == "there is no role boss");
    CHECK(error_of({.definitions = {{"viewer", {}, {}}}}) == "the role viewer is predefined: choose another name");
    CHECK(error_of({.definitions = {{"a", {}, {}}, {"a", {}, {}}}}) == "the role a is defined twice");
    CHECK(error_of({.definitions = {{"a b", {}, {}}}}) == "\"a b\" is no name of a role: letters, digits, - and _ are");
    CHECK(error_of({.definitions = {{"a", {"read"}, {}}}}) == "role a: \"read\" of which class? \"read *\" is of all");
    CHECK(error_of({.members = {{"viewer", {""}}}}) == "role viewer: \"\" is nobody");
    CHECK(error_of({.groups = {{"g", {"group:h"}}}}) == "group g: has a group in it: \"group:h\"");
}
