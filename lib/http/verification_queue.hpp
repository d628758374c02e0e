#pragma once
/// \file
/// Whose password is hashed next.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "tintype/executor.hpp"

namespace tintype::http {

/// Hands password checks to the workers so that they can't starve anybody: only a few are with the workers at once, so
/// that requests find threads, and addresses take turns, so that one which sends wrong passwords on a thousand
/// connections delays its own log-ons and not the others'. Thread safety: every function from any thread. Ownership:
/// the workers must outlive every check that was posted; this object need not.
class VerificationQueue {
  public:
    /// \param parallel how many checks are with the workers at once, 1 or more. \param limit how many may wait.
    VerificationQueue(Executor& workers, std::size_t parallel, std::size_t limit);
    ~VerificationQueue();
    VerificationQueue(const VerificationQueue&) = delete;
    VerificationQueue& operator=(const VerificationQueue&) = delete;

    /// \param from the client's address without its port, or its network. \returns false, and forgets the check, if too
    /// many wait or the queue is closed.
    bool post(const std::string& from, std::function<void()> check);

    /// Forgets every check that waits, and takes no more. Those with the workers go on.
    void close();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tintype::http
