#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>

#include "http/running_server.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

/// An application whose only request waits for the test.
struct Held {
    Event asked;
    Event answer;

    RunningServer::Handler handler() {
        return [this](const Request& request, Executor& workers, std::function<void(Response)> done) {
            if (request.body != "wait") return done({});
            workers.post([this, done = std::move(done)] {
                asked.set();
                answer.wait();
                Response response;
                response.body = "late";
                done(std::move(response));
            });
        };
    }
};

}  // namespace

TEST_CASE("a stop lets the request under way finish, and closes idle connections at once") {
    Held held;
    RunningServer server({}, held.handler());
    auto idle = server.connect();
    idle.send(post(as_alice, "a"));
    CHECK(idle.read().status == 200);
    auto busy = server.connect();
    busy.send(post(as_alice, "wait"));
    held.asked.wait();
    server.server().stop(std::chrono::hours(1));
    CHECK(idle.is_closed());
    CHECK_THROWS(static_cast<void>(server.connect()));
    held.answer.set();
    const auto reply = busy.read();
    CHECK(reply.body == "late");
    CHECK(reply.field("Connection") == "close");
    CHECK(busy.is_closed());
    server.wait();
}

TEST_CASE("a request that arrives while the server stops is answered 503") {
    Held held;
    RunningServer server({}, held.handler());
    auto other = server.connect();
    // Half a head, so that this connection is not idle when the server stops.
    other.send("POST /wsman HTTP/1.1\r\n");
    auto idle = server.connect();
    idle.send(post(as_alice, "a"));
    CHECK(idle.read().status == 200);
    auto busy = server.connect();
    busy.send(post(as_alice, "wait"));
    held.asked.wait();
    server.server().stop(std::chrono::hours(1));
    CHECK(idle.is_closed());
    other.send("Host: a\r\nContent-Length: 0\r\n\r\n");
    CHECK(other.read().status == 503);
    busy.send(post(as_alice, "a"));
    held.answer.set();
    CHECK(busy.read().body == "late");
    server.wait();
}

TEST_CASE("past its grace a stop closes what is under way") {
    Held held;
    RunningServer server({}, held.handler());
    auto busy = server.connect();
    busy.send(post(as_alice, "wait"));
    auto slow = server.connect();
    slow.send("POST /wsman");
    held.asked.wait();
    server.server().stop(std::chrono::milliseconds(20));
    CHECK(busy.is_closed());
    CHECK(slow.is_closed());
    held.answer.set();
    server.wait();
}

TEST_CASE("a second stop may be less patient") {
    Held held;
    RunningServer server({}, held.handler());
    auto busy = server.connect();
    busy.send(post(as_alice, "wait"));
    held.asked.wait();
    server.server().stop(std::chrono::hours(1));
    server.server().stop(std::chrono::milliseconds(0));
    CHECK(busy.is_closed());
    held.answer.set();
    server.wait();
}

TEST_CASE("a server that was stopped before it ran returns from run at once") {
    WorkerPool workers(1);
    ServerOptions options;
    options.listeners.push_back({"http://127.0.0.1:0/wsman", {}, {}});
    http::HttpServer server({answer_at_once, test_max_body, true}, {}, workers, options);
    REQUIRE(server.open());
    server.stop(std::chrono::hours(1));
    server.run();
    server.stop(std::chrono::hours(1));
}

TEST_CASE("a server that never ran goes quietly") {
    WorkerPool workers(1);
    ServerOptions options;
    options.listeners.push_back({"http://127.0.0.1:0/wsman", {}, {}});
    http::HttpServer server({answer_at_once, test_max_body, true}, {}, workers, options);
    REQUIRE(server.open());
    CHECK(server.urls().size() == 1);
}
