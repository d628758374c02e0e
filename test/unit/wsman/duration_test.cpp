#include "wsman/duration.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>

using namespace std::chrono_literals;
using tintype::wsman::parse_duration;

TEST_CASE("a duration is read in every form that clients send") {
    struct Row {
        std::string_view text;
        std::chrono::milliseconds expected;
    };
    constexpr std::array rows{
        Row{"PT60.000S", 60s},     Row{"PT20S", 20s},
        Row{"PT1M30S", 90s},       Row{"PT1M", 60s},
        Row{"P1D", 24h},           Row{"P0DT0H5M0S", 5min},
        Row{"PT0.001S", 1ms},      Row{"PT0.0019S", 1ms},
        Row{"-PT5S", -5s},         Row{"PT0S", 0ms},
        Row{"P1Y", 365 * 24h},     Row{"P1M", 30 * 24h},
        Row{"P1DT1H1M1S", 90061s}, Row{"PT2147483.647S", 2147483647ms},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        REQUIRE(parse_duration(row.text).has_value());
        CHECK(*parse_duration(row.text) == row.expected);
    }
}

TEST_CASE("what is no duration is refused") {
    constexpr std::array<std::string_view, 22> rows{"",
                                                    "P",
                                                    "PT",
                                                    "PTS",
                                                    "60",
                                                    "60S",
                                                    "P60S",
                                                    "PT60",
                                                    "PT-5S",
                                                    "PT5.S",
                                                    "PT.5S",
                                                    "PT5M5H",
                                                    "PT5S5S",
                                                    "P5D5D",
                                                    "PT5X",
                                                    "PT1.5M",
                                                    "P1DT",
                                                    "PT 5S",
                                                    "PT5S ",
                                                    "PT99999999999999999999S",
                                                    "P9999999999Y",
                                                    "P1DTT5S"};
    for (const auto text : rows) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text).has_value());
    }
}
