#include "log.hpp"

#include <doctest/doctest.h>

using tintype::daemon::one_line;

TEST_CASE("control characters can't begin a line of their own in the log") {
    CHECK(one_line("alice\n2026 error: forged\x1b[31m\x7f") == "alice\\x0a2026 error: forged\\x1b[31m\\x7f");
}

TEST_CASE("text that people write stays as it is") {
    CHECK(one_line("Sauvegarde été — 日本") == "Sauvegarde été — 日本");
    CHECK(one_line("").empty());
}
