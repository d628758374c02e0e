#pragma once
/// \file
/// The small text files in which Linux says what the system is.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tintype::host {

/// A system's files under a root folder. What can't be read is as if it were empty: a container has less than a
/// machine. Whatever comes out is valid UTF-8 without control characters, for firmware writes what it likes.
class SystemFiles {
  public:
    explicit SystemFiles(std::filesystem::path root) : root_(std::move(root)) {}

    /// The first line without white space around it; nothing if there is no such file or the line is empty.
    [[nodiscard]] std::optional<std::string> line(std::string_view path) const;

    /// `NAME=value` and `NAME="quoted value"` lines, as in os-release(5) and locale.conf(5).
    [[nodiscard]] std::map<std::string, std::string> assignments(std::string_view path) const;

    /// Calls `each` for every `name : value` or `name value` line, such as those of /proc/meminfo, /proc/cpuinfo and
    /// /proc/stat.
    void fields(std::string_view path,
                const std::function<void(std::string_view name, std::string_view value)>& each) const;

    /// The names in a folder for which `counts` is true.
    [[nodiscard]] std::optional<std::uint32_t> count(std::string_view folder,
                                                     const std::function<bool(std::string_view)>& counts) const;

    [[nodiscard]] bool exists(std::string_view path) const;

  private:
    [[nodiscard]] std::filesystem::path at(std::string_view path) const;

    std::filesystem::path root_;
};

/// The number at the beginning of a text; nothing if there is none.
[[nodiscard]] std::optional<std::uint64_t> leading_number(std::string_view text);

/// Valid UTF-8 that XML can carry: control characters become blanks, bytes that are no UTF-8 become `?`.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace tintype::host
