// Memory that runs out while a client is accepted: the listener goes on.

#include "http/listener.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "failing_allocations.hpp"

namespace tintype::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t enough = 500;

TEST_CASE("when memory runs out while a client is accepted, the next is accepted") {
    http::IoThread thread(1s, {}, {});
    auto opened = http::Listener::open({.url = "http://127.0.0.1:0/wsman"}, thread, [](LogLevel, std::string_view) {});
    REQUIRE_MESSAGE(opened, opened.error());
    auto& listener = **opened;
    std::vector<http::Socket> accepted;  // Kept, since Asio uses again what a closed one had.
    accepted.reserve(2 * enough);
    listener.start([&]() -> http::IoThread& { return thread; },
                   [&](http::Accepted client) { accepted.push_back(std::move(client.socket)); });
    auto& loop = thread.context();
    const http::tcp::endpoint address(http::net::ip::address_v4::loopback(), listener.url().port);
    const auto is_accepted = [&] {
        const auto before = accepted.size();
        http::Socket client(loop.get_executor());
        client.connect(address);
        while (accepted.size() == before && loop.run_one_for(5s) != 0) {
        }
        return accepted.size() > before;
    };
    REQUIRE(is_accepted());
    for (std::size_t n = 1; n < enough; ++n) {
        CAPTURE(n);
        http::Socket client(loop.get_executor());
        client.connect(address);
        bool failed = false;
        {
            const FailingAllocation failing(n);
            try {
                const auto before = accepted.size();
                while (accepted.size() == before && !FailingAllocation::has_failed() && loop.run_one_for(5s) != 0) {
                }
            } catch (const std::bad_alloc&) {
            }
            failed = FailingAllocation::has_failed();
        }
        REQUIRE(is_accepted());
        if (!failed) {
            CHECK(n > 1);
            listener.close();
            return;
        }
    }
    FAIL("more allocations than expected");
}

}  // namespace
}  // namespace tintype::test
