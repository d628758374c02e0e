#pragma once
/// \file
/// Where a class waits until a test lets it go on.

#include <cstddef>

namespace provider {

/// Waits for the next open_gate(). \returns false if nobody opened it for a minute, which only a failing test sees.
bool wait_at_gate();

/// Lets everybody go on who waits now.
void open_gate();

/// How many wait.
std::size_t waiting_at_gate();

}  // namespace provider
