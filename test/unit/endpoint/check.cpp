#include "check.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using tintype::ListenerOptions;
using tintype::daemon::BackendKind;
using tintype::daemon::check;
using tintype::daemon::Configuration;
using tintype::daemon::Findings;
using tintype::daemon::Messages;

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
