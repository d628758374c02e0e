#include "file_steps.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tintype::test {
namespace {

unsigned steps_left = 0;

void step() {
    if (steps_left > 0 && --steps_left == 0) ::kill(::getpid(), SIGKILL);
}

}  // namespace

void die_before_file_step(unsigned step) {
    steps_left = step;
}

}  // namespace tintype::test

// In place of the C library's, for the whole program.

extern "C" int fsync(int file) {
    tintype::test::step();
    return static_cast<int>(::syscall(SYS_fsync, file));
}

extern "C" int rename(const char* from, const char* to) noexcept {
    tintype::test::step();
    return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

extern "C" int unlink(const char* path) noexcept {
    tintype::test::step();
    return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}
