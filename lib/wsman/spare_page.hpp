#pragma once
/// \file
/// Room for instances that is used again by one request after the other.

#include "tintype/cim/instance_page.hpp"

namespace tintype::wsman {

/// As many instances' memory stays with a thread: all of most answers, and not much of the largest.
inline constexpr std::size_t most_spare_instances = 16;

/// This thread's page. Who uses it clears it first: it may hold what the last request was about.
inline cim::InstancePage& spare_page() {
    thread_local cim::InstancePage page;
    return page;
}

}  // namespace tintype::wsman
