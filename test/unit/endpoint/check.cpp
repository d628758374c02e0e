#include "check.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <string>

#include "security/temporary_folder.hpp"

using tintype::ListenerOptions;
using tintype::daemon::BackendKind;
using tintype::daemon::check;
using tintype::daemon::check_files;
using tintype::daemon::Configuration;
using tintype::daemon::Findings;
using tintype::daemon::Messages;
using tintype::test::TemporaryFolder;

namespace {

Configuration good() {
    Configuration configuration;
    configuration.users = "/etc/tintype/users";
    configuration.server.listeners = {{"https://[::]:5986/wsman", "/cert.pem", "/key.pem"}};
    return configuration;
}

Findings with(const ListenerOptions& listener) {
    auto configuration = good();
    configuration.server.listeners = {listener};
    configuration.server.allow_unencrypted = true;
    return check(configuration, {});
}

/// Names nothing that has to be there.
Configuration of_nothing() {
    Configuration configuration;
    configuration.backend = BackendKind::memory;
    configuration.job_store = "memory";
    return configuration;
}

std::ptrdiff_t files_in(const TemporaryFolder& folder) {
    return std::distance(std::filesystem::directory_iterator(folder.path("")), {});
}

}  // namespace

TEST_CASE("an https listener and a users file give nothing to say") {
    const auto findings = check(good(), {});
    CHECK(findings.errors == Messages{});
    CHECK(findings.warnings == Messages{});
}

TEST_CASE("a listener's URL has to be one") {
    const std::array urls{"127.0.0.1:5985",   "ftp://127.0.0.1/wsman", "http://", "http://127.0.0.1:99999/wsman",
                          "http://a b/wsman", "http://[::1/wsman"};
    for (const auto* url : urls) {
        CAPTURE(url);
        const auto errors = with({url, "", ""}).errors;
        REQUIRE(errors.size() == 1);
        CHECK(errors[0].starts_with("listener \"" + std::string(url) + "\": "));
    }
}

TEST_CASE("certificate and key belong to https, both of them") {
    const Messages needed{"listener \"https://[::1]:0/wsman\": https needs a certificate and a key"};
    CHECK(with({"https://[::1]:0/wsman", "", ""}).errors == needed);
    CHECK(with({"https://[::1]:0/wsman", "/c", ""}).errors == needed);
    CHECK(with({"https://[::1]:0/wsman", "", "/k"}).errors == needed);
    CHECK(with({"http://[::1]:0/wsman", "/c", ""}).errors ==
          Messages{"listener \"http://[::1]:0/wsman\": a certificate and a key are for https"});
}

TEST_CASE("a server without a listener is refused") {
    auto configuration = good();
    configuration.server.listeners.clear();
    CHECK(check(configuration, {}).errors == Messages{"there is no listener"});
}

TEST_CASE("a job store is memory or an SQLite file") {
    auto configuration = good();
    for (const auto* store : {"memory", "sqlite:/jobs.db", "sqlite:jobs.db"}) {
        configuration.job_store = store;
        CHECK(check(configuration, {}).errors == Messages{});
    }
    for (const std::string store : {"", "sqlite:", "/jobs.db", "postgresql://db"}) {
        configuration.job_store = store;
        CHECK(check(configuration, {}).errors ==
              Messages{"jobs.store: must be \"memory\" or \"sqlite:PATH\", not \"" + store + "\""});
    }
}

TEST_CASE("it is said when nobody can log on") {
    SUBCASE("for want of a users file") {
        auto configuration = good();
        configuration.users.clear();
        CHECK(check(configuration, {}).warnings == Messages{"nobody can log on: auth.basic.users is not set"});
    }
    SUBCASE("at a plain listener, where passwords are refused") {
        auto configuration = good();
        configuration.server.listeners.push_back({"http://127.0.0.1:5985/wsman", "", ""});
        CHECK(check(configuration, {}).warnings ==
              Messages{"listener \"http://127.0.0.1:5985/wsman\": nobody can log on there, since Basic over plain HTTP "
                       "needs auth.allow_unencrypted = true; use https"});
        configuration.server.allow_unencrypted = true;
        CHECK(check(configuration, {}).warnings == Messages{});
    }
}

TEST_CASE("a key of another backend is said to have no effect") {
    auto configuration = good();
    configuration.backend = BackendKind::memory;
    CHECK(check(configuration, {"backend.store", "backend.delay"}).warnings ==
          Messages{"backend.store has no effect with this backend.kind"});
}

TEST_CASE("the libvirt backend needs URIs, each of them once, and a build that has it") {
    auto configuration = good();
    configuration.backend = BackendKind::libvirt;
#ifdef TINTYPE_WITH_LIBVIRT
    CHECK(check(configuration, {}).errors == Messages{"backend.uris: there is no libvirt URI"});
    configuration.libvirt_uris = {"test:///default", ""};
    CHECK(check(configuration, {}).errors == Messages{"backend.uris: a libvirt URI is empty"});
    configuration.libvirt_uris = {"test:///default", "test:///default"};
    CHECK(check(configuration, {}).errors == Messages{"backend.uris: \"test:///default\" is there twice"});
    configuration.libvirt_uris = {"test:///default"};
    CHECK(check(configuration, {}).errors == Messages{});
#else
    configuration.libvirt_uris = {"test:///default"};
    CHECK(check(configuration, {}).errors == Messages{"backend.kind: this tintyped was built without libvirt"});
#endif
}

TEST_CASE("an audit file has to be one that can be opened or made, and isn't made by looking") {
    const TemporaryFolder folder;
    auto configuration = of_nothing();
    CHECK(check_files(configuration) == Messages{});
    const auto with_sink = [&](const std::string& path) {
        configuration.audit_sink = "file:" + path;
        return check_files(configuration);
    };
    CHECK(with_sink(folder.path("new")) == Messages{});
    CHECK(files_in(folder) == 0);
    const auto nowhere = folder.path("none/audit");
    CHECK(with_sink(nowhere) == Messages{"audit.sink: " + nowhere + ": No such file or directory"});
    CHECK(with_sink(folder.path("")) == Messages{"audit.sink: " + folder.path("") + ": Is a directory"});
    const auto open_to_all = folder.write("shared", "a line\n", 0622);
    CHECK(with_sink(open_to_all) ==
          Messages{"audit.sink: " + open_to_all + ": mode 0622 lets others than its owner write; use chmod 0600"});
    CHECK(with_sink(folder.write("own", "a line\n")) == Messages{});
    CHECK(tintype::test::content_of(folder.path("own")) == "a line\n");
}

TEST_CASE("a file for jobs has to be an SQLite database, empty, or still to be made, and isn't made by looking") {
    const TemporaryFolder folder;
    auto configuration = of_nothing();
    const auto with_store = [&](const std::string& path) {
        configuration.job_store = "sqlite:" + path;
        return check_files(configuration);
    };
    CHECK(with_store(folder.path("new.db")) == Messages{});
    CHECK(files_in(folder) == 0);
    CHECK(with_store(folder.write("empty.db", "")) == Messages{});
    CHECK(with_store(folder.write("jobs.db", std::string("SQLite format 3\0 and more", 25))) == Messages{});
    const auto text = folder.write("text", "SQLite format 3 it is not");
    CHECK(with_store(text) == Messages{text + " is no SQLite database."});
    CHECK(with_store(text + "/jobs.db") == Messages{"The folder " + text + " for the job database is missing."});
    std::filesystem::create_directory(folder.path("folder"));
    CHECK(with_store(folder.path("folder")) ==
          Messages{"The job database " + folder.path("folder") + " is a folder, not a file."});
    CHECK(files_in(folder) == 4);
}

TEST_CASE("qemu-img and the store have to be there") {
    const TemporaryFolder folder;
    auto configuration = of_nothing();
    configuration.backend = BackendKind::qcow2;
    configuration.qcow2.store = folder.path("");
    configuration.qcow2.qemu_img = "/nonexistent/q";
    CHECK(check_files(configuration) ==
          Messages{"/nonexistent/q is not there or can't be run: install qemu-utils, or name the qemu-img to use"});
    configuration.qcow2.qemu_img = folder.write("qemu-img", "#!/bin/sh\necho qemu-img version 7\n", 0700);
    CHECK(check_files(configuration) == Messages{});
    configuration.qcow2.store = folder.path("none");
    CHECK(check_files(configuration).size() == 1);
    CHECK(files_in(folder) == 1);
}

#ifdef TINTYPE_WITH_PAM
TEST_CASE("a PAM service has to be one that PAM has") {
    auto configuration = of_nothing();
    configuration.pam = "nosuchservice";
    CHECK(check_files(configuration) ==
          Messages{"PAM service \"nosuchservice\": there is no /etc/pam.d/nosuchservice"});
}
#endif
