#pragma once
/// \file
/// Ctrl-C while a job is waited for.

#include <chrono>
#include <csignal>

namespace tintype::client {

/// As long as one lives, SIGINT and SIGTERM don't end the program but are noted. One at a time.
class Interruption {
  public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    /// Whether one came while any of these lived.
    [[nodiscard]] static bool came() noexcept;
    /// Waits for this long, or until one comes.
    static void wait(std::chrono::milliseconds time) noexcept;

  private:
    struct sigaction interrupt_ {};
    struct sigaction terminate_ {};
};

}  // namespace tintype::client
