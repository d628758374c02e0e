#pragma once
/// \file
/// The types that a configuration key can have: each reads a TOML value or a flag's text into a C++ value and prints it
/// back. keys.cpp puts them together with names and places.

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "keys.hpp"
#include "units.hpp"

namespace tintype::daemon {

template <class T>
using Parsed = tl::expected<T, std::string>;

/// What a TOML value is, for messages.
[[nodiscard]] std::string_view kind_of(const Scalar& value);

struct Boolean {
    [[nodiscard]] std::string describe() const { return "boolean"; }
    [[nodiscard]] Parsed<bool> read(const Scalar& value) const;
    [[nodiscard]] Parsed<bool> read_text(std::string_view text) const;
    [[nodiscard]] Scalar print(bool value) const { return value; }
};

struct Text {
    [[nodiscard]] std::string describe() const { return "text"; }
    [[nodiscard]] Parsed<std::string> read(const Scalar& value) const;
    [[nodiscard]] Parsed<std::string> read_text(std::string_view text) const { return std::string(text); }
    [[nodiscard]] Scalar print(const std::string& value) const { return value; }
};

/// A file or folder; not empty.
struct Path {
    [[nodiscard]] std::string describe() const { return "path"; }
    [[nodiscard]] Parsed<std::filesystem::path> read(const Scalar& value) const;
    [[nodiscard]] Parsed<std::filesystem::path> read_text(std::string_view text) const;
    [[nodiscard]] Scalar print(const std::filesystem::path& value) const { return value.string(); }
};

/// Texts without spaces in them.
struct Texts {
    [[nodiscard]] std::string describe() const { return "list of texts"; }
    [[nodiscard]] Parsed<std::vector<std::string>> read(const Scalar& value) const;
    [[nodiscard]] Parsed<std::vector<std::string>> read_text(std::string_view text) const;
    [[nodiscard]] Scalar print(const std::vector<std::string>& value) const { return value; }
};

/// A whole number.
struct Count {
    std::int64_t least;
    std::int64_t most;

    [[nodiscard]] std::string describe() const;
    [[nodiscard]] Parsed<std::int64_t> read(const Scalar& value) const;
    [[nodiscard]] Parsed<std::int64_t> read_text(std::string_view text) const;
    [[nodiscard]] Scalar print(std::uint64_t value) const { return static_cast<std::int64_t>(value); }

  private:
    [[nodiscard]] Parsed<std::int64_t> in_range(std::int64_t number) const;
};

/// Bytes. In TOML a string with a unit or an integer.
struct Size {
    std::uint64_t least;
    std::uint64_t most;

    [[nodiscard]] std::string describe() const;
    [[nodiscard]] Parsed<std::uint64_t> read(const Scalar& value) const;
    [[nodiscard]] Parsed<std::uint64_t> read_text(std::string_view text) const;
    [[nodiscard]] Scalar print(std::uint64_t value) const { return print_size(value); }
};

/// A span of time. `step` is what the place counts in: finer values are refused rather than rounded.
struct Duration {
    std::chrono::milliseconds least;
    std::chrono::milliseconds most;
    std::chrono::milliseconds step{1};

    [[nodiscard]] std::string describe() const;
    [[nodiscard]] Parsed<std::chrono::milliseconds> read(const Scalar& value) const;
    [[nodiscard]] Parsed<std::chrono::milliseconds> read_text(std::string_view text) const;
    [[nodiscard]] Scalar print(std::chrono::milliseconds value) const { return print_duration(value); }
};

/// One of a few words, whose positions are the enumeration's values.
struct Choice {
    std::span<const std::string_view> words;

    [[nodiscard]] std::string describe() const;
    [[nodiscard]] Parsed<int> read(const Scalar& value) const;
    [[nodiscard]] Parsed<int> read_text(std::string_view text) const;
    template <class Enumeration>
    [[nodiscard]] Scalar print(Enumeration value) const {
        return std::string(words[static_cast<std::size_t>(value)]);
    }
};

}  // namespace tintype::daemon
