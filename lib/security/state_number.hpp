#pragma once
/// \file
/// Numbers of states that threads keep copies of.

#include <atomic>
#include <cstdint>

namespace tintype::security {

/// One that nothing in this process has had; never 0. Whoever changes a state takes a new one, so that a thread's copy
/// tells by its number whether it is of this object and of now. Thread safety: from any thread.
inline std::uint64_t next_state_number() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

}  // namespace tintype::security
