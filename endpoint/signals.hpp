#pragma once
/// \file
/// SIGTERM, SIGINT and SIGHUP as calls.

#include <functional>
#include <memory>

namespace tintype::daemon {

/// What signals ask for. Each is called on a thread of its own, one at a time.
struct SignalHandlers {
    std::function<void()> stop;          ///< The first SIGTERM or SIGINT.
    std::function<void()> stop_at_once;  ///< Each one after it.
    std::function<void()> reload;        ///< SIGHUP.
};

/// Holds signals back from its construction on, calls handlers from watch() on until its end. SIGPIPE is ignored.
class Signals {
  public:
    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// Once; signals that came before are handled first.
    void watch(SignalHandlers handlers);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tintype::daemon
