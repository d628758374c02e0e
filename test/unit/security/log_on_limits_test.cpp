// Who fails to log on waits, and nobody else for long. Time is what the test says it is.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "security/log_on_limits.hpp"

namespace tintype::security {
namespace {

using namespace std::chrono_literals;
using Clock = LogOnLimits::Clock;

struct Door {
    explicit Door(LogOnLimitOptions with = {}) : options(with), limits(with) {}

    /// How long a log-on that comes now waits before it is checked; 0 if not at all. Time goes on by that.
    Clock::duration wait(const LogOnSource& source) {
        const auto arrived = now;
        while (const auto until = limits.begin(source, arrived, now)) {
            REQUIRE(*until > now);
            now = *until;
        }
        return now - arrived;
    }
    Clock::duration fail(const LogOnSource& source) {
        const auto waited = wait(source);
        limits.failed(source, source.user, now);
        return waited;
    }
    Clock::duration succeed(const LogOnSource& source) {
        const auto waited = wait(source);
        limits.succeeded(source, source.user, now);
        return waited;
    }

    LogOnLimitOptions options;
    LogOnLimits limits;
    Clock::time_point now{1h};
};

const LogOnSource alice_here{"192.0.2.1", "alice"};
const LogOnSource alice_there{"192.0.2.2", "alice"};
const LogOnSource bob_here{"192.0.2.1", "bob"};

TEST_CASE("each failure of a user from an address doubles the wait for the next, up to the longest") {
    Door door;
    std::vector<Clock::duration> waits;
    for (int i = 0; i < 10; ++i) waits.push_back(door.fail(alice_here));
    CHECK(waits == std::vector<Clock::duration>{0ms, 250ms, 500ms, 1s, 2s, 4s, 8s, 16s, 30s, 30s});
}

TEST_CASE("a right password waits as long as a wrong one, and then all is forgiven") {
    Door door;
    for (int i = 0; i < 4; ++i) door.fail(alice_here);
    CHECK(door.succeed(alice_here) == 2s);
    CHECK(door.fail(alice_here) == 0ms);
    CHECK(door.fail(alice_here) == 250ms);
}

TEST_CASE("who waits elsewhere for the same time has waited") {
    Door door;
    for (int i = 0; i < 4; ++i) door.fail(alice_here);
    door.now += 1500ms;
    CHECK(door.fail(alice_here) == 500ms);
}

TEST_CASE("after a failure one log-on at a time is checked, however many come") {
    Door door;
    door.fail(alice_here);
    CHECK(door.wait(alice_here) == 250ms);
    for (int i = 0; i < 100; ++i) CHECK(door.limits.begin(alice_here, door.now, door.now));
    door.limits.abandoned(alice_here);
    CHECK_FALSE(door.limits.begin(alice_here, door.now, door.now));
}

TEST_CASE("before anything is known of a user only a few log-ons are checked at once") {
    Door door;
    unsigned begun = 0;
    for (int i = 0; i < 100; ++i) begun += door.limits.begin(alice_here, door.now, door.now) ? 0 : 1;
    CHECK(begun == door.options.unsettled);
    // One of them is right: all who wait go on at once.
    door.limits.succeeded(alice_here, "alice", door.now);
    for (int i = 0; i < 100; ++i) CHECK_FALSE(door.limits.begin(alice_here, door.now, door.now));
}

TEST_CASE("a stranger who fails for a user makes that user wait for a second at most") {
    Door door;
    for (int i = 0; i < 1000; ++i) {
        // Each from an address of its own, one right after the other.
        const auto address = "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
        const LogOnSource stranger{address, "alice"};
        door.fail(stranger);
        if (i == 5) CHECK(door.wait(alice_here) == 0ms);
    }
    door.limits.abandoned(alice_here);
    CHECK(door.succeed(alice_here) == 1s);
    CHECK(door.succeed(alice_here) == 0ms);
}

TEST_CASE("who tries many names from one address waits, and others there for five seconds at most") {
    Door door;
    for (int i = 0; i < 1000; ++i) {
        const auto name = "user" + std::to_string(i);
        const auto waited = door.fail({alice_here.address, name});
        if (i < 10) CHECK(waited == 0ms);
        CHECK(waited <= 5s);
    }
    CHECK(door.succeed(alice_here) == 5s);
    CHECK(door.succeed(alice_there) == 0ms);
}

TEST_CASE("a success forgives this user's failures and no others of the address") {
    Door door;
    for (int i = 0; i < 20; ++i) {
        door.fail({alice_here.address, "user" + std::to_string(i)});
        door.succeed(bob_here);
    }
    CHECK(door.succeed(bob_here) >= 1s);
}

TEST_CASE("failures are forgotten a quarter of an hour after the last one") {
    Door door;
    for (int i = 0; i < 20; ++i) door.fail(alice_here);
    door.now += 16min;
    CHECK(door.fail(alice_here) == 0ms);
    CHECK(door.fail(alice_here) == 250ms);
}

TEST_CASE("a log-on whose user is not known before it is checked waits by its address only") {
    Door door;
    const LogOnSource unknown{alice_here.address, {}};
    for (int i = 0; i < 30; ++i) {
        door.wait(unknown);
        door.limits.failed(unknown, "alice", door.now);
    }
    CHECK(door.wait(unknown) == 5s);
    // Where the name is known it waits as that user's do: 30 s after the last failure, 5 of which are over.
    CHECK(door.wait(alice_here) == 25s);
}

TEST_CASE("the limits keep no more entries than they may, and who failed last is among them") {
    LogOnLimitOptions few;
    few.max_entries = 10;
    few.free_failures = 1'000'000;
    Door door(few);
    for (int i = 0; i < 1000; ++i) {
        door.fail({"198.51.100." + std::to_string(i), "user" + std::to_string(i)});
        if (i == 995) door.fail(alice_here);
    }
    CHECK(door.wait(alice_here) == 250ms);
    CHECK(door.wait({"198.51.100.0", "user0"}) == 0ms);
}

TEST_CASE("with no first delay nobody waits") {
    LogOnLimitOptions off;
    off.first_delay = 0ms;
    Door door(off);
    for (int i = 0; i < 100; ++i) CHECK(door.fail(alice_here) == 0ms);
}

}  // namespace
}  // namespace tintype::security
