#include "units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

namespace tintype::daemon {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// Ascending, so that the last one that divides a value is the one to print it in.
constexpr std::array<Unit, 5> duration_units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 4> binary_units{
    {{"B", 1}, {"KiB", 1ULL << 10U}, {"MiB", 1ULL << 20U}, {"GiB", 1ULL << 30U}}};
constexpr std::array<Unit, 3> decimal_units{{{"KB", 1'000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}}};

// Milliseconds and bytes both have to fit signed 64 bits, which is what TOML and std::chrono count in.
constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();

struct Amount {
    std::uint64_t number;
    std::string_view unit;
};

std::optional<Amount> split(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    return Amount{number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

std::optional<std::uint64_t> factor_of(std::span<const Unit> units, std::string_view name) {
    for (const Unit& unit : units) {
        if (unit.name == name) return unit.factor;
    }
    return std::nullopt;
}

std::string print(std::span<const Unit> units, std::uint64_t value) {
    const Unit* best = &units.front();
    for (const Unit& unit : units) {
        if (value != 0 && value % unit.factor == 0) best = &unit;
    }
    return fmt::format("{}{}", value / best->factor, best->name);
}

}  // namespace

tl::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text) {
    const auto amount = split(text);
    if (!amount) {
        return tl::unexpected(fmt::format(
            "\"{}\" is no duration: write a whole number and a unit, such as \"250ms\", \"60s\", \"5m\"", text));
    }
    if (amount->unit.empty()) {
        return tl::unexpected(
            fmt::format("\"{}\" has no unit: write ms, s, m, h or d after it, such as \"{}s\"", text, text));
    }
    const auto factor = factor_of(duration_units, amount->unit);
    if (!factor) {
        return tl::unexpected(
            fmt::format("\"{}\" has an unknown unit \"{}\": use ms, s, m, h or d", text, amount->unit));
    }
    if (amount->number > largest / *factor) return tl::unexpected(fmt::format("\"{}\" is too long", text));
    return std::chrono::milliseconds(static_cast<std::int64_t>(amount->number * *factor));
}

tl::expected<std::uint64_t, std::string> parse_size(std::string_view text) {
    const auto amount = split(text);
    if (!amount) {
        return tl::unexpected(fmt::format(
            "\"{}\" is no size: write a whole number of bytes, or one with a unit, such as \"512KiB\", \"1MiB\"",
            text));
    }
    auto factor = factor_of(binary_units, amount->unit.empty() ? "B" : amount->unit);
    if (!factor) factor = factor_of(decimal_units, amount->unit);
    if (!factor) {
        return tl::unexpected(
            fmt::format("\"{}\" has an unknown unit \"{}\": use B, KiB, MiB, GiB, KB, MB or GB", text, amount->unit));
    }
    if (amount->number > largest / *factor) return tl::unexpected(fmt::format("\"{}\" is too large", text));
    return amount->number * *factor;
}

std::string print_duration(std::chrono::milliseconds duration) {
    return print(duration_units, static_cast<std::uint64_t>(duration.count()));
}

std::string print_size(std::uint64_t bytes) {
    return print(binary_units, bytes);
}

}  // namespace tintype::daemon
