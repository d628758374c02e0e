// Memory that runs out on a worker as it brings an answer to the connection's thread.

#include "http/owed.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "failing_allocations.hpp"
#include "tintype/endpoint.hpp"

namespace tintype::test {
namespace {

struct Receiver {
    void close() { closed = true; }
    void receive(const Response& response) { body = response.body; }

    bool closed = false;
    std::string body{};
};

TEST_CASE("when memory runs out on a worker, its answer arrives, and a request that was dropped is hung up on") {
    http::net::io_context loop(1);
    const auto receiver = std::make_shared<Receiver>();
    auto done = http::owe(loop, receiver, &Receiver::receive);
    Response response;
    response.body = std::string(100, 'x');
    bool answered = false;
    SUBCASE("answered") {
        answered = true;
        const FailingAllocation failing(1);
        done(std::move(response));
        CHECK_FALSE(FailingAllocation::has_failed());
    }
    SUBCASE("dropped") {
        const FailingAllocation failing(1);
        done = nullptr;
        CHECK_FALSE(FailingAllocation::has_failed());
    }
    done = nullptr;
    CHECK(receiver->body.empty());
    CHECK_FALSE(receiver->closed);
    loop.run();
    CHECK(receiver->body.size() == (answered ? 100 : 0));
    CHECK(receiver->closed != answered);
    CHECK(receiver.use_count() == 1);
}

}  // namespace
}  // namespace tintype::test
