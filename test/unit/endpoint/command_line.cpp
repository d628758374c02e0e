#include "command_line.hpp"

#include <doctest/doctest.h>

#include <array>
#include <initializer_list>
#include <string>
#include <vector>

#include "keys.hpp"

using tintype::daemon::Action;
using tintype::daemon::CommandLine;
using tintype::daemon::Configuration;
using tintype::daemon::ExitCode;
using tintype::daemon::GivenKeys;
using tintype::daemon::Messages;
using tintype::daemon::Notice;
using tintype::daemon::parse_command_line;

namespace {

using Arguments = std::vector<std::string>;

CommandLine accepted(const Arguments& arguments) {
    const auto parsed = parse_command_line(arguments);
    if (const auto* notice = std::get_if<Notice>(&parsed)) FAIL(notice->text);
    return std::get<CommandLine>(parsed);
}

Notice notice(const Arguments& arguments) {
    const auto parsed = parse_command_line(arguments);
    REQUIRE(std::holds_alternative<Notice>(parsed));
    return std::get<Notice>(parsed);
}

Configuration configured(const Arguments& arguments, Configuration configuration = {}) {
    GivenKeys given;
    const auto applied = tintype::daemon::apply(accepted(arguments).settings, configuration, given);
    REQUIRE(applied.has_value());
    return configuration;
}

Messages refused(const Arguments& arguments) {
    Configuration configuration;
    GivenKeys given;
    const auto applied = tintype::daemon::apply(accepted(arguments).settings, configuration, given);
    REQUIRE_FALSE(applied.has_value());
    return applied.error();
}

}  // namespace

TEST_CASE("no arguments mean to serve by the default configuration") {
    const auto line = accepted({});
    CHECK(line.action == Action::serve);
    CHECK_FALSE(line.configuration_file.has_value());
    CHECK(line.settings.empty());
    CHECK(line.url_file.empty());
}

TEST_CASE("what to do is said by flags and subcommands") {
    CHECK(accepted({"--config", "/c.toml"}).configuration_file == "/c.toml");
    CHECK(accepted({"--url-file", "/u"}).url_file == "/u");
    CHECK(accepted({"--check-config"}).action == Action::check_configuration);
    CHECK(accepted({"--print-config"}).action == Action::print_configuration);

    const auto add = accepted({"user", "add", "alice", "--file", "/users"});
    CHECK(add.action == Action::add_user);
    CHECK(add.user == "alice");
    CHECK(add.users_file == "/users");
    CHECK(accepted({"--config", "/c.toml", "user", "add", "alice"}).configuration_file == "/c.toml");
    CHECK(accepted({"user", "add", "alice", "--config", "/c.toml"}).configuration_file == "/c.toml");
    CHECK(accepted({"--auth.allow_unencrypted", "user", "add", "alice"}).user == "alice");
    CHECK(accepted({"user", "add", "--", "--file"}).user == "--file");

    const auto made =
        accepted({"tls", "self-signed", "--host", "a.example", "--days=30", "--host=b.example", "--force"});
    CHECK(made.action == Action::self_signed);
    CHECK(made.self_signed.hosts == std::vector<std::string>{"a.example", "b.example"});
    CHECK(made.self_signed.days == 30);
    CHECK(made.self_signed.force);
    CHECK(made.self_signed.key == "tintyped.key");
}

TEST_CASE("help and version are asked for, not mistakes") {
    CHECK(notice({"--version"}).code == ExitCode::ok);
    CHECK(notice({"--version"}).text.starts_with("tintyped "));
    const auto help = notice({"--help"});
    CHECK(help.code == ExitCode::ok);
    CHECK(help.text.find("--limits.max_envelope_size") != std::string::npos);
    CHECK(help.text.find("Exit status:") != std::string::npos);
    CHECK(notice({"-h"}).text == help.text);
    CHECK(notice({"tls", "self-signed", "--help"}).text.find("--days") != std::string::npos);
    CHECK(notice({"user", "add", "--help"}).text.find("NAME") != std::string::npos);
}

TEST_CASE("a wrong command line is a mistake of usage, told in one line") {
    const std::array<Arguments, 16> cases{{{"--nonsense"},
                                           {"--log.lev", "info"},
                                           {"-x"},
                                           {"--check-config=yes"},
                                           {"--file", "/users"},
                                           {"user", "add", "alice", "--days", "3"},
                                           {"tls", "self-signed", "--days", "0"},
                                           {"tls", "self-signed", "--days=soon"},
                                           {"serve"},
                                           {"--config"},
                                           {"--limits.max_depth"},
                                           {"--log.level", "info", "--log.level", "debug"},
                                           {"--check-config", "--print-config"},
                                           {"user"},
                                           {"user", "add"},
                                           {"user", "add", "alice", "bob"}}};
    for (const auto& arguments : cases) {
        CAPTURE(arguments);
        const auto told = notice(arguments);
        CHECK(told.code == ExitCode::usage);
        CHECK(told.text.find('\n') == told.text.size() - 1);
    }
}

TEST_CASE("every key has a flag that sets it to what it was read from") {
    for (const auto& key : tintype::daemon::keys()) {
        CAPTURE(key.name);
        Configuration defaults;
        defaults.libvirt_uris = {"test:///a", "test:///b"};
        // On a command line nothing can be set to nothing.
        if (key.get(defaults) == tintype::daemon::Scalar(std::string())) {
            REQUIRE(key.set(defaults, tintype::daemon::Scalar(std::string("/somewhere"))));
        }
        const auto value = key.get(defaults);
        std::string text;
        if (const auto* boolean = std::get_if<bool>(&value)) text = *boolean ? "true" : "false";
        if (const auto* number = std::get_if<std::int64_t>(&value)) text = std::to_string(*number);
        if (const auto* words = std::get_if<std::string>(&value)) text = *words;
        if (const auto* list = std::get_if<std::vector<std::string>>(&value))
            for (const auto& one : *list) text += one + " ";
        CHECK(key.get(configured({tintype::daemon::flag_of(key.name) + "=" + text})) == value);
    }
}

TEST_CASE("a switch needs no value and can be turned off") {
    CHECK(configured({"--auth.allow_unencrypted"}).server.allow_unencrypted);
    CHECK_FALSE(configured({"--auth.anonymous_identify=false"}).endpoint.anonymous_identify);
}

TEST_CASE("--log-level is --log.level") {
    CHECK(configured({"--log-level", "error"}).log_level == tintype::LogLevel::error);
}

TEST_CASE("flags override the file") {
    Configuration file;
    file.memory.machines = 3;
    file.job_store = "memory";
    const auto configuration = configured({"--backend.machines", "5"}, file);
    CHECK(configuration.memory.machines == 5);
    CHECK(configuration.job_store == "memory");
}

TEST_CASE("--listener.url replaces all listeners of the file") {
    const auto configuration = configured({"--listener.key", "/k", "--listener.url", "http://[::1]:0/wsman",
                                           "--listener.certificate", "/c", "--listener.url", "https://[::1]:0/wsman"});
    const auto& listeners = configuration.server.listeners;
    REQUIRE(listeners.size() == 2);
    CHECK(listeners[0].url == "http://[::1]:0/wsman");
    CHECK(listeners[0].certificate.empty());
    CHECK(listeners[1].url == "https://[::1]:0/wsman");
    CHECK(listeners[1].certificate == "/c");
    CHECK(listeners[1].key == "/k");
}

TEST_CASE("a flag's bad value is refused with the flag's name") {
    CHECK(refused({"--limits.idle_timeout", "60"}) ==
          Messages{"--limits.idle_timeout: \"60\" has no unit: write ms, s, m, h or d after it, such as \"60s\""});
    CHECK(refused({"--server.io_threads", "two"}) == Messages{"--server.io_threads: must be an integer, not \"two\""});
    CHECK(refused({"--server.io_threads", "1e3"}) == Messages{"--server.io_threads: must be an integer, not \"1e3\""});
    CHECK(refused({"--auth.basic.users", ""}) == Messages{"--auth.basic.users: must not be empty"});
    CHECK(refused({"--auth.allow_unencrypted=maybe"}) ==
          Messages{"--auth.allow_unencrypted: must be true or false, not \"maybe\""});
    CHECK(refused({"--backend.kind", "zfs"}) ==
          Messages{"--backend.kind: must be one of qcow2, memory, libvirt, not \"zfs\""});
}

TEST_CASE("the URIs of libvirt come in one flag, with spaces between them") {
    const auto configuration =
        configured({"--backend.kind=libvirt", "--backend.uris= qemu:///system  test:///default "});
    CHECK(configuration.libvirt_uris == std::vector<std::string>{"qemu:///system", "test:///default"});
}
