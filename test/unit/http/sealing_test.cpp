#include <doctest/doctest.h>

#include <string>

#include "http/scripted_negotiate.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

const std::string spnego = "application/HTTP-SPNEGO-session-encrypted";
const std::string kerberos = "application/HTTP-Kerberos-session-encrypted";

/// Both ends of what protects alice's messages.
struct Alice {
    ScriptedSeal sends{"alice"};
    ScriptedSeal receives{"alice"};
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
}

}  // namespace

TEST_CASE("a sealed request is served, and its answer is sealed by its protocol") {
    NegotiateServer fixture;
    Alice alice;
    auto client = fixture.logged_on("alice");
    for (const auto protocol : {NegotiateScheme::negotiate, NegotiateScheme::kerberos}) {
        client.send(sealed_post(alice.sends, "a", {}, protocol));
        const auto reply = client.read();
        CHECK(reply.status == 200);
        CHECK(reply.field("Content-Type").find(protocol == NegotiateScheme::negotiate ? spnego : kerberos) !=
              std::string::npos);
        CHECK(unsealed(alice.receives, reply) == "alice|a");
    }
}

TEST_CASE("a sealed message that comes along with the last token is answered, with ours") {
    NegotiateServer fixture;
    Alice alice;
    auto client = fixture.server.connect();
    client.send(post(token("more"), "in the clear"));
    CHECK(client.read().status == 401);
    client.send(sealed_post(alice.sends, "a", token("alice")));
    const auto reply = client.read();
    CHECK(reply.status == 200);
    CHECK(reply.field("WWW-Authenticate") == proof);
    CHECK(unsealed(alice.receives, reply) == "alice|a");
}

TEST_CASE("a message in the clear that comes along with the last token is dropped, and the log-on holds") {
    NegotiateServer fixture;
    Alice alice;
    auto client = fixture.server.connect();
    for (const auto& type : {"application/soap+xml", "text/plain"}) {
        client.send(post(token("alice") + "Content-Type: " + type + "\r\n", "a"));
        const auto reply = client.read();
        CHECK(reply.status == 200);
        CHECK(reply.field("Content-Length") == "0");
        CHECK(reply.field("WWW-Authenticate") == proof);
    }
    CHECK(fixture.handled == 0);
    CHECK(fixture.server.log.wait_for("in the clear was dropped", LogLevel::info));
    client.send(sealed_post(alice.sends, "a"));
    CHECK(unsealed(alice.receives, client.read()) == "alice|a");
}

TEST_CASE("over plain HTTP a message in the clear is refused as WinRM does it, unless that is allowed") {
    NegotiateServer fixture;
    Alice alice;
    auto client = fixture.logged_on("alice");
    client.send(post({}, "a"));
    const auto reply = client.read();
    CHECK(reply.status == 500);
    CHECK(reply.body.empty());
    CHECK(fixture.handled == 0);
    CHECK(fixture.server.log.wait_for("in the clear over plain HTTP, which auth.allow_unencrypted", LogLevel::info));
    client.send(sealed_post(alice.sends, "a"));
    CHECK(unsealed(alice.receives, client.read()) == "alice|a");

    NegotiateServer clear(allow_clear);
    CHECK(clear.server.ask(post(token("alice"), "a")).body == "alice|a");
}

TEST_CASE("the type of the sealed text goes to the endpoint, and comes back of the answer's") {
    NegotiateServer fixture;
    Alice alice;
    auto client = fixture.logged_on("alice");
    const std::string type = "application/soap+xml;charset=UTF-16";
    client.send(sealed_post(alice.sends, "a", {}, NegotiateScheme::negotiate, type));
    const auto reply = client.read();
    CHECK(reply.body.find("OriginalContent: type=" + type + ";Length=7\r\n") != std::string::npos);
}

TEST_CASE("a sealed message that isn't what alice has sealed is refused, and her log-on ends with the connection") {
    NegotiateServer fixture;
    Alice alice;
    auto client = fixture.logged_on("alice");
    const auto good = sealed_post(alice.sends, "abc");
    auto bad = good;
    std::string word;
    SUBCASE("tampered with") {
        bad = replaced(good, "alice#0", "alice#7");
        word = "can't be unsealed";
    }
    SUBCASE("of a wrong length") {
        bad = replaced(good, "Length=3\r\n", "Length=2\r\n");
        word = "sealed message was refused";
    }
    SUBCASE("truncated") {
        auto body = good.substr(good.find("\r\n\r\n") + 4);
        body.resize(body.size() - 30);
        bad =
            post("Content-Type: " + std::string(security::encrypted_content_type(NegotiateScheme::negotiate)) + "\r\n",
                 body);
        word = "sealed message was refused";
    }
    SUBCASE("replayed") {
        client.send(good);
        CHECK(client.read().status == 200);
        word = "can't be unsealed";
    }
    SUBCASE("by CredSSP") {
        bad = replaced(good, spnego, "application/HTTP-CredSSP-session-encrypted");
        word = "sealed message was refused";
    }
    SUBCASE("no sealed message at all") {
        bad = post("Content-Type: multipart/encrypted\r\n", "<s:Envelope/>");
        word = "sealed message was refused";
    }
    const int before = fixture.handled;
    client.send(bad);
    const auto reply = client.read();
    CHECK(reply.status == 400);
    CHECK(reply.body.empty());
    CHECK(reply.field("Connection") == "close");
    CHECK(client.is_closed());
    CHECK(fixture.handled == before);
    CHECK(fixture.server.log.wait_for(word, LogLevel::warning));
    CHECK(fixture.events().back().kind == AuditKind::log_on_refused);
    CHECK(fixture.events().back().user == "alice");
}

TEST_CASE("a sealed message without a log-on by tokens is refused") {
    NegotiateServer fixture(allow_clear);
    ScriptedSeal seal("alice");
    CHECK(fixture.server.ask(sealed_post(seal, "a")).status == 401);
    CHECK(fixture.server.ask(sealed_post(seal, "a", as_alice)).status == 415);
    CHECK(fixture.server.ask(sealed_post(seal, "a", "WSMANIDENTIFY: unauthenticated\r\n")).status == 415);
    CHECK(fixture.handled == 0);
}

TEST_CASE("what only CredSSP sends is refused in words") {
    NegotiateServer fixture(allow_clear);
    const std::string split =
        "Content-Type: multipart/x-multi-encrypted;protocol=\"application/HTTP-CredSSP-session-encrypted\"\r\n";
    CHECK(fixture.server.ask(post(split + token("alice"), "a")).status == 415);
    CHECK(fixture.server.log.wait_for("sealed by CredSSP, which is not spoken here", LogLevel::info));
}

TEST_CASE("max_envelope_size is the message's: what seals it comes on top") {
    NegotiateServer fixture;
    Alice alice;
    auto client = fixture.logged_on("alice");
    client.send(sealed_post(alice.sends, std::string(test_max_body, 'x')));
    CHECK(client.read().status == 200);
    client.send(sealed_post(alice.sends, std::string(test_max_body + 1, 'x')));
    CHECK(client.read().status == 413);
    auto other = fixture.logged_on("alice");
    other.send("POST /wsman HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/encrypted\r\nContent-Length: " +
               std::to_string(test_max_body + 5'000) + "\r\n\r\n");
    CHECK(other.read().status == 413);
}

TEST_CASE("a client that seals where it need not gets sealed answers, and may go on in the clear") {
    NegotiateServer fixture(allow_clear);
    Alice alice;
    auto client = fixture.logged_on("alice");
    client.send(sealed_post(alice.sends, "a"));
    CHECK(unsealed(alice.receives, client.read()) == "alice|a");
    client.send(post({}, "a"));
    CHECK(client.read().body == "alice|a");
}
