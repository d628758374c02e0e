#pragma once
/// \file
/// How often this program asked for memory: malloc and its kin are counted, whoever calls them (operator new does).

#include <cstddef>

namespace tintype::bench {

/// Calls of malloc, calloc, realloc and aligned_alloc by this thread until now.
[[nodiscard]] std::size_t allocations_of_this_thread() noexcept;

}  // namespace tintype::bench
