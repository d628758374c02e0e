// Memory that runs out at any point of a request: what a client is told, and that the next request finds nothing amiss.

#include <doctest/doctest.h>

#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

TEST_CASE("when memory runs out while a message is refused, no answer relates to another message") {
    Engine engine({.machines = 1, .snapshots_per_machine = 1});
    // Not what a short string holds by itself, and in front of what is wrong.
    const std::string id = "uuid:0F0F0F0F-1111-4222-8333-000000000001-which-is-longer-than-a-guid-would-be";
    const std::string body = R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" )"
                             R"(xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" )"
                             R"(xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header><a:MessageID>)" +
                             id +
                             "</a:MessageID><w:OptionSet><w:Option/></w:OptionSet></s:Header><s:Body/></s:Envelope>";
    REQUIRE(contains(engine.handle(Engine::request(body)), "RelatesTo>" + id + "<"));
    std::size_t related = 0;
    for (std::size_t n = 1; n < enough; ++n) {
        CAPTURE(n);
        const auto tried = attempt(engine, body, n);
        if (tried.response && contains(*tried.response, "RelatesTo>")) {
            ++related;
            CHECK(contains(*tried.response, "RelatesTo>" + id + "<"));
        }
        if (!tried.failed) {
            CHECK(related > 3);
            return;
        }
    }
    FAIL("more allocations than expected");
}

/// What a client finds out by asking for its job: the number in JobState; nothing if there is no such job.
std::optional<int> state_of(Engine& engine, const Response& invoked) {
    constexpr std::string_view key = "Name=\"InstanceID\">";
    const auto begin = invoked.body.find(key) + key.size();
    const auto id = std::string_view(invoked.body).substr(begin, invoked.body.find('<', begin) - begin);
    const auto got = engine.handle(Engine::request(bench::get_request("Msvm_ConcreteJob", id)));
    constexpr std::string_view tag = "JobState>";
    const auto at = got.body.find(tag);
    if (at == std::string::npos) return std::nullopt;
    return std::stoi(got.body.substr(at + tag.size()));
}

/// One machine with three snapshots; what a thread makes once and keeps is made.
struct OneMachine {
    OneMachine() : engine({.machines = 1, .snapshots_per_machine = 3}), ids(engine.snapshots(10)) {
        REQUIRE(contains(destroy(ids.back()), ">4096<"));
        engine.workers.run_all();
    }
    Response destroy(std::string_view id) { return engine.handle(Engine::request(bench::destroy_request(id))); }
    [[nodiscard]] bool has(const std::string& id) { return engine.backend->snapshot(id).has_value(); }

    Engine engine;
    std::vector<std::string> ids;
};

TEST_CASE("when memory runs out while a job is taken, it runs, or its snapshot is free: none is unaccounted for") {
    std::size_t told = 0;
    for (std::size_t n = 1; n < enough; ++n) {
        CAPTURE(n);
        OneMachine host;
        const std::string id = host.ids.front();
        const auto tried = attempt(host.engine, bench::destroy_request(id), n);
        host.engine.workers.run_all();
        if (tried.response && contains(*tried.response, ">4096<")) {
            // Asking for a job is what gets one going that no thread could take.
            if (host.has(id)) CHECK(state_of(host.engine, *tried.response));
            host.engine.workers.run_all();
            CHECK(state_of(host.engine, *tried.response) == 7);
        } else {
            ++told;
            if (tried.response) CHECK(tried.response->status == 500);
            if (host.has(id)) CHECK(contains(host.destroy(id), ">4096<"));
            host.engine.workers.run_all();
        }
        CHECK_FALSE(host.has(id));
        // Whatever was written down has come to an end.
        CHECK(host.engine.store->unfinished()->empty());
        if (!tried.failed) {
            CHECK(told > 5);
            return;
        }
    }
    FAIL("more allocations than expected");
}

TEST_CASE("when memory runs out while a job runs, the job ends, and its machine's next one runs") {
    for (std::size_t n = 1; n < enough; ++n) {
        CAPTURE(n);
        OneMachine host;
        const auto invoked = host.destroy(host.ids.front());
        bool failed = false;
        {
            const FailingAllocation failing(n);
            host.engine.workers.run_all();
            failed = FailingAllocation::has_failed();
        }
        const auto state = state_of(host.engine, invoked);
        REQUIRE(state);
        CHECK((*state == 7 || *state == 10));  // Completed, Exception
        if (*state == 7) CHECK_FALSE(host.has(host.ids.front()));
        CHECK(contains(host.destroy(host.ids[1]), ">4096<"));
        host.engine.workers.run_all();
        CHECK_FALSE(host.has(host.ids[1]));
        if (!failed) {
            CHECK(*state == 7);
            CHECK(n > 5);
            return;
        }
    }
    FAIL("more allocations than expected");
}

}  // namespace
}  // namespace tintype::test
