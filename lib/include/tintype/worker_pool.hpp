#pragma once
/// \file
/// An Executor with a fixed number of threads, for programs that have no thread pool of their own.

#include <memory>

#include "tintype/executor.hpp"
#include "tintype/log.hpp"

namespace tintype {

/// Thread safety: post() from any thread. The destructor waits for work that runs or is queued.
class WorkerPool final : public Executor {
  public:
    /// \param threads how many threads to start, 1 or more; 0 means one a processor, at least 2.
    /// \param log told of work that threw; the thread goes on with the next.
    /// Errors: throws std::system_error if the system gives no more threads; those begun are ended.
    explicit WorkerPool(unsigned threads = 0, LogSink log = {});
    ~WorkerPool() override;

    void post(std::function<void()> work) override;

    /// Waits until everything that was posted has run; nothing may be posted afterwards. Called by the destructor.
    void join();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tintype
