#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

#include "wsman/enumeration_context.hpp"

using namespace tintype;
using namespace tintype::wsman;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<EnumerationContext> empty_context() {
    return std::make_unique<EnumerationContext>(std::vector<Resource*>{}, ItemForm::object, cim::UriStyle::wmi);
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

TEST_CASE("a context past its expiration is gone") {
    auto limits = small_limits();
    limits.context_idle = 0s;
    ContextTable table(limits);
    const auto name = table.open(empty_context(), "alice", 1h).value();
    const auto opened = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() == opened) {
    }
    CHECK(table.borrow(name, "alice").error().entry == &faults::invalid_enumeration_context);
    CHECK(table.size() == 0);
}
