#include "tintype/worker_pool.hpp"

#include <utility>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <thread>

namespace tintype {
namespace {

unsigned thread_count(unsigned asked) {
    constexpr unsigned fewest = 2;
    return asked != 0 ? asked : std::max(fewest, std::thread::hardware_concurrency());
}

}  // namespace

struct WorkerPool::State {
    explicit State(unsigned threads) : pool(threads) {}
    boost::asio::thread_pool pool;
};

WorkerPool::WorkerPool(unsigned threads) : state_(std::make_unique<State>(thread_count(threads))) {}

// The thread pool's own destructor would drop what is queued.
WorkerPool::~WorkerPool() {
    join();
}

void WorkerPool::post(std::function<void()> work) {
    boost::asio::post(state_->pool, std::move(work));
}

void WorkerPool::join() {
    state_->pool.join();
}

}  // namespace tintype
