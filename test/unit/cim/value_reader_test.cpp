#include "cim/value_reader.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <random>
#include <string>
#include <string_view>

#include "cim/test_class.hpp"
#include "cim/type_name.hpp"
#include "tintype/cim/instance.hpp"

namespace {

using namespace tintype::cim;

/// What was read as XML Schema writes it, or the error after `! `.
std::string read(Type type, std::string_view text) {
    const auto value = read_value(type, text);
    return value ? to_text(*value) : "! " + value.error();
}

TEST_CASE("every integer type takes its range and nothing beside it") {
    struct Range {
        Type type;
        std::string_view least, most, under, over;
    };
    for (const auto& row : {
             Range{Type::uint8, "0", "255", "-1", "256"},
             Range{Type::uint16, "0", "65535", "-1", "65536"},
             Range{Type::uint32, "0", "4294967295", "-1", "4294967296"},
             Range{Type::uint64, "0", "18446744073709551615", "-1", "18446744073709551616"},
             Range{Type::sint8, "-128", "127", "-129", "128"},
             Range{Type::sint16, "-32768", "32767", "-32769", "32768"},
             Range{Type::sint32, "-2147483648", "2147483647", "-2147483649", "2147483648"},
             Range{Type::sint64, "-9223372036854775808", "9223372036854775807", "-9223372036854775809",
                   "9223372036854775808"},
         }) {
        const auto& type = row.type;
        const auto& least = row.least;
        const auto& most = row.most;
        const auto& under = row.under;
        const auto& over = row.over;
        CAPTURE(type_name(type));
        CHECK(read(type, least) == least);
        CHECK(read(type, most) == most);
        CHECK(read(type, under) == "! '" + std::string(under) + "' is no " + std::string(type_name(type)) +
                                       ": it is under " + std::string(least));
        CHECK(read(type, over) == "! '" + std::string(over) + "' is no " + std::string(type_name(type)) +
                                      ": it is over " + std::string(most));
    }
}

TEST_CASE("a number is decimal, with a sign or zeros before it and blanks around it") {
    CHECK(read(Type::uint16, " \r\n\t7 ") == "7");
    CHECK(read(Type::uint16, "+007") == "7");
    CHECK(read(Type::uint16, "-0") == "0");
    CHECK(read(Type::sint16, "-0007") == "-7");
    CHECK(read(Type::uint64, "000000000000000000000000000001") == "1");
    for (const auto* text : {"", " ", "0x10", "1.0", "1e3", "--1", "+-1", "1 2", "ten", "１"}) {
        CAPTURE(text);
        CHECK(read(Type::uint16, text).ends_with("is no uint16: it is not a decimal number"));
        CHECK(read(Type::sint64, text).ends_with("is no sint64: it is not a decimal number"));
    }
}

TEST_CASE("a boolean is true, false, 1 or 0 in any case") {
    for (const auto* text : {"true", "TRUE", "True", " 1 "}) CHECK(read(Type::boolean, text) == "true");
    for (const auto* text : {"false", "FALSE", "0"}) CHECK(read(Type::boolean, text) == "false");
    for (const auto* text : {"", "yes", "2", "truefalse"}) {
        CHECK(read(Type::boolean, text) == "! '" + std::string(text) + "' is no boolean: it is neither true nor false");
    }
}

TEST_CASE("reals are those of XML Schema, in the type's range and precision") {
    CHECK(read(Type::real64, "0.1") == "0.1");
    CHECK(read(Type::real64, " -1.5E+3 ") == "-1500");
    CHECK(read(Type::real64, ".5") == "0.5");
    CHECK(read(Type::real64, "5.") == "5");
    CHECK(read(Type::real64, "+2") == "2");
    CHECK(read(Type::real64, "INF") == "INF");
    CHECK(read(Type::real64, "-INF") == "-INF");
    CHECK(read(Type::real32, "NaN") == "NaN");
    CHECK(std::get<double>(*read_value(Type::real32, "0.1")) == static_cast<double>(0.1F));
    CHECK(read(Type::real32, "1e39") == "! '1e39' is no real32: it is outside of the type's range");
    CHECK(read(Type::real64, "1e39") == "1e+39");
    for (const auto* text : {"", "inf", "nan", "infinity", "1,5", "0x1p3", "+-1", "--1", "1e", "."}) {
        CAPTURE(text);
        CHECK(read(Type::real64, text).starts_with("! "));
    }
}

TEST_CASE("a char16 is one unit of UTF-16, a blank too") {
    CHECK(read(Type::char16, "a") == "a");
    CHECK(read(Type::char16, " \xE2\x82\xAC ") == "\xE2\x82\xAC");
    CHECK(read(Type::char16, " ") == " ");
    CHECK(read(Type::char16, "") == "! '' is no char16: it is not one character");
    CHECK(read(Type::char16, "ab") == "! 'ab' is no char16: it is not one character");
    CHECK(read(Type::char16, "\xF0\x9F\x98\x80") == "! '\xF0\x9F\x98\x80' is no char16: it takes two units of UTF-16");
}

TEST_CASE("a string keeps its blanks and a reference is an object path") {
    CHECK(read(Type::string, " a\n") == " a\n");
    CHECK(read(Type::string, "") == "");
    CHECK(read(Type::reference, " root/test:Test_Thing.Name=\"a\" ") == "root\\test:Test_Thing.Name=\"a\"");
    CHECK(read(Type::reference, "nothing=").starts_with("! 'nothing=' is no reference: "));
}

TEST_CASE("a point in time is read from XML Schema's form and from CIM's") {
    struct Case {
        std::string_view text, time;
    };
    for (const auto& row : {
             Case{"2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"},
             Case{" 2026-11-22T10:00:00 ", "2026-11-22T10:00:00Z"},
             Case{"2026-11-22T10:00:00+14:00", "2026-11-21T20:00:00Z"},
             Case{"2026-11-22T10:00:00.5-01:30", "2026-11-22T11:30:00.500000Z"},
             Case{"2026-11-22T10:00:00.1234567Z", "2026-11-22T10:00:00.123456Z"},
             Case{"2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"},
             Case{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
             Case{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
             Case{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
             Case{"20261122100000.000000+000", "2026-11-22T10:00:00Z"},
             Case{"20261122100000.250000+060", "2026-11-22T09:00:00.250000Z"},
             Case{"20261122100000.000000-480", "2026-11-22T18:00:00Z"},
         }) {
        const auto& text = row.text;
        const auto& time = row.time;
        CAPTURE(text);
        CHECK(read(Type::datetime, text) == time);
    }
}

TEST_CASE("an interval is read from XML Schema's form and from CIM's") {
    struct Case {
        std::string_view text, interval;
    };
    for (const auto& row : {
             Case{"P0DT0H5M0S", "P0DT0H5M0S"},
             Case{"PT5M", "P0DT0H5M0S"},
             Case{"PT90.25S", "P0DT0H1M30.250000S"},
             Case{"P1Y2M3DT4H", "P428DT4H0M0S"},
             Case{"-PT0S", "P0DT0H0M0S"},
             Case{"P99999999D", "P99999999DT0H0M0S"},
             Case{"00000001020304.500000:000", "P1DT2H3M4.500000S"},
             Case{"99999999235959.999999:000", "P99999999DT23H59M59.999999S"},
         }) {
        const auto& text = row.text;
        const auto& interval = row.interval;
        CAPTURE(text);
        CHECK(read(Type::datetime, text) == interval);
    }
}

TEST_CASE("a datetime that is none is refused in words") {
    struct Case {
        std::string_view text, words;
    };
    for (const auto& row : {
             Case{"", "does not begin with a date such as 2026-11-22"},
             Case{"2026-11-22", "has no T between date and time"},
             Case{"2026-11-22 10:00:00", "has no T between date and time"},
             Case{"2026-13-22T10:00:00Z", "names a day that is not in the calendar"},
             Case{"2026-02-29T10:00:00Z", "names a day that is not in the calendar"},
             Case{"2026-11-22T25:00:00Z", "has an hour over 23"},
             Case{"2026-11-22T24:00:01Z", "has an hour over 23"},
             Case{"2026-11-22T10:60:00Z", "has a minute over 59"},
             Case{"2026-11-22T10:00:60Z", "has a second over 59"},
             Case{"2026-11-22T10:00Z", "has no time such as 10:00:00"},
             Case{"2026-11-22T10:00:00.Z", "has no time such as 10:00:00"},
             Case{"2026-11-22T10:00:00+15:00", "has an offset over 14:00"},
             Case{"2026-11-22T10:00:00ZZ", "has something behind its offset"},
             Case{"2026-11-22T10:00:00x", "does not end with its time or an offset such as Z or +01:00"},
             Case{"0000-11-22T10:00:00Z", "is outside of the years 1 to 9999"},
             Case{"0001-01-01T00:00:00+01:00", "is outside of the years 1 to 9999"},
             Case{"9999-12-31T24:00:00Z", "is outside of the years 1 to 9999"},
             Case{"12026-11-22T10:00:00Z", "does not begin with a date such as 2026-11-22"},
             Case{"P", "is no duration such as P1DT2H3M4S"},
             Case{"PT", "is no duration such as P1DT2H3M4S"},
             Case{"P1DT", "is no duration such as P1DT2H3M4S"},
             Case{"P1H", "is no duration such as P1DT2H3M4S"},
             Case{"PT1S2M", "is no duration such as P1DT2H3M4S"},
             Case{"PT1.5M", "is no duration such as P1DT2H3M4S"},
             Case{"PT1.S", "is no duration such as P1DT2H3M4S"},
             Case{"PT1", "is no duration such as P1DT2H3M4S"},
             Case{"P1DT1HT1M", "is no duration such as P1DT2H3M4S"},
             Case{"-PT1S", "is below zero, which no interval is"},
             Case{"P100000000D", "is 100000000 days or longer"},
             Case{"P99999999DT24H", "is 100000000 days or longer"},
             Case{"PT99999999999999999999S", "is 100000000 days or longer"},
             Case{"20261122100000.******+***",
                  "has asterisks, which stand for parts that are not known; all of them are needed"},
             Case{"********100000.000000:000",
                  "has asterisks, which stand for parts that are not known; all of them are needed"},
             Case{"20261122100000.000000*000",
                  "has asterisks, which stand for parts that are not known; all of them are needed"},
             Case{"20261122100000.000000Z000", "has neither a colon nor a sign as its 22nd character"},
             Case{"20261322100000.000000+000", "names a day that is not in the calendar"},
             Case{"20261122240000.000000+000", "has an hour over 23"},
             Case{"2026112x100000.000000+000", "is no point in time such as 20261122100000.000000+060"},
             Case{"00000001020304.000000:001", "is no interval such as 00000001020304.000000:000"},
             Case{"00000001240000.000000:000", "has an hour over 23"},
         }) {
        const auto& text = row.text;
        const auto& words = row.words;
        CAPTURE(text);
        CHECK(read(Type::datetime, text) == "! '" + std::string(text) + "' is no datetime: it " + std::string(words));
    }
}

TEST_CASE("what a value is written as is read as that value") {
    std::mt19937_64 random(20261122);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases in each run
    for (int i = 0; i < 2000; ++i) {
        const auto bits = random();
        const Timestamp time{std::chrono::microseconds{static_cast<std::int64_t>(bits % 200'000'000'000'000'000)}};
        const Interval interval{static_cast<std::int64_t>(bits % 8'640'000'000'000'000'000)};
        CHECK(read_value(Type::datetime, to_text(time)) == Scalar(time));
        CHECK(read_value(Type::datetime, to_cim_datetime(time)) == Scalar(time));
        CHECK(read_value(Type::datetime, to_text(interval)) == Scalar(interval));
        CHECK(read_value(Type::datetime, to_cim_datetime(interval)) == Scalar(interval));
        CHECK(read_value(Type::uint64, to_text(std::uint64_t{bits})) == Scalar(std::uint64_t{bits}));
        CHECK(read_value(Type::sint64, to_text(static_cast<std::int64_t>(bits))) ==
              Scalar(static_cast<std::int64_t>(bits)));
        const double real = std::ldexp(static_cast<double>(bits), static_cast<int>(bits % 64) - 32);
        CHECK(read_value(Type::real64, to_text(real)) == Scalar(real));
    }
}

TEST_CASE("whatever is read fits into an instance") {
    Instance instance(test_class);
    for (const auto& property : test_class.properties) {
        if (property.array) continue;
        for (const auto* text : {"", "0", "-1", "7", "255", "256", "65536", "1e39", "NaN", "true", "x", "PT1S",
                                 "2026-11-22T10:00:00Z", "Test_Thing.Name=\"a\"", "\xF0\x9F\x98\x80"}) {
            if (auto value = read_value(property.type, text))
                CHECK_NOTHROW(instance.set(property.name, std::move(*value)));
        }
    }
}

TEST_CASE("an error quotes no more than a few words of a text, and whole characters") {
    CHECK(quoted("abc") == "'abc'");
    CHECK(quoted(std::string(60, 'a')) == "'" + std::string(60, 'a') + "'");
    CHECK(quoted(std::string(59, 'a') + "\xE2\x82\xAC") == "'" + std::string(59, 'a') + "…'");
}

}  // namespace
