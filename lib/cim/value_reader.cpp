#include "cim/value_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

#include "cim/datetime_reader.hpp"
#include "cim/type_name.hpp"
#include "soap/element_cursor.hpp"

namespace tintype::cim {
namespace {

using Read = tl::expected<Scalar, std::string>;

/// An error quotes no more bytes of a text than this.
constexpr std::size_t most_quoted = 60;

tl::unexpected<std::string> refuse(Type type, std::string_view text, std::string_view why = {}) {
    std::string words = quoted(text) + " is no " + std::string(type_name(type));
    if (!why.empty()) words.append(": ").append(why);
    return tl::unexpected(std::move(words));
}

Read read_boolean(std::string_view text) {
    if (text == "1" || equal_names(text, "true")) return true;
    if (text == "0" || equal_names(text, "false")) return false;
    return refuse(Type::boolean, text, "it is neither true nor false");
}

/// A number without its sign.
struct Magnitude {
    bool negative = false;
    std::string_view digits;

    explicit Magnitude(std::string_view text) : negative(text.starts_with('-')), digits(text) {
        if (text.starts_with('-') || text.starts_with('+')) digits.remove_prefix(1);
    }
};

template <class Integer>
Read read_integer(Type type, std::string_view text) {
    const Magnitude number(text);
    const bool all_digits = !number.digits.empty() && std::all_of(number.digits.begin(), number.digits.end(),
                                                                  [](char c) { return c >= '0' && c <= '9'; });
    if (!all_digits) return refuse(type, text, "it is not a decimal number");
    constexpr std::uint64_t greatest = std::numeric_limits<Integer>::max();
    // Below zero there is one more, but for unsigned types, which have none.
    const std::uint64_t most = !number.negative ? greatest : std::is_signed_v<Integer> ? greatest + 1 : 0;
    std::uint64_t value = 0;
    const char* const end = number.digits.data() + number.digits.size();
    const bool read = std::from_chars(number.digits.data(), end, value).ec == std::errc{};
    if (!read || value > most) {
        return refuse(type, text,
                      number.negative ? "it is under " + std::to_string(std::numeric_limits<Integer>::min())
                                      : "it is over " + std::to_string(greatest));
    }
    if constexpr (std::is_signed_v<Integer>) return static_cast<std::int64_t>(number.negative ? 0 - value : value);
    return value;
}

template <class Real>
Read read_real(Type type, std::string_view text) {
    if (text == "INF" || text == "+INF") return std::numeric_limits<double>::infinity();
    if (text == "-INF") return -std::numeric_limits<double>::infinity();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    const Magnitude number(text);
    // What std::from_chars knows besides numbers, and a second sign.
    const bool begins = !number.digits.empty() && (number.digits.front() == '.' ||
                                                   (number.digits.front() >= '0' && number.digits.front() <= '9'));
    Real value{};
    const char* const end = number.digits.data() + number.digits.size();
    const auto [at, error] = std::from_chars(number.digits.data(), end, value);
    if (!begins || error == std::errc::invalid_argument || at != end) return refuse(type, text, "it is not a number");
    if (error != std::errc{}) return refuse(type, text, "it is outside of the type's range");
    return static_cast<double>(number.negative ? -value : value);
}

/// How many bytes the character that begins with `first` has, in valid UTF-8.
std::size_t character_size(char first) noexcept {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

Read read_char16(std::string_view text) {
    const std::string_view trimmed = soap::trim(text);
    // White space alone is the character itself.
    const std::string_view one = trimmed.empty() ? text : trimmed;
    if (one.empty() || character_size(one.front()) != one.size())
        return refuse(Type::char16, text, "it is not one character");
    if (one.size() == 4) return refuse(Type::char16, text, "it takes two units of UTF-16");
    return std::string(one);
}

Read read_reference_text(std::string_view text) {
    auto path = parse_object_path(text);
    if (!path) return refuse(Type::reference, text, path.error());
    return std::move(*path);
}

Read read_datetime_text(std::string_view text) {
    auto value = read_datetime(text);
    if (!value) return refuse(Type::datetime, text, "it " + value.error());
    return value;
}

}  // namespace

Read read_value(Type type, std::string_view text) {
    const std::string_view trimmed = soap::trim(text);
    switch (type) {
        case Type::boolean:
            return read_boolean(trimmed);
        case Type::sint8:
            return read_integer<std::int8_t>(type, trimmed);
        case Type::uint8:
            return read_integer<std::uint8_t>(type, trimmed);
        case Type::sint16:
            return read_integer<std::int16_t>(type, trimmed);
        case Type::uint16:
            return read_integer<std::uint16_t>(type, trimmed);
        case Type::sint32:
            return read_integer<std::int32_t>(type, trimmed);
        case Type::uint32:
            return read_integer<std::uint32_t>(type, trimmed);
        case Type::sint64:
            return read_integer<std::int64_t>(type, trimmed);
        case Type::uint64:
            return read_integer<std::uint64_t>(type, trimmed);
        case Type::real32:
            return read_real<float>(type, trimmed);
        case Type::real64:
            return read_real<double>(type, trimmed);
        case Type::char16:
            return read_char16(text);
        case Type::string:
            return std::string(text);
        case Type::datetime:
            return read_datetime_text(trimmed);
        case Type::reference:
            return read_reference_text(trimmed);
    }
    return tl::unexpected(std::string("there is no such type"));
}

std::string quoted(std::string_view text) {
    if (text.size() <= most_quoted) return "'" + std::string(text) + "'";
    std::size_t size = most_quoted;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return "'" + std::string(text.substr(0, size)) + "…'";
}

}  // namespace tintype::cim
