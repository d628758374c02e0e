#include "http/verification_queue.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tintype/worker_pool.hpp"

using tintype::Executor;
using tintype::http::VerificationQueue;

namespace {

/// Runs what was posted when it is told to, so that the order can be seen.
class ByHand final : public Executor {
  public:
    void post(std::function<void()> work) override { works_.push_back(std::move(work)); }
    bool run_one() {
        if (works_.empty()) return false;
        const auto work = std::move(works_.front());
        works_.pop_front();
        work();
        return true;
    }
    [[nodiscard]] std::size_t size() const { return works_.size(); }

  private:
    std::deque<std::function<void()>> works_;
};

}  // namespace

TEST_CASE("an address with many log-ons delays its own and not the others'") {
    ByHand workers;
    VerificationQueue queue(workers, 1, 100);
    std::string order;
    for (int number = 0; number < 5; ++number) CHECK(queue.post("attacker", [&order] { order += 'a'; }));
    CHECK(queue.post("alice", [&order] { order += 'A'; }));
    CHECK(queue.post("bob", [&order] { order += 'B'; }));
    while (workers.run_one()) {
    }
    CHECK(order == "aaABaaa");
}

TEST_CASE("no more log-ons than allowed are with the workers, and no more wait") {
    ByHand workers;
    VerificationQueue queue(workers, 2, 3);
    int done = 0;
    for (int number = 0; number < 5; ++number) CHECK(queue.post("a", [&done] { ++done; }));
    CHECK(workers.size() == 2);
    CHECK_FALSE(queue.post("b", [&done] { ++done; }));
    while (workers.run_one()) CHECK(workers.size() <= 2);
    CHECK(done == 5);
    CHECK(queue.post("b", [&done] { ++done; }));
    CHECK(workers.run_one());
    CHECK(done == 6);
}

TEST_CASE("a closed queue forgets what waits and takes nothing") {
    ByHand workers;
    const auto token = std::make_shared<int>(0);
    {
        VerificationQueue queue(workers, 1, 10);
        for (int number = 0; number < 3; ++number) CHECK(queue.post("a", [token] { ++*token; }));
        CHECK(token.use_count() == 4);
        queue.close();
        CHECK(token.use_count() == 2);
        CHECK_FALSE(queue.post("a", [token] { ++*token; }));
    }
    while (workers.run_one()) {
    }
    CHECK(*token == 1);
    CHECK(token.use_count() == 1);
}

TEST_CASE("every piece of work posted to a pool has run when the pool is gone") {
    std::atomic<int> done = 0;
    {
        tintype::WorkerPool pool(3);
        for (int number = 0; number < 1'000; ++number) pool.post([&done] { ++done; });
    }
    CHECK(done == 1'000);
    {
        tintype::WorkerPool pool;
        pool.post([&done] { ++done; });
        pool.join();
        CHECK(done == 1'001);
    }
}
