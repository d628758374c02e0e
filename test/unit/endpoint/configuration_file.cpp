#include "configuration_file.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>

#include "endpoint/read_text.hpp"
#include "keys.hpp"

using namespace std::chrono_literals;
using tintype::daemon::BackendKind;
using tintype::daemon::Configuration;
using tintype::daemon::Messages;
using tintype::daemon::print_toml;
using tintype::daemon::read_file;
using tintype::daemon::read_toml;
using tintype::test::mistakes;
using tintype::test::read;

TEST_CASE("an empty file leaves the safe defaults") {
    const auto configuration = read("");
    REQUIRE(configuration.server.listeners.size() == 1);
    CHECK(configuration.server.listeners[0].url == "http://127.0.0.1:5985/wsman");
    CHECK_FALSE(configuration.server.allow_unencrypted);
    CHECK(configuration.users.empty());
    CHECK(configuration.backend == BackendKind::qcow2);
    CHECK(configuration.job_store == "sqlite:/var/lib/tintype/jobs.db");
}

TEST_CASE("a file's values arrive where the daemon reads them") {
    const auto configuration = read(R"(
[[listener]]
url = "http://127.0.0.1:0/wsman"
[[listener]]
url = "https://0.0.0.0:5986/wsman"
certificate = "/c.pem"
key = "/k.pem"
[auth]
allow_unencrypted = true
basic.users = "/users"
[backend]
kind = "memory"
machines = 7
delay = "1500ms"
keeps_dependants = false
[jobs]
store = "memory"
retention = "5m"
[limits]
max_envelope_size = "1MiB"
max_header_size = 8192
idle_timeout = "90s"
[log]
level = "debug"
)");
    REQUIRE(configuration.server.listeners.size() == 2);
    CHECK(configuration.server.listeners[0].url == "http://127.0.0.1:0/wsman");
    CHECK(configuration.server.listeners[1].certificate == "/c.pem");
    CHECK(configuration.server.listeners[1].key == "/k.pem");
    CHECK(configuration.server.allow_unencrypted);
    CHECK(configuration.users == "/users");
    CHECK(configuration.backend == BackendKind::memory);
    CHECK(configuration.memory.machines == 7);
    CHECK(configuration.memory.delay == 1500ms);
    CHECK_FALSE(configuration.memory.keeps_dependants);
    CHECK(configuration.job_store == "memory");
    CHECK(configuration.snapshots.job_retention == 5min);
    CHECK(configuration.endpoint.limits.max_envelope_size == 1024 * 1024);
    CHECK(configuration.server.max_header_size == 8192);
    CHECK(configuration.server.idle_timeout == 90s);
    CHECK(configuration.log_level == tintype::LogLevel::debug);
}

TEST_CASE("every mistake in a file is an error with its line and column") {
    struct Case {
        const char* text;
        const char* message;
    };
    const std::array cases{
        Case{"limit = 1", "t.toml:1:1: unknown key \"limit\""},
        Case{"[limits]\nmax_envelop_size = 1", "t.toml:2:1: unknown key \"limits.max_envelop_size\""},
        Case{"\n  [limit]\n  x = 1", "t.toml:2:4: unknown key \"limit\""},
        Case{"[auth]\ndigest.users = \"/k\"", "t.toml:2:1: unknown key \"auth.digest\""},
        Case{"[auth]\nbasic.user = \"/k\"", "t.toml:2:7: unknown key \"auth.basic.user\""},
        Case{"[[listener]]\nurl = \"http://a:1/\"\nclient = \"/c\"", "t.toml:3:1: unknown key \"listener.client\""},
        Case{"[[listener]]\ncertificate = \"/c\"", "t.toml:1:1: this listener has no url"},
        Case{"[listener]\nurl = \"http://a:1/\"",
             "t.toml:1:2: \"listener\" must be written as [[listener]], once for each listener"},
        Case{"listener = [1]", "t.toml:1:13: \"listener\" must be written as [[listener]], once for each listener"},
        Case{"auth = 1", "t.toml:1:1: \"auth\" is a section, write [auth] and its keys below"},
        Case{"[auth]\nallow_unencrypted = \"yes\"",
             "t.toml:2:21: auth.allow_unencrypted: must be true or false, not a string"},
        Case{"[auth]\nbasic.users = 3", "t.toml:2:15: auth.basic.users: must be a string, not an integer"},
        Case{"[auth]\nbasic.users = \"\"", "t.toml:2:15: auth.basic.users: must not be empty"},
        Case{"[backend]\nkind = \"xen\"",
             "t.toml:2:8: backend.kind: must be one of qcow2, memory, libvirt, not \"xen\""},
        Case{"[backend]\nuris = \"qemu:///system\"",
             "t.toml:2:8: backend.uris: must be an array of strings, not a string"},
        Case{"[backend]\nuris = [\"qemu:///system\", 1]",
             "t.toml:2:8: backend.uris: must be list of texts, not an array"},
        Case{"[backend]\nmachines = -1", "t.toml:2:12: backend.machines: must be 0 to 1000000, not -1"},
        Case{"[backend]\nmachines = 1.5",
             "t.toml:2:12: backend.machines: must be integer, 0 to 1000000, not a floating-point number"},
        Case{"[backend]\ntimeout = \"1500ms\"", "t.toml:2:11: backend.timeout: must be a multiple of 1s, not 1500ms"},
        Case{"[jobs]\nretention = 300",
             "t.toml:2:13: jobs.retention: must be a string with a unit, such as \"60s\", not an integer"},
        Case{"[jobs]\nretention = \"300\"",
             "t.toml:2:13: jobs.retention: \"300\" has no unit: write ms, s, m, h or d after it, such as \"300s\""},
        Case{"[limits]\nmax_envelope_size = \"1KiB\"",
             "t.toml:2:21: limits.max_envelope_size: must be 8KiB to 64MiB, not 1KiB"},
        Case{"[limits]\nmax_envelope_size = -5",
             "t.toml:2:21: limits.max_envelope_size: \"-5\" is no size: write a whole number of bytes, or one with a "
             "unit, such as \"512KiB\", \"1MiB\""},
        Case{"[limits]\nmax_envelope_size = true",
             "t.toml:2:21: limits.max_envelope_size: must be a size such as \"512KiB\", not a boolean"},
        Case{"[log]\nlevel = \"verbose\"",
             "t.toml:2:9: log.level: must be one of debug, info, warning, error, not \"verbose\""},
        Case{"[server]\nio_threads = 0", "t.toml:2:14: server.io_threads: must be 1 to 256, not 0"},
        Case{"[server]\nhost_name = [\"a\"]", "t.toml:2:13: server.host_name: must be text, not an array"},
    };
    for (const Case& wrong : cases) {
        CAPTURE(wrong.text);
        CHECK(mistakes(wrong.text) == Messages{wrong.message});
    }
}

TEST_CASE("what is no TOML is an error with its line and column") {
    const auto errors = mistakes("[auth]\nallow_unencrypted = = true");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].starts_with("t.toml:2:21: "));
}

TEST_CASE("all mistakes are told at once") {
    CHECK(mistakes("a = 1\nb = 2\n[log]\nlevel = 3").size() == 3);
}

TEST_CASE("a file that can't be read is named with the reason") {
    Configuration configuration;
    CHECK(read_file("/nowhere/t.toml", configuration).error() ==
          Messages{"/nowhere/t.toml: can't be read: No such file or directory"});
    CHECK(read_file("/", configuration).error() == Messages{"/: can't be read: Is a directory"});
}

TEST_CASE("an empty file is a configuration in which everything is left as it is") {
    Configuration configuration;
    CHECK(read_file("/dev/null", configuration));
}

TEST_CASE("the keys that a file sets are known afterwards") {
    Configuration configuration;
    const auto given = read_toml("[log]\nlevel = \"info\"\n[auth]\nbasic.users = \"/u\"", "t.toml", configuration);
    REQUIRE(given.has_value());
    CHECK(*given == tintype::daemon::GivenKeys{"auth.basic.users", "log.level"});
}

TEST_CASE("what is printed reads back to the same") {
    Configuration configuration = read(R"(
[[listener]]
url = "https://[::1]:5986/wsman"
certificate = "/a folder/\"quoted\".pem"
key = 'C:\k'
[auth]
basic.users = "/tmp/é"
[backend]
kind = "memory"
snapshots_per_machine = 1000000
[limits]
max_envelope_size = 8193
write_timeout = "1ms"
)");
    SUBCASE("for the memory backend") {}
    SUBCASE("for the libvirt backend") {
        configuration.backend = BackendKind::libvirt;
        configuration.libvirt_uris = {"qemu:///system", "qemu+ssh://b@host/system?no_tty=1"};
    }
    SUBCASE("for the qcow2 backend") {
        configuration.backend = BackendKind::qcow2;
    }
    const auto printed = print_toml(configuration);
    CAPTURE(printed);
    const auto again = read(printed);
    CHECK(print_toml(again) == printed);
    for (const auto& key : tintype::daemon::keys()) {
        CAPTURE(key.name);
        if (!key.backend || *key.backend == configuration.backend) CHECK(key.get(again) == key.get(configuration));
    }
    for (const auto& key : tintype::daemon::listener_keys()) {
        CHECK(key.get(again.server.listeners.at(0)) == key.get(configuration.server.listeners.at(0)));
    }
}
