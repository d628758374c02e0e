#include <doctest/doctest.h>

#include <atomic>
#include <string>

#include "http/running_server.hpp"

using namespace tintype;
using namespace tintype::test;

TEST_CASE("a request without a log-on is answered 401 with the offer of Basic and no body") {
    RunningServer server;
    const auto reply = server.ask(post({}, "<s:Envelope/>"));
    CHECK(reply.status == 401);
    CHECK(reply.field("WWW-Authenticate") == "Basic realm=\"WSMAN\"");
    CHECK(reply.field("Content-Length") == "0");
    CHECK(reply.field("Content-Type").empty());
    CHECK(reply.field("Connection").empty());
    CHECK(server.log.wait_for("not logged on", LogLevel::debug));
}

TEST_CASE("a body that came before the log-on is dropped unread by the endpoint, and the connection goes on") {
    std::atomic<int> handled = 0;
    const RunningServer server(
        {}, [&handled](Request request, Executor& workers, const std::function<void(Response)>& done) {
            ++handled;
            answer_at_once(std::move(request), workers, done);
        });
    auto client = server.connect();
    client.send(post({}, std::string(test_max_body, 'x')));
    CHECK(client.read().status == 401);
    client.send(post("Transfer-Encoding: chunked\r\n", {}, false) + "3\r\nabc\r\n0\r\n\r\n");
    CHECK(client.read().status == 401);
    client.send(post({}));
    CHECK(client.read().status == 401);
    CHECK(handled == 0);
    client.send(post(as_alice, "a"));
    CHECK(client.read().body == "alice|a");
    CHECK(handled == 1);
}

TEST_CASE("a failed log-on is answered 401, told in the log without the password, and may be tried again") {
    RunningServer server;
    auto client = server.connect();
    const char* wrong[] = {
        "Authorization: Basic YWxpY2U6d3Jvbmc=\r\n",      // alice:wrong
        "Authorization: Basic bWFsbG9yeTp3cm9uZw==\r\n",  // mallory:wrong
        "Authorization: Basic YWxpY2U6\r\n",              // alice:
        "Authorization: Basic OnNlY3JldA==\r\n",          // :secret
        "Authorization: Basic nonsense!\r\n",
        "Authorization: Basic\r\n",
        "Authorization: Negotiate TlRMTVNTUAABAAAA\r\n",
        "Authorization: \r\n",
    };
    for (const auto* fields : wrong) {
        CAPTURE(fields);
        client.send(post(fields, "a"));
        const auto reply = client.read();
        CHECK(reply.status == 401);
        CHECK(reply.field("WWW-Authenticate") == "Basic realm=\"WSMAN\"");
    }
    client.send(post(as_alice, "a"));
    CHECK(client.read().body == "alice|a");
    CHECK(server.log.wait_for("log-on of \"mallory\" failed: wrong name or password", LogLevel::warning));
    const auto log = server.log.all();
    CHECK(log.find("YWxpY2U6") == std::string::npos);
    CHECK(log.find("d3Jvbmc=") == std::string::npos);
    CHECK(log.find("secret") == std::string::npos);
    CHECK(log.find("nonsense") == std::string::npos);
}

TEST_CASE("each request says who sends it: a log-on does not stick to the connection") {
    const RunningServer server;
    auto client = server.connect();
    client.send(post(as_alice, "a"));
    CHECK(client.read().body == "alice|a");
    client.send(post("Authorization: Basic Ym9iOnNlY3JldA==\r\n", "b"));
    CHECK(client.read().body == "bob|b");
    client.send(post({}, "c"));
    CHECK(client.read().status == 401);
    client.send(post(as_mallory, "d"));
    CHECK(client.read().status == 401);
}

TEST_CASE("a user's name can't forge lines of the log") {
    RunningServer server;
    // "x\xE2\x80\xA8fake:y": a line separator, which is no control character of Basic's.
    CHECK(server.ask(post("Authorization: Basic eOKAqGZha2U6eQ==\r\n")).status == 401);
    CHECK(server.log.wait_for("log-on of \"x\\xe2\\x80\\xa8fake\" failed", LogLevel::warning));
    CHECK(server.ask("POST /a\x1B[2J HTTP/1.1\r\nHost: a\r\n\r\n").status == 400);
    CHECK(server.ask("POST /\xC2\x9B HTTP/1.1\r\nHost: a\r\n\r\n").status == 404);
    CHECK(server.log.wait_for("POST /\\xc2\\x9b", LogLevel::info));
    CHECK(server.log.all().find('\x1B') == std::string::npos);
}

TEST_CASE("over plain HTTP Basic is neither offered nor taken unless that is allowed") {
    RunningServer server([](ServerOptions& options) { options.allow_unencrypted = false; });
    auto client = server.connect();
    client.send(post(as_alice, "a"));
    const auto reply = client.read();
    CHECK(reply.status == 401);
    CHECK(reply.field("WWW-Authenticate").empty());
    CHECK(server.log.wait_for("allow_unencrypted", LogLevel::warning));
    client.send(post({}, "a"));
    CHECK(client.read().status == 401);
}

TEST_CASE("Identify without a log-on reaches the endpoint with nobody's name, if that is allowed and asked for") {
    const std::string header = "WSMANIDENTIFY: unauthenticated\r\n";
    SUBCASE("allowed") {
        const RunningServer server([](ServerOptions& options) { options.allow_unencrypted = false; });
        CHECK(server.ask(post(header, "a")).body == "nobody|a");
        CHECK(server.ask(post("wsmanidentify: Unauthenticated\r\n", "a")).body == "nobody|a");
        CHECK(server.ask(post("WSMANIDENTIFY: yes\r\n", "a")).status == 401);
        CHECK(server.ask(post(header + as_mallory, "a")).status == 401);
    }
    SUBCASE("with a log-on it is the user's") {
        const RunningServer server;
        CHECK(server.ask(post(header + as_alice, "a")).body == "alice|a");
    }
    SUBCASE("not allowed") {
        const RunningServer server({}, answer_at_once, false);
        CHECK(server.ask(post(header, "a")).status == 401);
    }
}

TEST_CASE("a 401 of the endpoint carries the offer too") {
    const RunningServer server({}, [](const Request&, Executor&, const std::function<void(Response)>& done) {
        Response response;
        response.status = 401;
        done(response);
    });
    const auto reply = server.ask(post("WSMANIDENTIFY: unauthenticated\r\n", "a"));
    CHECK(reply.status == 401);
    CHECK(reply.field("WWW-Authenticate") == "Basic realm=\"WSMAN\"");
}

TEST_CASE("the log says who asked what, and what came of it") {
    RunningServer server;
    CHECK(server.ask(post(as_alice, "abc")).status == 200);
    CHECK(server.log.wait_for(" alice: Echo: 200, 9 bytes, ", LogLevel::info));
}
