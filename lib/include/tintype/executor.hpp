#pragma once
/// \file
/// The only way the library's core runs anything on another thread: it is handed one of these and starts none itself.

#include <functional>

namespace tintype {

/// Runs work on threads of its own. Implementations must accept calls from any thread, must not run the work inside
/// post(), and must run every piece of work exactly once as long as they live.
class Executor {
  public:
    Executor() = default;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;
    virtual ~Executor() = default;

    virtual void post(std::function<void()> work) = 0;
};

}  // namespace tintype
