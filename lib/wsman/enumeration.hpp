#pragma once
/// \file
/// Enumerate, Pull, Renew, GetStatus, Release (DSP0226 clause 8).

#include <chrono>
#include <memory>
#include <string>

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

    /// Each appends the answer's body to `out`, which already holds the envelope up to it. The first two stop at the
    /// deadline with what there is by then.
    /// \param plan its filter is taken out of it. \param host_name `__SERVER` for queries.
    Result<void> enumerate(Plan& plan, const std::string& host_name, std::string& out);
    Result<void> pull(const Plan& plan, std::string& out);
    Result<void> renew(const Plan& plan, std::string& out);
    Result<void> get_status(const Plan& plan, std::string& out);
    Result<void> release(const Plan& plan);

    /// Frees contexts that have expired; next to nothing most of the time, so that any request may do it.
    void expire(std::chrono::steady_clock::time_point now);

    /// How many contexts are open (expired ones that nobody met yet included).
    [[nodiscard]] std::size_t open_contexts() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Appends wsman:TotalItemsCountEstimate (DSP0226 8.2.2) to the headers of an Enumerate's or Pull's answer: nil unless
/// the classes know how many instances they have.
void append_count_estimate(std::string& out, const Plan& plan);

}  // namespace tintype::wsman
