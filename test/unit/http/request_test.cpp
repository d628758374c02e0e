#include <doctest/doctest.h>

#include <string>

#include "http/running_server.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

std::string to(const std::string& start, const std::string& fields = {}) {
    return start + "\r\nHost: localhost\r\n" + as_alice + fields + "Content-Length: 1\r\n\r\na";
}

}  // namespace

TEST_CASE("the listener's path is served, also with a slash behind, a query, and as a whole URL") {
    const RunningServer server;
    for (const auto* start : {"POST /wsman HTTP/1.1", "POST /wsman/ HTTP/1.1", "POST /wsman?PSVersion=5.1 HTTP/1.1",
                              "POST /wsman/?x HTTP/1.1", "POST http://host:5985/wsman HTTP/1.1"}) {
        CAPTURE(start);
        CHECK(server.ask(to(start)).body == "alice|a");
    }
}

TEST_CASE("any other path is answered 404, and the connection goes on") {
    const RunningServer server;
    auto client = server.connect();
    for (const auto* start :
         {"POST / HTTP/1.1", "POST /wsman2 HTTP/1.1", "POST /wsman/x HTTP/1.1", "POST /WSMAN HTTP/1.1",
          "POST //wsman HTTP/1.1", "POST /x/../wsman HTTP/1.1", "POST /wsman// HTTP/1.1", "POST * HTTP/1.1",
          "POST http://host HTTP/1.1", "POST http:///wsman HTTP/1.1", "POST http://a@b/wsman HTTP/1.1",
          "POST ftp://host/wsman HTTP/1.1", "GET /etc/passwd HTTP/1.1"}) {
        CAPTURE(start);
        client.send(to(start));
        const auto reply = client.read();
        CHECK(reply.status == 404);
        CHECK(reply.body.empty());
    }
    client.send(to("POST /wsman HTTP/1.1"));
    CHECK(client.read().status == 200);
}

TEST_CASE("a method other than POST is answered 405 with what is allowed") {
    const RunningServer server;
    auto client = server.connect();
    for (const auto* start : {"GET /wsman HTTP/1.1", "HEAD /wsman HTTP/1.1", "OPTIONS /wsman HTTP/1.1",
                              "post /wsman HTTP/1.1", "DELETE /wsman HTTP/1.1", "BREW /wsman HTTP/1.1"}) {
        CAPTURE(start);
        client.send(to(start));
        const auto reply = client.read();
        CHECK(reply.status == 405);
        CHECK(reply.field("Allow") == "POST");
    }
}

TEST_CASE("the media type is application/soap+xml, in any case and with any parameters, or absent") {
    const RunningServer server;
    for (const auto* field :
         {"", "Content-Type: application/soap+xml\r\n", "Content-Type: application/soap+xml;charset=UTF-16\r\n",
          "content-type: Application/SOAP+XML ; charset=utf-8\r\n"}) {
        CAPTURE(field);
        CHECK(server.ask(post(as_alice + field, "a")).status == 200);
    }
    auto client = server.connect();
    for (const auto* field :
         {"Content-Type: text/xml\r\n", "Content-Type: application/soap+xmlx\r\n", "Content-Type: \r\n",
          "Content-Type: multipart/form-data\r\n", "Content-Type: application/xml; application/soap+xml\r\n",
          "Content-Encoding: gzip\r\n", "Content-Encoding: identity, gzip\r\n"}) {
        CAPTURE(field);
        client.send(post(as_alice + field, "a"));
        CHECK(client.read().status == 415);
    }
    client.send(post(as_alice + "Content-Encoding: identity\r\n", "a"));
    CHECK(client.read().status == 200);
}

TEST_CASE("the endpoint gets the content type as it was sent, and its answer's is sent back") {
    const RunningServer server;
    const auto reply = server.ask(post(as_alice + "Content-Type: application/soap+xml;charset=UTF-16\r\n", "a"));
    CHECK(reply.field("Content-Type") == "application/soap+xml;charset=UTF-16");
    CHECK(reply.field("Server") == "Tintype");
    CHECK(reply.field("Date").ends_with(" GMT"));
    CHECK(reply.field("Connection").empty());
}

TEST_CASE("a body up to the limit arrives byte for byte, with a length or in chunks") {
    const RunningServer server;
    std::string body(test_max_body, '\0');
    for (std::size_t at = 0; at < body.size(); ++at) body[at] = static_cast<char>(at * 7);
    auto client = server.connect();
    client.send(post(as_alice, body));
    CHECK(client.read().body == "alice|" + body);
    client.send(post(as_alice + "Transfer-Encoding: chunked\r\n", {}, false));
    for (std::size_t at = 0; at < body.size(); at += 4096) client.send("1000\r\n" + body.substr(at, 4096) + "\r\n");
    client.send("0\r\n\r\n");
    CHECK(client.read().body == "alice|" + body);
}

TEST_CASE("a body over the limit is answered 413 and ends the connection, and the client gets to read that") {
    const RunningServer server;
    const std::string body(test_max_body + 1, 'x');
    SUBCASE("with a length") {
        auto client = server.connect();
        client.send(post(as_alice, body));
        const auto reply = client.read();
        CHECK(reply.status == 413);
        CHECK(reply.field("Connection") == "close");
        client.end_of_input();
        CHECK(client.is_closed());
    }
    SUBCASE("in chunks") {
        auto client = server.connect();
        client.send(post(as_alice + "Transfer-Encoding: chunked\r\n", {}, false));
        for (int number = 0; number < 17; ++number) client.send("1000\r\n" + std::string(4096, 'x') + "\r\n");
        CHECK(client.read().status == 413);
    }
    SUBCASE("from somebody unknown") {
        auto client = server.connect();
        client.send(post("Transfer-Encoding: chunked\r\n", {}, false));
        for (int number = 0; number < 17; ++number) client.send("1000\r\n" + std::string(4096, 'x') + "\r\n");
        CHECK(client.read().status == 413);
    }
    SUBCASE("with a length that no body can have") {
        CHECK(server.ask(post(as_alice + "Content-Length: 18446744073709551615\r\n", {}, false)).status == 413);
    }
    SUBCASE("when the client waits to be asked for it") {
        CHECK(server.ask(post(as_alice + "Expect: 100-continue\r\nContent-Length: 99999999\r\n", {}, false)).status ==
              413);
    }
}

TEST_CASE("a body that waits for 100 Continue is asked for once the request is admitted") {
    const RunningServer server;
    auto client = server.connect();
    for (int number = 0; number < 2; ++number) {
        client.send(post(as_alice + "Expect: 100-Continue\r\nContent-Length: 4\r\n", {}, false));
        CHECK(client.read().status == 100);
        client.send("body");
        CHECK(client.read().body == "alice|body");
    }
    // A client that does not wait is not asked.
    client.send(post(as_alice + "Expect: 100-continue\r\n", "body"));
    CHECK(client.read().body == "alice|body");
    // HTTP/1.0 knows no 100 Continue.
    client.send("POST /wsman HTTP/1.0\r\n" + as_alice + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\na");
    CHECK(client.read().body == "alice|a");
}

TEST_CASE("a body that waits for 100 Continue is not asked for when the request is refused") {
    const RunningServer server;
    const std::string expect = "Expect: 100-continue\r\nContent-Length: 4\r\n";
    struct Case {
        std::string text;
        int status;
    };
    const Case cases[] = {{post(expect, {}, false), 401},
                          {post(as_mallory + expect, {}, false), 401},
                          {post(as_alice + expect + "Content-Type: text/xml\r\n", {}, false), 415}};
    for (const auto& one : cases) {
        CAPTURE(one.text);
        auto client = server.connect();
        client.send(one.text);
        const auto reply = client.read();
        CHECK(reply.status == one.status);
        CHECK(reply.field("Connection") == "close");
        CHECK(client.is_closed());
    }
    CHECK(server.ask(post(as_alice + "Expect: tea\r\n", "a")).status == 417);
}

TEST_CASE("requests sent ahead are answered in their order, one after the other") {
    // Every other one is answered by a worker, so that a wrong order would have its chance.
    const RunningServer server({}, [](const Request& request, Executor& workers, std::function<void(Response)> done) {
        Response response;
        response.body = request.body;
        if (request.body.size() % 2 == 0) return done(std::move(response));
        workers.post([done = std::move(done), response = std::move(response)] { done(response); });
    });
    auto client = server.connect();
    std::string all;
    for (int number = 0; number < 100; ++number)
        all += post(as_alice, std::string(static_cast<std::size_t>(number), 'x'));
    client.send(all);
    for (std::size_t number = 0; number < 100; ++number) {
        const auto reply = client.read();
        REQUIRE(reply.status == 200);
        REQUIRE(reply.body.size() == number);
    }
}

TEST_CASE("Connection: close and HTTP/1.0 end the connection after the answer, keep-alive keeps it") {
    const RunningServer server;
    auto closing = server.connect();
    closing.send(post(as_alice + "Connection: close\r\n", "a"));
    CHECK(closing.read().field("Connection") == "close");
    CHECK(closing.is_closed());

    auto old = server.connect();
    const std::string start = "POST /wsman HTTP/1.0\r\n" + as_alice + "Content-Length: 1\r\n";
    old.send(start + "Connection: Keep-Alive\r\n\r\na");
    CHECK(old.read().field("Connection") == "keep-alive");
    old.send(start + "\r\na");
    CHECK(old.read().field("Connection") == "close");
    CHECK(old.is_closed());
}

TEST_CASE("a request that arrives byte by byte is served") {
    const RunningServer server;
    auto client = server.connect();
    for (const char byte :
         post(as_alice + "Transfer-Encoding: chunked\r\n", {}, false) + "2\r\nab\r\n1;x=y\r\nc\r\n0\r\nX: y\r\n\r\n") {
        REQUIRE(client.send({&byte, 1}));
    }
    CHECK(client.read().body == "alice|abc");
}

TEST_CASE("an application that throws costs its request a 500 and nothing else") {
    RunningServer server({}, [](const Request& request, Executor&, const std::function<void(Response)>& done) {
        if (request.body == "throw") throw std::runtime_error("broken");
        done({});
    });
    auto client = server.connect();
    client.send(post(as_alice, "throw"));
    CHECK(client.read().status == 500);
    client.send(post(as_alice, "a"));
    CHECK(client.read().status == 200);
    CHECK(server.log.wait_for("broken", LogLevel::error));
}
