#pragma once
/// \file
/// The methods of Msvm_ConcreteJob.

#include <array>
#include <string_view>
#include <utility>

#include "jobs/engine.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

/// RequestStateChange, GetError, GetErrorEx and KillJob, as their reference pages have them. A job that isn't there has
/// the fault of a Get: DestinationUnreachable. Thread safety: every function from any thread.
class JobMethods {
  public:
    /// \param jobs must outlive it.
    explicit JobMethods(jobs::Engine& jobs);

    /// The method of that name in any case, or null.
    [[nodiscard]] const wsman::Method* find(std::string_view name) const noexcept;

  private:
    std::array<std::pair<std::string_view, wsman::Method>, 4> methods_;
};

}  // namespace tintype::snapshot
