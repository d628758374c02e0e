#include "cim/datetime_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tintype::cim {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using Failure = tl::unexpected<std::string>;

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 86'400 * second;
constexpr std::int64_t days_end = 100'000'000;  // eight digits in CIM's form

constexpr Timestamp earliest = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr Timestamp past_latest = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Reads a text from its front.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] char front() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

    bool take(char c) noexcept {
        if (front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// Exactly `count` digits, at most eight.
    std::optional<int> digits(std::size_t count) noexcept {
        if (rest_.size() < count || !std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count),
                                                 [](char c) { return is_digit(c); }))
            return std::nullopt;
        int value = 0;
        for (const char c : rest_.substr(0, count)) value = value * 10 + (c - '0');
        rest_.remove_prefix(count);
        return value;
    }

    /// Digits, as many as there are, whose number is at most `most`.
    std::optional<std::int64_t> number(std::int64_t most) noexcept {
        if (!is_digit(front())) return std::nullopt;
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{} || value > most) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }

    /// `.5` in microseconds; 0 if there is none.
    std::optional<std::int64_t> fraction() noexcept {
        if (!take('.')) return 0;
        if (!is_digit(front())) return std::nullopt;
        std::int64_t value = 0;
        for (std::int64_t weight = second / 10; is_digit(front()); weight /= 10) {
            value += (front() - '0') * weight;
            rest_.remove_prefix(1);
        }
        return value;
    }

  private:
    std::string_view rest_;
};

Failure failure(const char* words) {
    return Failure(std::string(words));
}

tl::expected<Timestamp, std::string> in_range(Timestamp time) {
    if (time < earliest || time >= past_latest) return failure("is outside of the years 1 to 9999");
    return time;
}

tl::expected<std::chrono::sys_days, std::string> calendar_day(int year, int month, int day_of_month) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day_of_month)}};
    if (year == 0) return failure("is outside of the years 1 to 9999");
    if (!date.ok()) return failure("names a day that is not in the calendar");
    return std::chrono::sys_days{date};
}

tl::expected<microseconds, std::string> time_of_day(int hour, int minute, int seconds, std::int64_t fraction) {
    const bool midnight = hour == 24 && minute == 0 && seconds == 0 && fraction == 0;
    if (hour > 23 && !midnight) return failure("has an hour over 23");
    if (minute > 59) return failure("has a minute over 59");
    if (seconds > 59) return failure("has a second over 59");
    return microseconds{(hour * 3600 + minute * 60 + seconds) * second + fraction};
}

tl::expected<std::chrono::sys_days, std::string> xml_date(Cursor& text) {
    const auto year = text.digits(4);
    const bool has_year = year && text.take('-');
    const auto month = has_year ? text.digits(2) : std::nullopt;
    const bool has_month = month && text.take('-');
    const auto day_of_month = has_month ? text.digits(2) : std::nullopt;
    if (!day_of_month) return failure("does not begin with a date such as 2026-11-22");
    return calendar_day(*year, *month, *day_of_month);
}

tl::expected<microseconds, std::string> xml_time(Cursor& text) {
    const auto hour = text.digits(2);
    const bool has_hour = hour && text.take(':');
    const auto minute = has_hour ? text.digits(2) : std::nullopt;
    const bool has_minute = minute && text.take(':');
    const auto seconds = has_minute ? text.digits(2) : std::nullopt;
    const auto fraction = seconds ? text.fraction() : std::nullopt;
    if (!fraction) return failure("has no time such as 10:00:00");
    return time_of_day(*hour, *minute, *seconds, *fraction);
}

/// What is left of it: an offset from UTC, or nothing, which leaves `offset` as it is.
tl::expected<void, std::string> xml_offset(Cursor& text, std::optional<minutes>& offset) {
    if (text.at_end()) return {};
    if (text.take('Z')) {
        offset = minutes{0};
    } else {
        const int sign = text.take('+') ? 1 : text.take('-') ? -1 : 0;
        const auto hours = sign != 0 ? text.digits(2) : std::nullopt;
        const bool has_hours = hours && text.take(':');
        const auto rest = has_hours ? text.digits(2) : std::nullopt;
        if (!rest) return failure("does not end with its time or an offset such as Z or +01:00");
        if (*rest > 59 || *hours * 60 + *rest > 14 * 60) return failure("has an offset over 14:00");
        offset = minutes{sign * (*hours * 60 + *rest)};
    }
    if (!text.at_end()) return failure("has something behind its offset");
    return {};
}

struct Unit {
    char letter;
    std::int64_t length;
};
constexpr std::array<Unit, 3> date_units{{{'Y', 365 * day}, {'M', 30 * day}, {'D', day}}};
constexpr std::array<Unit, 3> time_units{{{'H', 3600 * second}, {'M', 60 * second}, {'S', second}}};

/// Numbers with their units, each unit at most once and in order, added to `sum`; stops at `T` and at the end.
/// \returns how many there were, or what is wrong.
tl::expected<int, std::string> xml_parts(Cursor& text, const std::array<Unit, 3>& units, std::int64_t& sum) {
    int count = 0;
    for (std::size_t next = 0; !text.at_end() && text.front() != 'T'; ++next, ++count) {
        if (!is_digit(text.front())) return failure("is no duration such as P1DT2H3M4S");
        const auto number = text.number(days_end * day / second);
        const bool has_fraction = text.front() == '.';
        const auto fraction = text.fraction();
        while (number && next < units.size() && units[next].letter != text.front()) ++next;
        if (number && (next == units.size() || !fraction || (has_fraction && units[next].letter != 'S')))
            return failure("is no duration such as P1DT2H3M4S");
        if (!number || *number > (days_end * day - sum) / units[next].length)
            return failure("is 100000000 days or longer");
        sum += *number * units[next].length + *fraction;
        if (sum >= days_end * day) return failure("is 100000000 days or longer");
        text.take(units[next].letter);
    }
    return count;
}

tl::expected<Scalar, std::string> cim_interval(Cursor text) {
    const auto days = text.digits(8);
    const auto hour = text.digits(2);
    const auto minute = text.digits(2);
    const auto seconds = text.digits(2);
    text.take('.');
    const auto fraction = text.digits(6);
    text.take(':');
    const auto zero = text.digits(3);
    if (!days || !hour || !minute || !seconds || !fraction || zero != 0)
        return failure("is no interval such as 00000001020304.000000:000");
    if (*hour > 23) return failure("has an hour over 23");
    const auto clock = time_of_day(*hour, *minute, *seconds, *fraction);
    if (!clock) return Failure(clock.error());
    return Scalar(Interval{*days * day + clock->count()});
}

tl::expected<Scalar, std::string> cim_timestamp(Cursor text) {
    const auto year = text.digits(4);
    const auto month = text.digits(2);
    const auto day_of_month = text.digits(2);
    const auto hour = text.digits(2);
    const auto minute = text.digits(2);
    const auto seconds = text.digits(2);
    text.take('.');
    const auto fraction = text.digits(6);
    const int sign = text.take('-') ? -1 : 1;
    text.take('+');
    const auto offset = text.digits(3);
    if (!year || !month || !day_of_month || !hour || !minute || !seconds || !fraction || !offset)
        return failure("is no point in time such as 20261122100000.000000+060");
    if (*hour > 23) return failure("has an hour over 23");
    const auto date = calendar_day(*year, *month, *day_of_month);
    if (!date) return Failure(date.error());
    const auto clock = time_of_day(*hour, *minute, *seconds, *fraction);
    if (!clock) return Failure(clock.error());
    const auto time = in_range(Timestamp{*date + *clock} - minutes{sign * *offset});
    if (!time) return Failure(time.error());
    return Scalar(*time);
}

}  // namespace

tl::expected<Timestamp, std::string> read_xml_date_time(std::string_view text) {
    Cursor cursor(text);
    const auto date = xml_date(cursor);
    if (!date) return Failure(date.error());
    if (!cursor.take('T')) return failure("has no T between date and time");
    const auto time = xml_time(cursor);
    if (!time) return Failure(time.error());
    std::optional<minutes> offset;
    if (const auto read = xml_offset(cursor, offset); !read) return Failure(read.error());
    return in_range(Timestamp{*date + *time} - offset.value_or(minutes{0}));
}

tl::expected<Timestamp, std::string> read_xml_date_and_time(std::string_view date, std::string_view time) {
    std::optional<minutes> offset;
    Cursor date_cursor(date);
    const auto day_read = xml_date(date_cursor);
    if (!day_read) return Failure(day_read.error());
    if (const auto read = xml_offset(date_cursor, offset); !read) return Failure(read.error());
    microseconds of_day{0};
    if (!time.empty()) {
        Cursor time_cursor(time);
        const auto read = xml_time(time_cursor);
        if (!read) return Failure(read.error());
        of_day = *read;
        if (const auto rest = xml_offset(time_cursor, offset); !rest) return Failure(rest.error());
    }
    return in_range(Timestamp{*day_read + of_day} - offset.value_or(minutes{0}));
}

tl::expected<Interval, std::string> read_xml_duration(std::string_view text) {
    Cursor cursor(text);
    const bool negative = cursor.take('-');
    if (!cursor.take('P')) return failure("is no duration such as P1DT2H3M4S");
    std::int64_t sum = 0;
    const auto dates = xml_parts(cursor, date_units, sum);
    if (!dates) return Failure(dates.error());
    bool empty = *dates == 0;
    if (cursor.take('T')) {
        const auto times = xml_parts(cursor, time_units, sum);
        if (!times) return Failure(times.error());
        empty = *times == 0;
    }
    if (empty || !cursor.at_end()) return failure("is no duration such as P1DT2H3M4S");
    if (negative && sum != 0) return failure("is below zero, which no interval is");
    return Interval{sum};
}

tl::expected<Scalar, std::string> read_cim_datetime(std::string_view text) {
    if (text.size() != 25 || text[14] != '.') return failure("has not the 25 characters of a CIM datetime");
    if (text.find('*') != std::string_view::npos)
        return failure("has asterisks, which stand for parts that are not known; all of them are needed");
    const char kind = text[21];
    if (kind == ':') return cim_interval(Cursor(text));
    if (kind == '+' || kind == '-') return cim_timestamp(Cursor(text));
    return failure("has neither a colon nor a sign as its 22nd character");
}

tl::expected<Scalar, std::string> read_datetime(std::string_view text) {
    if (text.size() == 25 && text[14] == '.') return read_cim_datetime(text);
    if (text.starts_with('P') || text.starts_with("-P")) {
        const auto interval = read_xml_duration(text);
        if (!interval) return Failure(interval.error());
        return Scalar(*interval);
    }
    const auto time = read_xml_date_time(text);
    if (!time) return Failure(time.error());
    return Scalar(*time);
}

}  // namespace tintype::cim
