// Memory that runs out at any point of a request: what a client is told, and that the next request finds nothing amiss.

#include <doctest/doctest.h>

#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "engine_fixture.hpp"
#include "failing_allocations.hpp"

namespace tintype::test {
namespace {

using bench::Engine;

// More than any of these requests takes.
constexpr std::size_t enough = 20'000;
constexpr std::string_view settings = "Msvm_VirtualSystemSettingData";

bool contains(const Response& response, std::string_view words) {
    return response.body.find(words) != std::string::npos;
}

struct Attempt {
    std::optional<Response> response;  ///< Nothing: std::bad_alloc came out, which a connection makes into a 500.
    bool failed = false;               ///< The allocation was one that failed.
};

Attempt attempt(Engine& engine, const std::string& body, std::size_t n) {
    Request request = Engine::request(body);
    Attempt attempt;
    const FailingAllocation failing(n);
    try {
        attempt.response = engine.handle(std::move(request));
    } catch (const std::bad_alloc&) {
    }
    attempt.failed = FailingAllocation::has_failed();
    return attempt;
}

/// One allocation after the other fails, each in a request of its own, until one passes unharmed.
/// \param words that the right answer has.
void fail_each(Engine& engine, const std::string& body, std::string_view words) {
    REQUIRE(contains(engine.handle(Engine::request(body)), words));
    for (std::size_t n = 1; n < enough; ++n) {
        CAPTURE(n);
        const auto tried = attempt(engine, body, n);
        if (tried.response && !contains(*tried.response, words)) {
            CHECK(tried.response->status == 500);
            CHECK(contains(*tried.response, "InternalError"));
        }
        CHECK(contains(engine.handle(Engine::request(body)), words));
        if (!tried.failed) {
            CHECK(n > 1);
            return;
        }
    }
    FAIL("more allocations than expected");
}

TEST_CASE("when memory runs out while a request is read or answered, it is InternalError, and the next is answered") {
    Engine engine({.machines = 3, .snapshots_per_machine = 5});
    const std::string id = "Microsoft:" + engine.snapshots(1).front();
    fail_each(engine, bench::identify_request(), "IdentifyResponse>");
    fail_each(engine, bench::get_request(settings, id), id);
    fail_each(engine, bench::enumerate_request(settings, 1'000), "EndOfSequence");
    fail_each(engine,
              bench::enumerate_request(settings, 10,
                                       "SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID = '" + id + "'"),
              "EndOfSequence");
}

}  // namespace
}  // namespace tintype::test
