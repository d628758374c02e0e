#include "tintype/cim/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace tintype::cim {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year;

constexpr Timestamp earliest = sys_days{year{1} / 1 / 1};
constexpr Timestamp latest = sys_days{year{10000} / 1 / 1} - std::chrono::microseconds{1};
constexpr std::uint64_t most_days = 99'999'999;  // eight digits in CIM's form

template <class Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), result.ptr);
}

void append_padded(std::string& out, std::uint64_t number, std::size_t width) {
    std::array<char, 20> digits{};
    for (std::size_t i = width; i > 0; --i, number /= 10) digits[i - 1] = static_cast<char>('0' + number % 10);
    out.append(digits.data(), width);
}

/// A length of time as both forms spell it.
struct Clock {
    std::uint64_t days, hours, minutes, seconds, microseconds;

    explicit constexpr Clock(std::uint64_t microseconds_in_all)
        : days(microseconds_in_all / 86'400'000'000),
          hours(microseconds_in_all / 3'600'000'000 % 24),
          minutes(microseconds_in_all / 60'000'000 % 60),
          seconds(microseconds_in_all / 1'000'000 % 60),
          microseconds(microseconds_in_all % 1'000'000) {}
};

struct Calendar {
    std::uint64_t year, month, day;
    Clock clock;

    explicit Calendar(Timestamp time) : Calendar(floor<days>(time), time) {}

  private:
    Calendar(sys_days date, Timestamp time) : Calendar(std::chrono::year_month_day{date}, time - date) {}
    Calendar(std::chrono::year_month_day date, std::chrono::microseconds of_day)
        : year(static_cast<std::uint64_t>(static_cast<int>(date.year()))),
          month(static_cast<unsigned>(date.month())),
          day(static_cast<unsigned>(date.day())),
          clock(static_cast<std::uint64_t>(of_day.count())) {}
};

void append_fraction(std::string& out, std::uint64_t microseconds) {
    if (microseconds == 0) return;
    out += '.';
    append_padded(out, microseconds, 6);
}

void append(std::string& out, bool value) {
    out += value ? "true" : "false";
}
void append(std::string& out, std::uint64_t value) {
    append_number(out, value);
}
void append(std::string& out, std::int64_t value) {
    append_number(out, value);
}
void append(std::string& out, const std::string& value) {
    out += value;
}
void append(std::string& out, const ObjectPath& value) {
    out += to_string(value);
}

void append(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value < 0 ? "-INF" : "INF";
    } else {
        append_number(out, value);
    }
}

void append(std::string& out, Timestamp value) {
    const Calendar time(std::clamp(value, earliest, latest));
    append_padded(out, time.year, 4);
    out += '-';
    append_padded(out, time.month, 2);
    out += '-';
    append_padded(out, time.day, 2);
    out += 'T';
    append_padded(out, time.clock.hours, 2);
    out += ':';
    append_padded(out, time.clock.minutes, 2);
    out += ':';
    append_padded(out, time.clock.seconds, 2);
    append_fraction(out, time.clock.microseconds);
    out += 'Z';
}

void append(std::string& out, Interval value) {
    std::uint64_t magnitude = static_cast<std::uint64_t>(value.count());
    if (value.count() < 0) {
        out += '-';
        magnitude = 0 - magnitude;
    }
    const Clock clock(magnitude);
    out += 'P';
    append_number(out, clock.days);
    out += "DT";
    append_number(out, clock.hours);
    out += 'H';
    append_number(out, clock.minutes);
    out += 'M';
    append_number(out, clock.seconds);
    append_fraction(out, clock.microseconds);
    out += 'S';
}

void append_clock(std::string& out, const Clock& clock) {
    append_padded(out, clock.hours, 2);
    append_padded(out, clock.minutes, 2);
    append_padded(out, clock.seconds, 2);
    out += '.';
    append_padded(out, clock.microseconds, 6);
}

}  // namespace

void append_text(std::string& out, const Scalar& value) {
    std::visit([&](const auto& held) { append(out, held); }, value);
}

std::string to_text(const Scalar& value) {
    std::string out;
    append_text(out, value);
    return out;
}

std::string to_cim_datetime(Timestamp time) {
    const Calendar calendar(std::clamp(time, earliest, latest));
    std::string out;
    append_padded(out, calendar.year, 4);
    append_padded(out, calendar.month, 2);
    append_padded(out, calendar.day, 2);
    append_clock(out, calendar.clock);
    out += "+000";
    return out;
}

std::string to_cim_datetime(Interval interval) {
    constexpr std::uint64_t most = (most_days + 1) * 86'400'000'000 - 1;
    const Clock clock(std::min(most, static_cast<std::uint64_t>(std::max<std::int64_t>(0, interval.count()))));
    std::string out;
    append_padded(out, clock.days, 8);
    append_clock(out, clock);
    out += ":000";
    return out;
}

}  // namespace tintype::cim
