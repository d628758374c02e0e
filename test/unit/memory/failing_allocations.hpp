#pragma once
/// \file
/// operator new of this program, failing when it is told to.

#include <cstddef>

namespace tintype::test {

/// While it lives, the n-th allocation of this thread (1 is the first) throws std::bad_alloc; those before and after
/// it don't.
class FailingAllocation {
  public:
    explicit FailingAllocation(std::size_t n) noexcept;
    ~FailingAllocation();
    FailingAllocation(const FailingAllocation&) = delete;
    FailingAllocation& operator=(const FailingAllocation&) = delete;

    /// Whether it came to that.
    [[nodiscard]] static bool has_failed() noexcept;
};

}  // namespace tintype::test
