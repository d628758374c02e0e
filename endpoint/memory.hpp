#pragma once
/// \file
/// How much memory this process and its libraries take before there is anything to do.

namespace tintype::daemon {

/// Tells SQLite to take pages and small pieces one by one, as they are needed, instead of 140 KB in advance for each
/// connection. Settings of the process, which SQLite takes only before its first use.
void take_memory_when_needed() noexcept;

/// Gives back the pages of the program's and its libraries' files that only starting needed: relocations, symbols, code
/// that reads configurations. Whatever of them is used again comes back out of the kernel's cache of files, at the cost
/// of a minor fault. Pages that were written to, by the dynamic linker too, stay. To be called when all that starts has
/// started: the more threads, the more of them fault.
void give_back_what_starting_needed() noexcept;

/// Gives back the memory that was freed and that the allocator keeps, which after thousands of connections that have
/// gone is some 50 KB for each of them. Takes milliseconds for each 100 MB, in which other threads may wait for theirs.
void give_back_freed_memory() noexcept;

}  // namespace tintype::daemon
