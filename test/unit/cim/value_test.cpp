#include "tintype/cim/value.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace {

using namespace tintype::cim;
using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

const Timestamp ten = sys_days{year{2026} / 11 / 22} + 10h;

TEST_CASE("a value's text is what XML Schema writes") {
    struct Case {
        Scalar value;
        std::string_view text;
    };
    const Case cases[] = {
        {true, "true"},
        {false, "false"},
        {std::uint64_t{0}, "0"},
        {std::numeric_limits<std::uint64_t>::max(), "18446744073709551615"},
        {std::numeric_limits<std::int64_t>::min(), "-9223372036854775808"},
        {1.5, "1.5"},
        {1e300, "1e+300"},
        {-0.1, "-0.1"},
        {std::numeric_limits<double>::infinity(), "INF"},
        {-std::numeric_limits<double>::infinity(), "-INF"},
        {std::numeric_limits<double>::quiet_NaN(), "NaN"},
        {std::string("a<b&\xc3\xa4"), "a<b&\xc3\xa4"},
        {ten, "2026-11-22T10:00:00Z"},
        {ten + 1us, "2026-11-22T10:00:00.000001Z"},
        {Timestamp{}, "1970-01-01T00:00:00Z"},
        {Timestamp{-1us}, "1969-12-31T23:59:59.999999Z"},
        {sys_days{year{2024} / 2 / 29} + 23h + 59min + 58s + 500ms, "2024-02-29T23:59:58.500000Z"},
        {Timestamp::min(), "0001-01-01T00:00:00Z"},
        {Timestamp::max(), "9999-12-31T23:59:59.999999Z"},
        {Interval{5min}, "P0DT0H5M0S"},
        {Interval{49h + 30min + 1s + 20ms}, "P2DT1H30M1.020000S"},
        {Interval{-5min}, "-P0DT0H5M0S"},
        {Interval{0}, "P0DT0H0M0S"},
        {Interval::min(), "-P106751991DT4H0M54.775808S"},
        {ObjectPath{"", "root/a", "C", {{"K", "v"}}}, R"(root\a:C.K="v")"},
    };
    for (const auto& [value, text] : cases) {
        CHECK(to_text(value) == text);
        std::string appended = "before ";
        append_text(appended, value);
        CHECK(appended == "before " + std::string(text));
    }
}

TEST_CASE("CIM's own form of a datetime has 25 characters whatever the time") {
    CHECK(to_cim_datetime(ten) == "20261122100000.000000+000");
    CHECK(to_cim_datetime(ten + 1h + 2min + 3s + 4us) == "20261122110203.000004+000");
    CHECK(to_cim_datetime(Timestamp::min()) == "00010101000000.000000+000");
    CHECK(to_cim_datetime(Timestamp::max()) == "99991231235959.999999+000");
    CHECK(to_cim_datetime(Interval{5min}) == "00000000000500.000000:000");
    CHECK(to_cim_datetime(Interval{49h + 30min + 1s + 20ms}) == "00000002013001.020000:000");
    CHECK(to_cim_datetime(Interval{-1us}) == "00000000000000.000000:000");
    CHECK(to_cim_datetime(Interval::max()) == "99999999235959.999999:000");
}

}  // namespace
