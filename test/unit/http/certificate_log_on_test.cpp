#include <doctest/doctest.h>

#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "http/running_server.hpp"
#include "http/tls_client.hpp"
#include "security/authority.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

const std::string by_certificate =
    "Authorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual\r\n";

/// A server with a certificate of the authority that asks its clients for theirs; alice is `carol`, who isn't in any
/// users file.
class Site {
  public:
    explicit Site(const std::function<void(const Authority&)>& prepare = {}, bool revocation = false) {
        authority.sign("server", "/CN=localhost", Authority::for_servers + "subjectAltName=IP:127.0.0.1\n");
        authority.sign_client("alice", "/O=Example/CN=alice", "otherName:msUPN;UTF8:alice@example.com");
        if (prepare) prepare(authority);
        map("carol: upn alice@example.com\n");
        if (revocation) authority.list_revoked();
        auto opened = open_certificate_mappings(authority.file("mappings"));
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error()));
        users = *std::move(opened);
        ListenerOptions listener{"https://127.0.0.1:0/wsman", authority.file("server.pem"),
                                 authority.file("server.key")};
        listener.client_ca = authority.file("ca.pem");
        if (revocation) listener.client_crl = authority.file("crl.pem");
        server.emplace(
            [&](ServerOptions& options) {
                options.listeners = {listener};
                options.allow_unencrypted = false;
            },
            answer_at_once, true, users.get());
    }

    void map(const std::string& text) const { static_cast<void>(authority.folder().write("mappings", text)); }
    [[nodiscard]] TlsClient connect(const std::string& certificate = {}, int version = 0) const {
        return TlsClient(server->port(), authority.file("ca.pem"), version,
                         certificate.empty() ? certificate : authority.file(certificate));
    }
    /// Whether the log gets this, for a request that was refused.
    [[nodiscard]] bool says(const std::string& text) { return server->log.wait_for(text, LogLevel::warning); }

    Authority authority;
    std::unique_ptr<CertificateAuthenticator> users;
    std::optional<RunningServer> server;
};

}  // namespace

TEST_CASE("a client's certificate logs on as the user that it is mapped to, by TLS 1.2 and 1.3") {
    const Site site;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        auto client = site.connect("alice", version);
        REQUIRE(client.connected());
        CHECK(client.ask(post(by_certificate, "a")).ends_with("carol|a"));
        CHECK(client.ask(post(by_certificate, "again")).ends_with("carol|again"));
    }
}

TEST_CASE("a certificate without the header logs nobody on, and does not keep a password from it") {
    const Site site;
    auto client = site.connect("alice");
    CHECK(client.ask(post({}, "a")).starts_with("HTTP/1.1 401"));
    CHECK(client.ask(post(as_alice, "a")).ends_with("alice|a"));
    CHECK(client.ask(post(by_certificate, "a")).ends_with("carol|a"));
    CHECK(client.ask(post({}, "a")).starts_with("HTTP/1.1 401"));
}

TEST_CASE("the header without a certificate is refused, and what else is offered is said") {
    Site site;
    auto client = site.connect();
    REQUIRE(client.connected());
    const auto answer = client.ask(post(by_certificate, "a"));
    CHECK(answer.starts_with("HTTP/1.1 401"));
    CHECK(answer.find("WWW-Authenticate: Basic realm=\"WSMAN\"") != std::string::npos);
    CHECK(site.says("the client has shown no certificate"));
    CHECK(client.ask(post(as_alice, "a")).ends_with("alice|a"));
}

TEST_CASE("the header counts nothing where no certificate is asked for") {
    RunningServer plain;
    CHECK(plain.ask(post(by_certificate, "a")).status == 401);
    CHECK(plain.log.wait_for("the listener asks for no client certificates", LogLevel::warning));
}

TEST_CASE("a certificate that is not good gets an answer, and the log the reason") {
    const Authority other;
    other.sign_client("stranger", "/CN=stranger");
    Site site([&other](const Authority& authority) {
        authority.sign("old", "/CN=old", Authority::for_clients, "-startdate 20200101000000Z -enddate 20200201000000Z");
        authority.sign("server2", "/CN=server2", Authority::for_servers);
        authority.sign_client("nobody", "/CN=nobody");
        for (const auto* suffix : {".pem", ".key"})
            std::filesystem::copy_file(other.file(std::string("stranger") + suffix),
                                       authority.file(std::string("stranger") + suffix));
    });
    struct Case {
        const char* certificate;
        const char* says;
    };
    const Case cases[] = {
        {"old", "log-on of \"CN=old\" failed: its certificate is refused: certificate has expired"},
        {"stranger", "log-on of \"CN=stranger\" failed: its certificate is refused: unable to get local issuer"},
        {"server2",
         "log-on of \"CN=server2\" failed: its certificate is refused: its extended key usage has no client"},
        {"nobody", "log-on of \"CN=nobody\" failed: no mapping is for this certificate; its SHA-256 thumbprint is "},
    };
    for (const auto& one : cases) {
        CAPTURE(one.certificate);
        auto client = site.connect(one.certificate);
        REQUIRE(client.connected());
        CHECK(client.ask(post(by_certificate, "a")).starts_with("HTTP/1.1 401"));
        CHECK_MESSAGE(site.says(one.says), site.server->log.all());
        CHECK(client.ask(post(as_alice, "a")).ends_with("alice|a"));
    }
}

TEST_CASE("a certificate that is revoked ends at the reload, on its open connection too") {
    Site site({}, true);
    auto open = site.connect("alice");
    CHECK(open.ask(post(by_certificate, "a")).ends_with("carol|a"));

    site.authority.revoke("alice");
    site.authority.list_revoked();
    CHECK(open.ask(post(by_certificate, "b")).ends_with("carol|b"));
    REQUIRE(site.server->server().reload_certificates());
    CHECK(open.ask(post(by_certificate, "c")).starts_with("HTTP/1.1 401"));
    CHECK(site.says("its certificate is refused: certificate revoked"));
    CHECK(open.ask(post(as_alice, "d")).ends_with("alice|d"));
    CHECK(site.connect("alice").ask(post(by_certificate, "e")).starts_with("HTTP/1.1 401"));
}

TEST_CASE("a list or authority that can't be read at a reload leaves the old in force") {
    Site site({}, true);
    auto open = site.connect("alice");
    static_cast<void>(site.authority.folder().write("crl.pem", "garbage"));
    const auto reloaded = site.server->server().reload_certificates();
    REQUIRE_FALSE(reloaded);
    CHECK(reloaded.error() == "listener https://127.0.0.1:0/wsman: " + site.authority.file("crl.pem") +
                                  ": holds no revocation list in PEM");
    CHECK(open.ask(post(by_certificate, "a")).ends_with("carol|a"));
    CHECK(site.connect("alice").ask(post(by_certificate, "a")).ends_with("carol|a"));
}

TEST_CASE("a mapping that is taken away ends at the reload") {
    const Site site;
    auto open = site.connect("alice");
    CHECK(open.ask(post(by_certificate, "a")).ends_with("carol|a"));
    site.map("dave: upn alice@example.com\n");
    REQUIRE(site.users->reload());
    CHECK(open.ask(post(by_certificate, "a")).ends_with("dave|a"));
    site.map("dave: upn other@example.com\n");
    REQUIRE(site.users->reload());
    CHECK(open.ask(post(by_certificate, "a")).starts_with("HTTP/1.1 401"));
}

TEST_CASE("sessions don't resume where certificates are asked for, and do elsewhere") {
    const Site site;
    Authority authority;
    authority.sign("server", "/CN=localhost", Authority::for_servers + "subjectAltName=IP:127.0.0.1\n");
    const RunningServer plain([&](ServerOptions& options) {
        options.listeners = {{"https://127.0.0.1:0/wsman", authority.file("server.pem"), authority.file("server.key")}};
    });
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        auto first = site.connect("alice", version);
        CHECK(first.ask(post(by_certificate, "a")).ends_with("carol|a"));
        CHECK_FALSE(first.session_can_resume());
        TlsClient other(plain.port(), authority.file("ca.pem"), version);
        CHECK(other.ask(post(as_alice, "a")).ends_with("alice|a"));
        CHECK(other.session_can_resume());
    }
}
