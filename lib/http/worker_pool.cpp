#include "tintype/worker_pool.hpp"

#include "http/asio.hpp"

#include <sched.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <thread>
#include <utility>
#include <vector>

namespace tintype {
namespace {

unsigned thread_count(unsigned asked) {
    constexpr unsigned fewest = 2;
    return asked != 0 ? asked : std::max(fewest, std::thread::hardware_concurrency());
}

/// Work that comes doesn't interrupt the thread that brings it: on one processor each request would cost two changes of
/// threads. Threads get as much of the processor as ever, only not at once. What refuses this loses nothing but speed.
void be_patient() {
    const sched_param none{};
    static_cast<void>(::sched_setscheduler(0, SCHED_BATCH, &none));
}

}  // namespace

struct WorkerPool::State {
    explicit State(unsigned count) : queue(static_cast<int>(count)), guard(queue.get_executor()) {
        try {
            for (unsigned number = 0; number < count; ++number) {
                threads.emplace_back([this] {
                    be_patient();
                    queue.run();
                });
            }
        } catch (...) {
            // A thread that is destroyed while it runs would end the process.
            queue.stop();
            for (auto& thread : threads) thread.join();
            throw;
        }
    }

    boost::asio::io_context queue;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard;
    std::vector<std::thread> threads;
};

WorkerPool::WorkerPool(unsigned threads) : state_(std::make_unique<State>(thread_count(threads))) {}

WorkerPool::~WorkerPool() {
    join();
}

void WorkerPool::post(std::function<void()> work) {
    boost::asio::post(state_->queue, std::move(work));
}

void WorkerPool::join() {
    state_->guard.reset();
    for (auto& thread : state_->threads) {
        if (thread.joinable()) thread.join();
    }
}

}  // namespace tintype
