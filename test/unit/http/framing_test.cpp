// Request smuggling: where a request ends must never be a matter of opinion (RFC 9112 11.2).
#include <doctest/doctest.h>

#include <string>

#include "http/running_server.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

std::string request(const std::string& fields) {
    return "POST /wsman HTTP/1.1\r\n" + fields + as_alice + "\r\n";
}

}  // namespace

TEST_CASE("a request whose end is unclear is answered 400 and ends its connection") {
    const RunningServer server;
    const std::string host = "Host: localhost\r\n";
    const std::string chunks = "0\r\n\r\n";
    const std::string cases[] = {
        request(host + "Content-Length: 3\r\nContent-Length: 4\r\n") + "abcd",
        request(host + "Content-Length: 3\r\nContent-Length: 3\r\n") + "abc",
        request(host + "Content-Length: 3, 3\r\n") + "abc",
        request(host + "Content-Length: -1\r\n"),
        request(host + "Content-Length: +3\r\n") + "abc",
        request(host + "Content-Length: 0x3\r\n") + "abc",
        request(host + "Content-Length: 3 \x0B\r\n") + "abc",
        request(host + "Content-Length:\r\n"),
        request(host + "Content-Length: 18446744073709551616\r\n"),
        request(host + "Content-Length: 3;\r\n") + "abc",
        request(host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + chunks,
        request(host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + chunks,
        request(host + "Transfer-Encoding: chunked, identity\r\n") + chunks,
        request(host + "Transfer-Encoding: identity, chunked\r\n") + chunks,
        request(host + "Transfer-Encoding: identity\r\n"),
        request(host + "Transfer-Encoding: gzip, chunked\r\n") + chunks,
        request(host + "Transfer-Encoding: xchunked\r\n") + chunks,
        request(host + "Transfer-Encoding: \"chunked\"\r\n") + chunks,
        request(host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + chunks,
        request(host + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n") + chunks,
        request(host + "Transfer-Encoding:\r\n chunked\r\n") + chunks,
        request(host + "Transfer-Encoding : chunked\r\n") + chunks,
        request(host + "Transfer\x01-Encoding: chunked\r\n") + chunks,
        request(host + "Content-Length : 3\r\n") + "abc",
        request(host + " Content-Length: 3\r\n") + "abc",
        request(host + "X: a\r\n b\r\n"),
        request(host + "no colon\r\n"),
        request(host + ": no name\r\n"),
        request(host + host),
        request("Host: a b\r\n"),
        request("Host: http://a/\r\n"),
        request(""),
        request(host + "Content-Type: application/soap+xml\r\nContent-Type: text/xml\r\n"),
        request(host + as_mallory),
        "POST /wsman HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
        "POST /wsman HTTP/1.1\nHost: localhost\n\n",
        "POST /wsman HTTP/1.1\r\nHost: localhost\r\nX: a\nContent-Length: 5\r\n\r\n",
        "POST  /wsman HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST\t/wsman HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\x02",
        std::string("POST /wsman HTTP/1.1\r\nHost: local").append(1, '\0').append("host\r\n\r\n"),
    };
    for (const auto& text : cases) {
        CAPTURE(text);
        auto client = server.connect();
        client.send(text + "POST /wsman HTTP/1.1\r\n");
        const auto reply = client.read();
        CHECK(reply.status == 400);
        CHECK(reply.field("Connection") == "close");
        CHECK(reply.body.empty());
        CHECK(client.is_closed());
    }
}

TEST_CASE("malformed chunks are answered 400 and end the connection") {
    const RunningServer server;
    for (const std::string& body :
         {std::string("x\r\n"), std::string("\r\n\r\n"), std::string("-1\r\n\r\n"),
          std::string("3\r\nabcd\r\n0\r\n\r\n"), std::string("3\nabc\n0\n\n\r\n\r\n"),
          std::string("10000000000000000\r\nabc"), std::string("3 \r\nabc\r\n0\r\n\r\n"),
          std::string("0x3\r\nabc\r\n0\r\n\r\n"), std::string("3;=\r\nabc\r\n0\r\n\r\n"),
          std::string("0\r\nTransfer-Encoding: chunked\r\n\r\n"), std::string("0\r\nContent-Length: 5\r\n\r\n"),
          std::string("0\r\nX: a\nY: b\r\n\r\n"), "1;" + std::string(40'000, 'x')}) {
        CAPTURE(body.substr(0, 100));
        auto client = server.connect();
        client.send(post(as_alice + "Transfer-Encoding: chunked\r\n", {}, false));
        client.send(body);
        const auto reply = client.read();
        CHECK(reply.status == 400);
        CHECK(reply.field("Connection") == "close");
        CHECK(client.is_closed());
    }
}

TEST_CASE("chunk extensions are ignored and trailers change nothing") {
    const RunningServer server;
    auto client = server.connect();
    client.send(post("Transfer-Encoding: chunked\r\n" + as_alice, {}, false) +
                "3;a=b; c=\"d;e\"\r\nabc\r\n002\r\nde\r\n0;last\r\nAuthorization: Basic bWFsbG9yeTp3cm9uZw==\r\nHost: "
                "evil\r\n\r\n");
    CHECK(client.read().body == "alice|abcde");
    client.send(post(as_alice, "next"));
    CHECK(client.read().body == "alice|next");
}

TEST_CASE("a chunked body that is mostly framing is refused") {
    const RunningServer server;
    auto client = server.connect();
    client.send(post("Transfer-Encoding: chunked\r\n" + as_alice, {}, false));
    const std::string chunk = "1;" + std::string(8'000, 'x') + "\r\na\r\n";
    for (int number = 0; number < 40; ++number) client.send(chunk);
    CHECK(client.read().status == 400);
}

TEST_CASE("an empty line before a request is skipped") {
    const RunningServer server;
    auto client = server.connect();
    for (int number = 0; number < 2; ++number) {
        client.send("\r\n" + post(as_alice, "a"));
        CHECK(client.read().body == "alice|a");
    }
}

TEST_CASE("empty lines before a request are skipped up to a number, and each request has it anew") {
    const RunningServer server;
    auto client = server.connect();
    std::string lines;
    for (int number = 0; number < 8; ++number) lines += "\r\n";
    for (int number = 0; number < 2; ++number) {
        client.send(lines + post(as_alice, "a"));
        CHECK(client.read().body == "alice|a");
    }
    client.send(lines + "\r\n" + post(as_alice, "a"));
    CHECK(client.read().status == 400);
    CHECK(client.is_closed());
}

TEST_CASE("an HTTP version other than 1.0 and 1.1 is answered 505") {
    const RunningServer server;
    CHECK(server.ask("POST /wsman HTTP/1.2\r\nHost: a\r\n\r\n").status == 505);
    CHECK(server.ask("POST /wsman  HTTP/1.1\r\nHost: a\r\n\r\n").status == 505);  // the version begins with a blank
    CHECK(server.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status == 505);
}

TEST_CASE("a head over the limit is answered 431, whether it ends or not") {
    const RunningServer server;
    CHECK(server.ask(post("X: " + std::string(5'000, 'x') + "\r\n")).status == 431);
    CHECK(server.ask("POST /" + std::string(5'000, 'x')).status == 431);
    std::string fields;
    for (int number = 0; number < 1'000; ++number) fields += "a: b\r\n";
    CHECK(server.ask(post(fields)).status == 431);
    CHECK(server.ask(post(as_alice + "X: " + std::string(3'500, 'x') + "\r\n", "a")).body == "alice|a");
}
