#include "tintype/worker_pool.hpp"

#include <doctest/doctest.h>

#include <new>
#include <stdexcept>
#include <string>
#include <vector>

using namespace tintype;

TEST_CASE("a worker whose work throws says so and goes on with the next") {
    std::vector<std::string> lines;  // of one thread, and read when that has ended
    int done = 0;
    {
        WorkerPool pool(1, [&](LogLevel level, std::string_view line) {
            CHECK(level == LogLevel::error);
            lines.emplace_back(line);
        });
        pool.post([] { throw std::bad_alloc(); });
        pool.post([&] { ++done; });
        pool.post([] { throw 7; });
        pool.post([] { throw std::runtime_error("no luck " + std::string(1'000, '.')); });
        pool.post([&] { ++done; });
    }
    CHECK(done == 2);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "a worker's work failed: std::bad_alloc");
    CHECK(lines[1] == "a worker's work failed: something was thrown that is no std::exception");
    CHECK(lines[2].starts_with("a worker's work failed: no luck ..."));
    CHECK(lines[2].size() == 512);
}

TEST_CASE("a pool without a log goes on just so") {
    int done = 0;
    {
        WorkerPool pool(1);
        pool.post([] { throw std::bad_alloc(); });
        pool.post([&] { ++done; });
    }
    CHECK(done == 1);
}
