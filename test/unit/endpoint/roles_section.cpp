#include "roles_section.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "check.hpp"
#include "configuration_file.hpp"
#include "endpoint/read_text.hpp"

using tintype::daemon::Configuration;
using tintype::daemon::Messages;
using tintype::daemon::print_toml;
using tintype::test::mistakes;
using tintype::test::read;

namespace {

Messages check_errors(const std::string& text) {
    return tintype::daemon::check(read(text), {}).errors;
}

constexpr auto everything = R"([authorization]
system_groups = true
groups.desk = ["alice", 'EXAMPLE\bob']
groups."night shift" = ["carol"]
roles.viewer = ["group:desk", "*@EXAMPLE.COM"]
roles.archivist = ["group:night shift"]
[[authorization.role]]
name = "archivist"
allow = ["read *", "invoke *.CreateSnapshot"]
deny = ["read Msvm_Error"]
)";

}  // namespace

TEST_CASE("roles, groups and their members arrive as they were written") {
    const auto configuration = read(everything);
    const auto& roles = configuration.roles;
    CHECK(configuration.has_roles);
    CHECK(roles.system_groups);
    CHECK(roles.groups.at("desk") == std::vector<std::string>{"alice", "EXAMPLE\\bob"});
    CHECK(roles.groups.at("night shift") == std::vector<std::string>{"carol"});
    CHECK(roles.members.at("viewer") == std::vector<std::string>{"group:desk", "*@EXAMPLE.COM"});
    REQUIRE(roles.definitions.size() == 1);
    CHECK(roles.definitions[0].name == "archivist");
    CHECK(roles.definitions[0].allow == std::vector<std::string>{"read *", "invoke *.CreateSnapshot"});
    CHECK(roles.definitions[0].deny == std::vector<std::string>{"read Msvm_Error"});
}

TEST_CASE("roles are printed as TOML that reads back to the same, and none as none") {
    const auto printed = print_toml(read(everything));
    CHECK(print_toml(read(printed)) == printed);
    CHECK(read(printed).roles.members == read(everything).roles.members);
    CHECK(read(printed).roles.groups == read(everything).roles.groups);
    CHECK_FALSE(read(print_toml(Configuration())).has_roles);
    const auto nobody = print_toml(read("[authorization]\nroles.viewer = []\n"));
    CHECK(read(nobody).has_roles);
}

TEST_CASE("each mistake about roles names its line and column") {
    struct Row {
        std::string text, error;
    };
    const std::vector<Row> rows{
        {"[authorization]\nroles.boss = []\n",
         "t.toml:2:7: authorization.roles.boss: there is no such role: viewer, operator and administrator are, and "
         "those "
         "of [[authorization.role]]"},
        {"[authorization]\nroles.viewer = [\"alice\", \"ali*\"]\n",
         "t.toml:2:26: authorization.roles.viewer: \"ali*\" has a * in a name: it stands for everybody, alone or in "
         "the "
         "place of a name beside a domain"},
        {"[authorization]\nroles.viewer = \"alice\"\n",
         "t.toml:2:16: authorization.roles.viewer: must be a list of texts"},
        {"[authorization]\nroles = [\"alice\"]\n",
         "t.toml:2:9: authorization.roles must be NAME = [\"user\", …] for each"},
        {"[authorization]\ngroups.desk = [7]\n", "t.toml:2:16: authorization.groups.desk: must be a list of texts"},
        {"[authorization]\nrole = 7\n", "t.toml:2:8: a role is written as [[authorization.role]]"},
        {"[[authorization.role]]\nname = \"a\"\nallow = [\"get X\"]\n",
         "t.toml:3:10: authorization.role.allow: \"get\" is no right: read (Get and Enumerate), put, create, delete, "
         "invoke and all are"},
        {"[[authorization.role]]\nname = \"a\"\nmay = []\n", "t.toml:3:1: unknown key \"authorization.role.may\""},
        {"[[authorization.role]]\nname = 7\n", "t.toml:2:8: authorization.role.name: must be text"},
        {"[authorization]\ncolour = 1\n", "t.toml:2:1: unknown key \"authorization.colour\""},
        {"authorization = 1\n", "t.toml:1:1: \"authorization\" is a section, write [authorization] and its keys below"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto found = mistakes(row.text);
        REQUIRE_FALSE(found.empty());
        CHECK(found.front() == row.error);
    }
}

TEST_CASE("roles that can't be put into force keep the daemon from starting") {
    CHECK(check_errors("[authorization]\nroles.viewer = [\"group:desk\"]\n") ==
          Messages{"authorization: role viewer: there is no group desk: define it among the groups, or turn "
                   "system_groups on"});
    CHECK(check_errors("[authorization]\ngroups.desk = [\"alice\"]\n") ==
          Messages{"authorization: nobody has a role: say who does in authorization.roles"});
    CHECK(check_errors("[authorization]\nroles.viewer = []\n[[authorization.role]]\nname = \"viewer\"\n") ==
          Messages{"authorization: the role viewer is predefined: choose another name"});
    CHECK(check_errors("[authorization]\nroles.viewer = [\"*\"]\n").empty());
}

TEST_CASE("roles that nobody has are worth a warning") {
    const auto warnings = tintype::daemon::check(read("[authorization]\nroles.viewer = []\n"), {}).warnings;
    CHECK(std::count(warnings.begin(), warnings.end(),
                     "authorization: nobody has a role, so whoever logs on may do nothing") == 1);
}

TEST_CASE("where the audit goes has to be one of its places") {
    for (const auto* good : {"log", "none", "file:/var/log/audit"}) {
        CHECK(check_errors(std::string("audit.sink = \"") + good + "\"\n").empty());
    }
    for (const auto* bad : {"", "file:", "/var/log/audit", "syslog"}) {
        CHECK(check_errors(std::string("audit.sink = \"") + bad + "\"\n") ==
              Messages{"audit.sink: must be \"log\", \"journal\", \"none\" or \"file:PATH\", not \"" +
                       std::string(bad) + "\""});
    }
}
