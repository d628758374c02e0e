#include "memory.hpp"

#include <sqlite3.h>

namespace tintype::daemon {

void take_memory_when_needed() noexcept {
    // Refused where SQLite is at work already, as in a program of tests: then it stays as it is.
    static_cast<void>(::sqlite3_config(SQLITE_CONFIG_PAGECACHE, static_cast<void*>(nullptr), 0, 0));
    static_cast<void>(::sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0));
}

}  // namespace tintype::daemon
