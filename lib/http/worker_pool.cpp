#include "tintype/worker_pool.hpp"

#include "http/asio.hpp"

#include <sched.h>

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <exception>
#include <string_view>
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
    State(unsigned count, LogSink sink)
        : queue(static_cast<int>(count)), guard(queue.get_executor()), log(std::move(sink)) {
        try {
            for (unsigned number = 0; number < count; ++number) {
                threads.emplace_back([this] {
                    be_patient();
                    run();
                });
            }
        } catch (...) {
            // A thread that is destroyed while it runs would end the process.
            queue.stop();
            for (auto& thread : threads) thread.join();
            throw;
        }
    }

    /// One piece of work that fails, for lack of memory most likely, takes no other with it.
    void run() noexcept {
        for (;;) {
            try {
                queue.run();
                return;
            } catch (const std::exception& error) {
                log_failure(error.what());
            } catch (...) {
                log_failure("something was thrown that is no std::exception");
            }
        }
    }

    void log_failure(std::string_view why) const noexcept {
        if (!log) return;
        try {
            constexpr std::string_view what = "a worker's work failed: ";
            std::array<char, 512> line{};  // memory has run out, most likely
            std::size_t size = what.copy(line.data(), line.size());
            size += why.copy(line.data() + size, line.size() - size);
            log(LogLevel::error, std::string_view(line.data(), size));
        } catch (...) {
            return;  // a log that throws against its word: nobody is left to be told
        }
    }

    boost::asio::io_context queue;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard;
    const LogSink log;
    std::vector<std::thread> threads;
};

WorkerPool::WorkerPool(unsigned threads, LogSink log)
    : state_(std::make_unique<State>(thread_count(threads), std::move(log))) {}

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
