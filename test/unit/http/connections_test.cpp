#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "http/running_server.hpp"

using namespace tintype;
using namespace tintype::test;
using std::chrono::milliseconds;

TEST_CASE("two hundred connections are served side by side, request after request") {
    const RunningServer server;
    std::vector<SocketClient> clients;
    clients.reserve(200);
    for (int number = 0; number < 200; ++number) clients.push_back(server.connect());
    for (int round = 0; round < 3; ++round) {
        for (std::size_t number = 0; number < clients.size(); ++number) {
            REQUIRE(clients[number].send(post(as_alice, std::to_string(number))));
        }
        for (std::size_t number = 0; number < clients.size(); ++number) {
            REQUIRE(clients[number].read().body == "alice|" + std::to_string(number));
        }
    }
}

TEST_CASE(
    "when most of many connections have gone the program is told, and told again if it couldn't do anything then") {
    std::atomic<int> told{0};
    Event done;
    const RunningServer server([&](ServerOptions& options) {
        options.io_threads = 1;
        options.header_timeout = milliseconds(400);
        options.connections_gone = [&] {
            if (++told == 1) throw std::bad_alloc();
            done.set();
        };
    });
    std::vector<SocketClient> clients;
    clients.reserve(130);
    for (int number = 0; number < 130; ++number) {
        clients.push_back(server.connect());
        REQUIRE(clients.back().send(post(as_alice, "a")));
        REQUIRE(clients.back().read().status == 200);
    }
    while (clients.size() > 70) clients.pop_back();
    // Cut off when the server looks at its connections: it has seen then that those went.
    auto slow = server.connect();
    slow.send("POST /wsman HTTP/1.1\r\nHost:");
    CHECK(slow.is_closed());
    CHECK(told == 0);
    while (clients.size() > 1) clients.pop_back();
    done.wait();
    CHECK(told == 2);
    REQUIRE(clients.front().send(post(as_alice, "still there")));
    CHECK(clients.front().read().body == "alice|still there");
}

TEST_CASE("a connection beyond max_connections is answered 503 at once, and places are given back") {
    const RunningServer server([](ServerOptions& options) { options.max_connections = 2; });
    auto first = server.connect();
    auto second = server.connect();
    for (auto* client : {&first, &second}) {
        client->send(post(as_alice, "a"));
        CHECK(client->read().status == 200);
    }
    auto third = server.connect();
    CHECK(third.read().status == 503);
    CHECK(third.is_closed());
    // The server ends the first one, so its place is free when the client sees that, or a moment later.
    first.send(post(as_alice + "Connection: close\r\n", "a"));
    CHECK(first.read().status == 200);
    CHECK(first.is_closed());
    bool served = false;
    for (int attempt = 0; attempt < 1'000 && !served; ++attempt) {
        auto next = server.connect();
        next.send(post(as_alice, "a"));
        served = next.read().status == 200;
    }
    CHECK(served);
}

TEST_CASE("a client beyond max_connections may send its request first and still reads the 503") {
    const RunningServer server([](ServerOptions& options) { options.max_connections = 1; });
    auto first = server.connect();
    first.send(post(as_alice, "a"));
    CHECK(first.read().status == 200);
    auto second = server.connect();
    CHECK(second.read().status == 503);
    // A reset would have answered the first of these.
    for (int number = 0; number < 100; ++number) CHECK(second.send("POST /wsman HTTP/1.1\r\n"));
    CHECK(second.is_closed());
    // Who stays is hung up on.
    const auto start = std::chrono::steady_clock::now();
    while (second.send("X")) REQUIRE(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

TEST_CASE("a client that sends its head too slowly is cut off") {
    const RunningServer server([](ServerOptions& options) { options.header_timeout = milliseconds(50); });
    auto client = server.connect();
    client.send("POST /wsman HTTP/1.1\r\nHost:");
    CHECK(client.is_closed());
}

TEST_CASE("a client that trickles its head gets no more time for it") {
    const RunningServer server([](ServerOptions& options) {
        options.header_timeout = milliseconds(100);
        options.max_header_size = std::size_t{64} * 1024 * 1024;
    });
    auto client = server.connect();
    client.send("POST /");
    const auto start = std::chrono::steady_clock::now();
    // Only a server that goes by the time since the first byte ends this.
    while (client.send("X")) REQUIRE(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
    CHECK(client.is_closed());
}

TEST_CASE("a client that sends its body too slowly is cut off") {
    const RunningServer server([](ServerOptions& options) { options.body_timeout = milliseconds(50); });
    for (const std::string& start :
         {post(as_alice + "Content-Length: 10\r\n", "abc", false), post("Content-Length: 10\r\n", "abc", false),
          post(as_alice + "Expect: 100-continue\r\nContent-Length: 10\r\n", {}, false),
          post(as_alice + "Transfer-Encoding: chunked\r\n", "a\r\nabc", false)}) {
        CAPTURE(start);
        auto client = server.connect();
        client.send(start);
        if (start.find("Expect") != std::string::npos) CHECK(client.read().status == 100);
        CHECK(client.is_closed());
    }
}

TEST_CASE("a connection without requests is closed when it has been idle long enough") {
    const RunningServer server([](ServerOptions& options) { options.idle_timeout = milliseconds(50); });
    auto silent = server.connect();
    CHECK(silent.is_closed());
    auto used = server.connect();
    used.send(post(as_alice, "a"));
    CHECK(used.read().status == 200);
    CHECK(used.is_closed());
}

TEST_CASE("a client that does not take its answer is cut off") {
    // Larger than what the kernel takes for a client that never reads.
    const std::string large(std::size_t{32} * 1024 * 1024, 'x');
    Event asked;
    RunningServer server([](ServerOptions& options) { options.write_timeout = milliseconds(100); },
                         [&](const Request&, Executor&, const std::function<void(Response)>& done) {
                             asked.set();
                             Response response;
                             response.body = large;
                             done(std::move(response));
                         });
    SocketClient client(server.port(), 4096);
    client.send(post(as_alice, "a"));
    asked.wait();
    // Nothing but the write timeout ends this before the grace is over.
    server.server().stop(std::chrono::hours(1));
    server.wait();
    CHECK(client.read().status == 0);
}

TEST_CASE("clients that hang up in the middle of anything leave nothing behind") {
    RunningServer server;
    const std::string requests[] = {
        "",
        "P",
        "POST /wsman HTTP/1.1\r\n",
        post(as_alice + "Content-Length: 10\r\n", "abc", false),
        post(as_alice + "Transfer-Encoding: chunked\r\n", "a\r\nabc", false),
        post(as_alice + "Expect: 100-continue\r\nContent-Length: 10\r\n", {}, false),
        post(as_mallory, "abc"),
        post(as_alice, "abc"),
        post({}, "abc"),
        "nonsense\n",
    };
    for (int round = 0; round < 5; ++round) {
        for (const auto& request : requests) {
            auto orderly = server.connect();
            orderly.send(request);
            orderly.end_of_input();
            auto abrupt = server.connect();
            abrupt.send(request);
            abrupt.hang_up();
            auto reset = server.connect();
            reset.send(request);
            reset.reset();
        }
    }
    // All of them are gone by themselves: the server needs none of its grace.
    CHECK(server.ask(post(as_alice, "a")).status == 200);
    server.server().stop(std::chrono::hours(1));
    server.wait();
}

TEST_CASE("a client that hangs up while its request is served leaves nothing behind") {
    Event asked;
    Event answer;
    RunningServer server({}, [&](const Request&, Executor& workers, std::function<void(Response)> done) {
        workers.post([&, done = std::move(done)] {
            asked.set();
            answer.wait();
            done({});
        });
    });
    auto client = server.connect();
    client.send(post(as_alice, "a"));
    asked.wait();
    client.reset();
    answer.set();
    server.server().stop(std::chrono::hours(1));
    server.wait();
}

TEST_CASE("an answer that is forgotten ends the connection") {
    RunningServer server({}, [](const Request&, Executor&, const std::function<void(Response)>&) {});
    auto client = server.connect();
    client.send(post(as_alice, "a"));
    CHECK(client.is_closed());
}
