#pragma once
/// \file
/// Enumerate, Pull, Release (DSP0226 clause 8) and the contexts between them.

#include <memory>
#include <string>
#include <vector>

#include "tintype/limits.hpp"
#include "wsman/dispatch.hpp"

namespace tintype::wsman {

/// Thread safety: every function from any thread. A context is used by one Pull at a time.
class Enumerations {
  public:
    explicit Enumerations(const Limits& limits);
    ~Enumerations();
    Enumerations(const Enumerations&) = delete;
    Enumerations& operator=(const Enumerations&) = delete;

    /// Each appends the answer's body to `out`, which already holds the envelope up to it.
    Result<void> enumerate(const Plan& plan, std::string& out);
    Result<void> pull(const Plan& plan, std::string& out);
    Result<void> release(const Plan& plan);

    /// How many contexts are open (expired ones that nobody met yet included).
    [[nodiscard]] std::size_t open_contexts() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tintype::wsman
