#pragma once
// Stops this process dead between two of its changes to files, as a crash does.

namespace tintype::test {

/// From now on this process kills itself with SIGKILL before it makes its `step`th durable change (1 is the next): an
/// fsync, a rename or an unlink. For a process forked for that; 0 switches it off.
void die_before_file_step(unsigned step);

}  // namespace tintype::test
