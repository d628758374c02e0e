#include "units.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <limits>
#include <string>

using namespace std::chrono_literals;
using tintype::daemon::parse_duration;
using tintype::daemon::parse_size;
using tintype::daemon::print_duration;
using tintype::daemon::print_size;

TEST_CASE("a duration is a whole number with a unit") {
    CHECK(parse_duration("0s") == 0ms);
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("60s") == 60s);
    CHECK(parse_duration("5m") == 5min);
    CHECK(parse_duration("2h") == 2h);
    CHECK(parse_duration("1d") == 24h);
}

TEST_CASE("what is no duration is refused with what to write instead") {
    struct Case {
        const char* text;
        const char* message;
    };
    const std::array cases{
        Case{"", R"("" is no duration: write a whole number and a unit, such as "250ms", "60s", "5m")"},
        Case{"soon", R"("soon" is no duration: write a whole number and a unit, such as "250ms", "60s", "5m")"},
        Case{"-1s", R"("-1s" is no duration: write a whole number and a unit, such as "250ms", "60s", "5m")"},
        Case{"60", R"("60" has no unit: write ms, s, m, h or d after it, such as "60s")"},
        Case{"5 parsecs", R"("5 parsecs" has an unknown unit " parsecs": use ms, s, m, h or d)"},
        Case{"1.5s", R"("1.5s" has an unknown unit ".5s": use ms, s, m, h or d)"},
        Case{"5M", R"("5M" has an unknown unit "M": use ms, s, m, h or d)"},
        Case{"9223372036854775807d", R"("9223372036854775807d" is too long)"},
        Case{
            "99999999999999999999s",
            R"("99999999999999999999s" is no duration: write a whole number and a unit, such as "250ms", "60s", "5m")"},
    };
    for (const Case& wrong : cases) {
        CAPTURE(wrong.text);
        const auto parsed = parse_duration(wrong.text);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error() == wrong.message);
    }
}

TEST_CASE("a size is a whole number of bytes with or without a unit") {
    CHECK(parse_size("0") == 0);
    CHECK(parse_size("65536") == 65536);
    CHECK(parse_size("10B") == 10);
    CHECK(parse_size("512KiB") == 512 * 1024);
    CHECK(parse_size("3MiB") == 3 * 1024 * 1024);
    CHECK(parse_size("1GiB") == 1024 * 1024 * 1024);
    CHECK(parse_size("64KB") == 64'000);
    CHECK(parse_size("2GB") == 2'000'000'000);
}

TEST_CASE("what is no size is refused with what to write instead") {
    CHECK(parse_size("big").error() ==
          R"("big" is no size: write a whole number of bytes, or one with a unit, such as "512KiB", "1MiB")");
    CHECK(parse_size("512K").error() == R"("512K" has an unknown unit "K": use B, KiB, MiB, GiB, KB, MB or GB)");
    CHECK(parse_size("512kib").error() == R"("512kib" has an unknown unit "kib": use B, KiB, MiB, GiB, KB, MB or GB)");
    CHECK(parse_size("9223372036854775807GiB").error() == R"("9223372036854775807GiB" is too large)");
    CHECK(parse_size("9223372036854775808").error() == R"("9223372036854775808" is too large)");
    CHECK(parse_size("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("values print in the largest unit that holds them exactly, and read back") {
    CHECK(print_duration(0ms) == "0ms");
    CHECK(print_duration(1'500ms) == "1500ms");
    CHECK(print_duration(90s) == "90s");
    CHECK(print_duration(24h) == "1d");
    CHECK(print_size(0) == "0B");
    CHECK(print_size(512 * 1024) == "512KiB");
    CHECK(print_size(1025) == "1025B");
    for (const auto duration : {0ms, 1ms, 999ms, 60'000ms, 86'400'000ms}) {
        CHECK(parse_duration(print_duration(duration)) == duration);
    }
    for (const std::uint64_t bytes : {0ULL, 1ULL, 1024ULL, 1ULL << 30U, 1'000'000ULL}) {
        CHECK(parse_size(print_size(bytes)) == bytes);
    }
}
