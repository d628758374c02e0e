#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "http/scripted_negotiate.hpp"

using namespace tintype;
using namespace tintype::test;
using std::chrono::milliseconds;

namespace {

std::vector<std::string> offers(const Reply& reply) {
    std::vector<std::string> lines;
    const std::string name = "\r\nWWW-Authenticate: ";
    for (auto at = reply.head.find(name); at != std::string::npos; at = reply.head.find(name, at + 1)) {
        const auto begin = at + name.size();
        lines.push_back(reply.head.substr(begin, reply.head.find("\r\n", begin) - begin));
    }
    return lines;
}

using Lines = std::vector<std::string>;
const std::string more = token("more");
const std::string go_on = "Negotiate " + security::encode_base64("go on");

}  // namespace

TEST_CASE("a 401 offers each scheme that is configured in a line of its own") {
    NegotiateServer all(allow_clear);
    CHECK(offers(all.server.ask(post({}))) == Lines{"Negotiate", "Kerberos", "Basic realm=\"WSMAN\""});
    all.negotiate.kerberos = false;
    CHECK(offers(all.server.ask(post({}))) == Lines{"Negotiate", "Basic realm=\"WSMAN\""});
    const NegotiateServer sealed;
    CHECK(offers(sealed.server.ask(post({}))) == Lines{"Negotiate", "Kerberos"});
    CHECK(offers(sealed.server.ask(post(as_alice))) == Lines{"Negotiate", "Kerberos"});
}

TEST_CASE("OMIGOD: whatever comes without a log-on is dropped, and nothing of it is run or parsed") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    const std::string bodies[] = {"", "<s:Envelope/>", "anything else", std::string(test_max_body, 'x')};
    for (const auto& body : bodies) {
        for (const auto& type : {"application/soap+xml", "text/plain", "multipart/encrypted"}) {
            client.send(post("Content-Type: " + std::string(type) + "\r\n", body));
            const auto reply = client.read();
            CHECK(reply.status == 401);
            CHECK(reply.body.empty());
        }
    }
    client.send(post(token("alice")));
    CHECK(client.read().status == 200);
    CHECK(fixture.handled == 0);
    CHECK(fixture.server.ask(post({}, std::string(test_max_body + 1, 'x'))).status == 413);
}

TEST_CASE("a log-on of several legs ends in 200 without a body, and the last token") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    client.send(post({}));
    CHECK(client.read().status == 401);
    for (int leg = 0; leg < 2; ++leg) {
        client.send(post(more));
        const auto reply = client.read();
        CHECK(reply.status == 401);
        CHECK(offers(reply) == Lines{go_on});
    }
    client.send(post(token("alice")));
    const auto reply = client.read();
    CHECK(reply.status == 200);
    CHECK(reply.field("Content-Length") == "0");
    CHECK(offers(reply) == Lines{proof});
    CHECK(fixture.handled == 0);
    CHECK(fixture.server.log.wait_for("alice: logged on", LogLevel::info));
}

TEST_CASE("Kerberos's tokens go by Kerberos's name, in any case") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    client.send(post(token("more", "kerberos")));
    CHECK(offers(client.read()) == Lines{"Kerberos " + security::encode_base64("go on")});
    client.send(post(token("alice", "KERBEROS")));
    CHECK(offers(client.read()) == Lines{"Kerberos " + security::encode_base64("proof")});
    fixture.negotiate.kerberos = false;
    CHECK(offers(fixture.server.ask(post(token("alice", "Kerberos")))) == Lines{"Negotiate"});
}

TEST_CASE("a scheme without a last token answers none") {
    const NegotiateServer fixture;
    const auto reply = fixture.server.ask(post(token("quiet")));
    CHECK(reply.status == 200);
    CHECK(offers(reply).empty());
}

TEST_CASE("an authenticator that throws anything refuses, and harms nobody else") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    client.send(post(token("broken")));
    CHECK(client.read().status == 401);
    CHECK(fixture.server.log.wait_for("the authenticator failed", LogLevel::warning));
    client.send(post(token("alice")));
    CHECK(client.read().status == 200);
}

TEST_CASE("what is no token is refused, and the connection goes on") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    for (const auto& value : {"Negotiate", "Negotiate ", "Negotiate *", "Negotiate YWI", "Negotiate YWI= YWI="}) {
        client.send(post("Authorization: " + std::string(value) + "\r\n"));
        const auto reply = client.read();
        CHECK(reply.status == 401);
        CHECK(offers(reply) == Lines{"Negotiate", "Kerberos"});
    }
    CHECK(fixture.negotiate.contexts == 0);
    CHECK(fixture.server.log.wait_for("no token in Base64", LogLevel::warning));
    CHECK(fixture.server.ask(post(token(std::string(8'000, 'x')))).status == 431);
}

TEST_CASE("a log-on that never comes to an end is refused") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    int legs = 0;
    for (bool under_way = true; under_way && legs < 20; ++legs) {
        client.send(post(more));
        under_way = offers(client.read()) == Lines{go_on};
    }
    CHECK(legs == 8);
    CHECK(fixture.negotiate.contexts == 0);
}

TEST_CASE("a first token in the middle of a log-on begins another") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    for (int time = 0; time < 20; ++time) {
        client.send(post(token("`more")));
        CHECK(offers(client.read()) == Lines{go_on});
    }
    CHECK(fixture.negotiate.contexts == 1);
    client.send(post(token("alice")));
    CHECK(client.read().status == 200);
}

TEST_CASE("the log-on belongs to its connection: later requests need no Authorization, other connections do") {
    NegotiateServer fixture(allow_clear);
    auto client = fixture.logged_on("alice");
    for (int number = 0; number < 2; ++number) {
        client.send(post({}, "a"));
        const auto reply = client.read();
        CHECK(reply.body == "alice|a");
        CHECK(offers(reply).empty());
    }
    CHECK(fixture.server.ask(post({}, "a")).status == 401);
}

TEST_CASE(
    "authentication state kept across a reused connection for another user: a new log-on leaves nothing of the old") {
    NegotiateServer fixture(allow_clear);
    auto client = fixture.logged_on("alice");
    SUBCASE("when it succeeds") {
        client.send(post(token("bob"), "a"));
        CHECK(client.read().body == "bob|a");
        client.send(post({}, "a"));
        CHECK(client.read().body == "bob|a");
    }
    SUBCASE("when it fails, by whatever scheme") {
        const auto failing = {token("wrong"), token("wrong", "Kerberos"), std::string("Authorization: Negotiate\r\n"),
                              std::string("Authorization: Digest a\r\n"), as_mallory};
        for (const auto& header : failing) {
            client.send(post(token("alice")));
            CHECK(client.read().status == 200);
            client.send(post(header, "a"));
            CHECK(client.read().status == 401);
            client.send(post({}, "a"));
            CHECK(client.read().status == 401);
        }
    }
    SUBCASE("when it is not finished") {
        client.send(post(more));
        CHECK(client.read().status == 401);
        client.send(post({}, "a"));
        CHECK(client.read().status == 401);
    }
    SUBCASE("when it is by a password, which counts for its request only") {
        client.send(post(as_alice, "a"));
        CHECK(client.read().body == "alice|a");
        client.send(post({}, "a"));
        CHECK(client.read().status == 401);
    }
    client.hang_up();
}

TEST_CASE("a log-on that has come to its end of life is answered 401") {
    NegotiateServer fixture(allow_clear);
    auto client = fixture.logged_on("brief");
    client.send(post({}, "a"));
    const auto reply = client.read();
    CHECK(reply.status == 401);
    CHECK(offers(reply).size() == 3);
    CHECK(fixture.handled == 0);
    client.send(post(token("alice"), "a"));
    CHECK(client.read().body == "alice|a");
}

TEST_CASE("a wrong password is answered as a missing one, told in the log and to the audit, and may be tried again") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    client.send(post(token("wrong")));
    const auto reply = client.read();
    CHECK(reply.status == 401);
    CHECK(reply.body.empty());
    CHECK(offers(reply) == Lines{"Negotiate", "Kerberos"});
    CHECK(fixture.server.log.wait_for("log-on of \"mallory\" failed: wrong password", LogLevel::warning));
    client.send(post(token("alice", "Kerberos")));
    CHECK(client.read().status == 200);
    const auto events = fixture.events();
    REQUIRE(events.size() == 2);
    CHECK(events[0].kind == AuditKind::log_on_refused);
    CHECK(events[0].user == "mallory");
    CHECK(events[0].scheme == "Negotiate");
    CHECK(events[0].detail == "wrong password");
    CHECK(events[0].peer.starts_with("127.0.0.1:"));
    CHECK(events[1].kind == AuditKind::log_on_accepted);
    CHECK(events[1].user == "alice");
    CHECK(events[1].scheme == "Kerberos");
}

TEST_CASE("log-ons under way are counted by address, and give their place back however they end") {
    NegotiateServer fixture([](ServerOptions& options) { options.max_handshakes_per_address = 2; });
    auto first = fixture.server.connect();
    auto second = fixture.server.connect();
    first.send(post(more));
    CHECK(first.read().status == 401);
    second.send(post(more));
    CHECK(second.read().status == 401);
    CHECK(fixture.server.ask(post(more)).status == 503);
    SUBCASE("accepted") {
        first.send(post(token("alice")));
        CHECK(first.read().status == 200);
    }
    SUBCASE("refused") {
        first.send(post(token("wrong")));
        CHECK(first.read().status == 401);
    }
    SUBCASE("abandoned by a request that goes on with something else") {
        first.send(post("WSMANIDENTIFY: unauthenticated\r\n", "a"));
        CHECK(first.read().body == "nobody|a");
    }
    SUBCASE("with a connection that the client closes") {
        first.send(post("Connection: close\r\n" + more));
        CHECK(first.read().status == 401);
        CHECK(first.is_closed());
    }
    CHECK(fixture.server.ask(post(more)).status == 401);
}

TEST_CASE("a half-done log-on doesn't wait for ever") {
    NegotiateServer fixture(
        [](ServerOptions& options) { options.header_timeout = options.handshake_timeout = milliseconds(50); });
    auto client = fixture.server.connect();
    client.send(post(more));
    CHECK(client.read().status == 401);
    CHECK(client.is_closed());
}

TEST_CASE("a log-on that takes long holds nobody up") {
    NegotiateServer fixture([](ServerOptions& options) { options.io_threads = 1; });
    auto slow = fixture.server.connect();
    slow.send(post(token("held")));
    CHECK(fixture.server.ask(post({})).status == 401);
    CHECK(fixture.server.ask(post("WSMANIDENTIFY: unauthenticated\r\n", "a")).body == "nobody|a");
    fixture.negotiate.gate.set();
    CHECK(slow.read().status == 200);
}

TEST_CASE("a client that leaves during its log-on leaves nothing behind") {
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    client.send(post(token("held")));
    client.reset();
    fixture.negotiate.gate.set();
    CHECK(fixture.server.ask(post(token("alice"))).status == 200);
}

TEST_CASE("a log-on needs no second request when the first one carries all") {
    NegotiateServer fixture(allow_clear);
    SUBCASE("over HTTP/1.0") {
        const auto reply =
            fixture.server.ask("POST /wsman HTTP/1.0\r\n" + token("alice") + "Content-Length: 1\r\n\r\na");
        CHECK(reply.body == "alice|a");
        CHECK(offers(reply) == Lines{proof});
    }
    SUBCASE("with Connection: close") {
        CHECK(fixture.server.ask(post("Connection: close\r\n" + token("alice"), "a")).body == "alice|a");
    }
}

TEST_CASE("HTTP/1.0 keeps the connection of a log-on if the client asks for that") {
    NegotiateServer fixture(allow_clear);
    auto client = fixture.server.connect();
    const std::string head = "POST /wsman HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n";
    client.send(head + more + "\r\na");
    CHECK(client.read().field("Connection") == "keep-alive");
    client.send(head + token("alice") + "\r\na");
    CHECK(client.read().body == "alice|a");
}

TEST_CASE("a body that waits for 100 Continue doesn't end a log-on") {
    const std::string waiting = "Expect: 100-continue\r\nContent-Length: 1\r\n";
    NegotiateServer fixture;
    auto client = fixture.server.connect();
    client.send(post(more + waiting, {}, false));
    CHECK(client.read().status == 100);
    client.send("a");
    CHECK(client.read().status == 401);
    client.send(post(token("alice") + waiting, {}, false));
    CHECK(client.read().status == 100);
    client.send("a");
    CHECK(client.read().status == 200);
    CHECK(fixture.handled == 0);
}

TEST_CASE("documents want a log-on, and over plain HTTP leave to send clear text") {
    const auto get = [](const std::string& method, const std::string& fields) {
        return method + " /wsman?wsdl HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
    };
    NegotiateServer clear(allow_clear);
    CHECK(clear.server.ask(get("GET", {})).status == 401);
    const auto reply = clear.server.ask(get("GET", token("alice")));
    CHECK(reply.status == 404);  // there is none in this server
    CHECK(offers(reply) == Lines{proof});
    CHECK(clear.server.ask(get("HEAD", token("alice"))).status == 404);
    NegotiateServer sealed;
    CHECK(sealed.server.ask(get("GET", token("alice"))).status == 500);
}

TEST_CASE("Identify without a log-on is answered in the clear, where messages must be sealed too") {
    NegotiateServer fixture;
    CHECK(fixture.server.ask(post("WSMANIDENTIFY: unauthenticated\r\n", "a")).body == "nobody|a");
    auto client = fixture.logged_on("alice");
    client.send(post("WSMANIDENTIFY: unauthenticated\r\n", "a"));
    CHECK(client.read().status == 500);  // the connection is alice's
}

TEST_CASE("outside of TLS there is nothing to bind a log-on to") {
    NegotiateServer fixture;
    fixture.logged_on("alice");
    CHECK(fixture.negotiate.last_end_point().empty());
}
