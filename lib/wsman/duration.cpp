#include "wsman/duration.hpp"

#include <charconv>
#include <cstdint>

namespace tintype::wsman {

namespace {

constexpr std::int64_t day_in_ms = 86'400'000;
constexpr std::int64_t longest_in_ms = 1'000'000LL * 365 * day_in_ms / 100;  // 10,000 years: no sum below overflows.

// Digits at the front of `text`, taken off it.
std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value < 0 || text.front() == '-') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

// `.123` as milliseconds, rounded down; further digits are read and dropped.
std::optional<std::int64_t> take_fraction(std::string_view& text) noexcept {
    std::int64_t value = 0;
    std::int64_t weight = 100;
    text.remove_prefix(1);
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        value += (text.front() - '0') * weight;
        weight /= 10;
        text.remove_prefix(1);
    }
    return value;
}

struct Unit {
    char letter;
    std::int64_t milliseconds;
};
constexpr Unit date_units[] = {{'Y', 365 * day_in_ms}, {'M', 30 * day_in_ms}, {'D', day_in_ms}};
constexpr Unit time_units[] = {{'H', 3'600'000}, {'M', 60'000}, {'S', 1'000}};

// Numbers with their units, each unit at most once and in order. Stops at `T` or the end.
template <std::size_t N>
std::optional<std::int64_t> take_parts(std::string_view& text, const Unit (&units)[N]) noexcept {
    std::int64_t sum = 0;
    std::size_t next = 0;
    while (!text.empty() && text.front() != 'T') {
        const auto number = take_number(text);
        if (!number) return std::nullopt;
        std::int64_t fraction = 0;
        if (!text.empty() && text.front() == '.') {
            const auto read = take_fraction(text);
            if (!read || text.empty() || text.front() != 'S') return std::nullopt;
            fraction = *read;
        }
        while (next < N && (text.empty() || units[next].letter != text.front())) ++next;
        if (next == N || *number > longest_in_ms / units[next].milliseconds) return std::nullopt;
        sum += *number * units[next].milliseconds + fraction;
        if (sum > longest_in_ms) return std::nullopt;
        ++next;
        text.remove_prefix(1);
    }
    return sum;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
    bool negative = false;
    if (!text.empty() && text.front() == '-') {
        negative = true;
        text.remove_prefix(1);
    }
    if (text.size() < 3 || text.front() != 'P') return std::nullopt;
    text.remove_prefix(1);
    auto sum = take_parts(text, date_units);
    if (!sum) return std::nullopt;
    if (!text.empty()) {
        text.remove_prefix(1);
        if (text.empty() || text.front() == 'T') return std::nullopt;
        const auto time = take_parts(text, time_units);
        if (!time || !text.empty()) return std::nullopt;
        *sum += *time;
    }
    return std::chrono::milliseconds(negative ? -*sum : *sum);
}

}  // namespace tintype::wsman
