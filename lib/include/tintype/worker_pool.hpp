#pragma once
/// \file
/// An Executor with a fixed number of threads, for programs that have no thread pool of their own.

#include <memory>

#include "tintype/executor.hpp"

namespace tintype {

/// Thread safety: post() from any thread. The destructor waits for work that runs or is queued.
class WorkerPool final : public Executor {
  public:
    /// \param threads how many threads to start, 1 or more; 0 means one a processor, at least 2.
    /// Errors: throws std::system_error if the system gives no more threads; those begun are ended.
    explicit WorkerPool(unsigned threads = 0);
    ~WorkerPool() override;

    void post(std::function<void()> work) override;

    /// Waits until everything that was posted has run; nothing may be posted afterwards. Called by the destructor.
    void join();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tintype
