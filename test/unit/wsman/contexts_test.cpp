#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

#include "wsman/context_table.hpp"

using namespace tintype;
using namespace tintype::wsman;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<EnumerationContext> empty_context() {
    return std::make_unique<EnumerationContext>(make_class_source({}, {}, {}), View{});
}

void wait_for_the_clock(std::chrono::milliseconds time = {}) {
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() <= begin + time) {
    }
}

Limits small_limits() {
    Limits limits;
    limits.max_contexts = 4;
    limits.max_contexts_per_user = 3;
    limits.context_idle = 60s;
    return limits;
}

}  // namespace

TEST_CASE("a context belongs to the user who opened it") {
    ContextTable table(small_limits());
    const auto name = table.open(empty_context(), "alice", 0ms).value();
    CHECK(table.borrow(name, "bob").error().entry == &faults::invalid_enumeration_context);
    CHECK(table.close(name, "bob").error().entry == &faults::invalid_enumeration_context);
    CHECK(table.borrow(name, "alice").has_value());
    CHECK(table.close(name, "alice").has_value());
    CHECK(table.close(name, "alice").error().entry == &faults::invalid_enumeration_context);
}

TEST_CASE("two requests can't use one context at once, and it comes back after the first") {
    ContextTable table(small_limits());
    const auto name = table.open(empty_context(), "alice", 0ms).value();
    {
        const auto first = table.borrow(name, "alice");
        REQUIRE(first.has_value());
        CHECK(table.borrow(name, "alice").error().entry == &faults::concurrency);
    }
    CHECK(table.borrow(name, "alice").has_value());
}

TEST_CASE("a context released while a Pull uses it does not come back") {
    ContextTable table(small_limits());
    const auto name = table.open(empty_context(), "alice", 0ms).value();
    {
        const auto lease = table.borrow(name, "alice");
        REQUIRE(lease.has_value());
        CHECK(table.close(name, "alice").has_value());
    }
    CHECK(table.size() == 0);
    CHECK_FALSE(table.borrow(name, "alice").has_value());
}

TEST_CASE("contexts are bounded per user and in all") {
    ContextTable table(small_limits());
    for (int i = 0; i < 3; ++i) CHECK(table.open(empty_context(), "alice", 0ms).has_value());
    CHECK(table.open(empty_context(), "alice", 0ms).error().entry == &faults::quota_limit);
    const auto of_bob = table.open(empty_context(), "bob", 0ms);
    CHECK(of_bob.has_value());
    CHECK(table.open(empty_context(), "carol", 0ms).error().entry == &faults::quota_limit);
    CHECK(table.close(*of_bob, "bob").has_value());
    CHECK(table.open(empty_context(), "carol", 0ms).has_value());
}

TEST_CASE("a context that nobody uses expires, and one whose client said how long stays that long") {
    auto limits = small_limits();
    limits.context_idle = 0s;
    ContextTable table(limits);
    const auto idle = table.open(empty_context(), "alice", 0ms).value();
    const auto asked = table.open(empty_context(), "alice", 1h).value();
    const auto brief = table.open(empty_context(), "alice", 1ms).value();
    wait_for_the_clock(1ms);
    CHECK(table.borrow(idle, "alice").error().entry == &faults::invalid_enumeration_context);
    CHECK(table.borrow(brief, "alice").error().entry == &faults::invalid_enumeration_context);
    CHECK(table.borrow(asked, "alice").has_value());
    table.expire(std::chrono::steady_clock::now());
    CHECK(table.size() == 1);
}

TEST_CASE("contexts that expired are freed without anybody asking for them") {
    auto limits = small_limits();
    limits.context_idle = 0s;
    ContextTable table(limits);
    for (int i = 0; i < 3; ++i) CHECK(table.open(empty_context(), "alice", 0ms).has_value());
    table.expire(std::chrono::steady_clock::now() + 2s);
    CHECK(table.size() == 0);
}

TEST_CASE("an expired context takes no place from others") {
    auto limits = small_limits();
    limits.context_idle = 0s;
    ContextTable table(limits);
    for (int i = 0; i < 3; ++i) CHECK(table.open(empty_context(), "alice", 0ms).has_value());
    wait_for_the_clock();
    CHECK(table.open(empty_context(), "alice", 0ms).has_value());
}

TEST_CASE("a lifetime is granted up to the longest, renewed from now on, and told") {
    auto limits = small_limits();
    limits.max_context_lifetime = 600s;
    ContextTable table(limits);
    const auto name = table.open(empty_context(), "alice", 24h).value();
    const auto is_about = [](const Result<ContextTable::Lifetime>& left, std::chrono::seconds time) {
        return left && *left <= time && *left > time - 30s;
    };
    CHECK(is_about(table.remaining(name, "alice"), 600s));
    CHECK(is_about(table.renew(name, "alice", 100s), 100s));
    CHECK(is_about(table.remaining(name, "alice"), 100s));
    CHECK(is_about(table.renew(name, "alice", 0ms), 60s));  // as long as it is used again
    {
        const auto lease = table.borrow(name, "alice");
        CHECK(is_about(table.remaining(name, "alice"), 60s));
        CHECK(is_about(table.renew(name, "alice", 200s), 200s));
    }
    CHECK(is_about(table.remaining(name, "alice"), 200s));
    for (const auto* user : {"bob", ""}) {
        CHECK(table.remaining(name, user).error().entry == &faults::invalid_enumeration_context);
        CHECK(table.renew(name, user, 1h).error().entry == &faults::invalid_enumeration_context);
    }
}
