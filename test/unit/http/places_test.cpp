#include "http/places.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <latch>
#include <string>
#include <thread>
#include <vector>

using namespace tintype;
using http::Places;

namespace {

/// Runs `work` on so many threads at once. \param work gets the thread's number.
template <class Work>
void side_by_side(std::size_t count, const Work& work) {
    std::latch start(static_cast<std::ptrdiff_t>(count));
    std::vector<std::thread> threads;
    threads.reserve(count);
    for (std::size_t number = 0; number < count; ++number) {
        threads.emplace_back([&, number] {
            start.arrive_and_wait();
            work(number);
        });
    }
    for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("places are counted for all takers together and for each") {
    Places places(3, 2);
    auto a = places.take("a");
    const auto b = places.take("a");
    CHECK((a && b));
    CHECK_FALSE(places.take("a"));
    const auto c = places.take("b");
    CHECK(c);
    CHECK_FALSE(places.take("c"));
    a = {};
    CHECK(places.take("c"));
}

TEST_CASE("a place that is put in another's place gives that one back") {
    Places places(2, 1);
    auto place = places.take("a");
    place = places.take("b");
    CHECK(places.take("a"));
    CHECK_FALSE(places.take("b"));
}

TEST_CASE("a place outlives its places, and those of one server are none of another's") {
    Places::Place place;
    for (int server = 0; server < 3; ++server) {
        Places places(1, 1);
        const auto other = places.take("a");
        CHECK(other);
        CHECK_FALSE(places.take("a"));
    }
    {
        Places places(1, 1);
        place = places.take("a");
    }
    CHECK(place);
    place = {};
}

TEST_CASE("a thread that met another taker of the same place in its memory counts on") {
    Places places(1'000, 1);
    std::vector<Places::Place> taken;
    taken.reserve(200);
    for (int taker = 0; taker < 200; ++taker) taken.push_back(places.take(std::to_string(taker)));
    CHECK(std::all_of(taken.begin(), taken.end(), [](const auto& place) { return static_cast<bool>(place); }));
    for (int taker = 0; taker < 200; ++taker) CHECK_FALSE(places.take(std::to_string(taker)));
    taken.clear();
    for (int taker = 0; taker < 200; ++taker) CHECK(places.take(std::to_string(taker)));
}

TEST_CASE("a place taken on one thread counts on all, and is given back on any") {
    Places places(10, 1);
    auto place = places.take("a");
    CHECK(place);
    std::thread([&] {
        CHECK_FALSE(places.take("a"));
        place = {};
        place = places.take("a");
        CHECK(place);
    }).join();
    CHECK_FALSE(places.take("a"));
    place = {};
    CHECK(places.take("a"));
}

TEST_CASE("threads at once take as many places as there are and not one more") {
    constexpr std::size_t threads = 4;
    constexpr std::size_t limit = 3;
    constexpr std::size_t each = 2;
    constexpr int rounds = 20'000;
    Places places(limit, each);
    const std::array<std::string, 2> takers{"alice", "bob"};
    std::atomic<std::size_t> inside{0};
    std::array<std::atomic<std::size_t>, 2> inside_of{};
    std::atomic<bool> over{false};
    side_by_side(threads, [&](std::size_t number) {
        for (int round = 0; round < rounds; ++round) {
            const auto who = (number + static_cast<std::size_t>(round)) % takers.size();
            const auto place = places.take(takers[who]);
            if (!place) continue;
            if (inside_of[who].fetch_add(1) >= each || inside.fetch_add(1) >= limit) over = true;
            inside.fetch_sub(1);
            inside_of[who].fetch_sub(1);
        }
    });
    CHECK_FALSE(over);
    // All came back, and none twice.
    std::vector<Places::Place> taken;
    for (const auto* taker : {"alice", "bob"})
        for (std::size_t number = 0; number <= each; ++number)
            if (auto place = places.take(taker)) taken.push_back(std::move(place));
    CHECK(taken.size() == limit);
}

TEST_CASE("threads that together want no more than there is are never refused") {
    constexpr std::size_t threads = 4;
    Places places(threads, 2);
    std::atomic<int> refused{0};
    side_by_side(threads, [&](std::size_t number) {
        const std::string taker = number % 2 == 0 ? "alice" : "bob";
        for (int round = 0; round < 20'000; ++round)
            if (!places.take(taker)) ++refused;
    });
    CHECK(refused == 0);
}

TEST_CASE("takers come and go on many threads, and one is never counted twice") {
    constexpr std::size_t threads = 4;
    Places places(threads, 1);
    std::array<std::atomic<int>, 50> holders{};
    std::atomic<bool> twice{false};
    side_by_side(threads, [&](std::size_t number) {
        for (std::size_t round = 0; round < 5'000; ++round) {
            const auto who = (round * (number + 1)) % holders.size();  // Each thread forgets them all the time.
            const auto place = places.take(std::to_string(who));
            if (!place) continue;
            if (holders[who].fetch_add(1) != 0) twice = true;
            holders[who].fetch_sub(1);
        }
    });
    CHECK_FALSE(twice);
}
