#include "value_types.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace tintype::daemon {
namespace {

std::string expected_instead(std::string_view wanted, const Scalar& value) {
    return fmt::format("must be {}, not {}", wanted, kind_of(value));
}

const std::string* text_of(const Scalar& value) {
    return std::get_if<std::string>(&value);
}

}  // namespace

std::string_view kind_of(const Scalar& value) {
    switch (value.index()) {
        case 0:
            return "a boolean";
        case 1:
            return "an integer";
        case 2:
            return "a string";
        default:
            return "an array";
    }
}

Parsed<bool> Boolean::read(const Scalar& value) const {
    if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
    return tl::unexpected(expected_instead("true or false", value));
}

Parsed<bool> Boolean::read_text(std::string_view text) const {
    if (text == "true") return true;
    if (text == "false") return false;
    return tl::unexpected(fmt::format("must be true or false, not \"{}\"", text));
}

Parsed<std::string> Text::read(const Scalar& value) const {
    if (const auto* text = text_of(value)) return *text;
    return tl::unexpected(expected_instead("a string", value));
}

Parsed<std::filesystem::path> Path::read(const Scalar& value) const {
    if (const auto* text = text_of(value)) return read_text(*text);
    return tl::unexpected(expected_instead("a string", value));
}

Parsed<std::filesystem::path> Path::read_text(std::string_view text) const {
    if (text.empty()) return tl::unexpected(std::string("must not be empty"));
    return std::filesystem::path(text);
}

Parsed<std::vector<std::string>> Texts::read(const Scalar& value) const {
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return *texts;
    return tl::unexpected(expected_instead("an array of strings", value));
}

Parsed<std::vector<std::string>> Texts::read_text(std::string_view text) const {
    std::vector<std::string> texts;
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) texts.push_back(word);
    return texts;
}

std::string Count::describe() const {
    return fmt::format("integer, {} to {}", least, most);
}

Parsed<std::int64_t> Count::in_range(std::int64_t number) const {
    if (number >= least && number <= most) return number;
    return tl::unexpected(fmt::format("must be {} to {}, not {}", least, most, number));
}

Parsed<std::int64_t> Count::read(const Scalar& value) const {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return in_range(*number);
    return tl::unexpected(expected_instead("an integer", value));
}

Parsed<std::int64_t> Count::read_text(std::string_view text) const {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return tl::unexpected(fmt::format("must be an integer, not \"{}\"", text));
    }
    return in_range(number);
}

std::string Size::describe() const {
    return fmt::format("size, {} to {}", print_size(least), print_size(most));
}

Parsed<std::uint64_t> Size::read(const Scalar& value) const {
    if (const auto* text = text_of(value)) return read_text(*text);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return read_text(fmt::format("{}", *number));
    return tl::unexpected(expected_instead("a size such as \"512KiB\"", value));
}

Parsed<std::uint64_t> Size::read_text(std::string_view text) const {
    return parse_size(text).and_then([&](std::uint64_t bytes) -> Parsed<std::uint64_t> {
        if (bytes >= least && bytes <= most) return bytes;
        return tl::unexpected(
            fmt::format("must be {} to {}, not {}", print_size(least), print_size(most), print_size(bytes)));
    });
}

std::string Duration::describe() const {
    return fmt::format("duration, {} to {}", print_duration(least), print_duration(most));
}

Parsed<std::chrono::milliseconds> Duration::read(const Scalar& value) const {
    if (const auto* text = text_of(value)) return read_text(*text);
    return tl::unexpected(expected_instead("a string with a unit, such as \"60s\"", value));
}

Parsed<std::chrono::milliseconds> Duration::read_text(std::string_view text) const {
    return parse_duration(text).and_then([&](std::chrono::milliseconds duration) -> Parsed<std::chrono::milliseconds> {
        if (duration < least || duration > most) {
            return tl::unexpected(fmt::format("must be {} to {}, not {}", print_duration(least), print_duration(most),
                                              print_duration(duration)));
        }
        if (duration % step != std::chrono::milliseconds::zero()) {
            return tl::unexpected(
                fmt::format("must be a multiple of {}, not {}", print_duration(step), print_duration(duration)));
        }
        return duration;
    });
}

std::string Choice::describe() const {
    return fmt::format("one of {}", fmt::join(words, ", "));
}

Parsed<int> Choice::read(const Scalar& value) const {
    if (const auto* text = text_of(value)) return read_text(*text);
    return tl::unexpected(expected_instead(describe(), value));
}

Parsed<int> Choice::read_text(std::string_view text) const {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == text) return static_cast<int>(i);
    }
    return tl::unexpected(fmt::format("must be {}, not \"{}\"", describe(), text));
}

}  // namespace tintype::daemon
