#pragma once
/// \file
/// What the client writes, and for whom: people at a terminal, a pipe, or a program that reads JSON.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "instance.hpp"

namespace tintype::client {

class Output {
  public:
    /// Looks at standard output and the locale. \param json everything is JSON. \param verbose errors with their
    /// detail.
    Output(bool json, bool verbose);

    [[nodiscard]] bool json() const noexcept { return json_; }
    [[nodiscard]] bool terminal() const noexcept { return terminal_; }  ///< And not JSON.
    [[nodiscard]] bool unicode() const noexcept { return unicode_; }    ///< Lines may be drawn.
    [[nodiscard]] std::size_t columns() const noexcept;                 ///< Of the terminal.

    void line(std::string_view text) const;
    void print(const Json& value) const;
    /// Replaces the terminal's present line; end_line() goes on to the next one.
    void overwrite(std::string_view text) const;
    void end_line() const;
    /// The first row is the headings.
    void table(const std::vector<std::vector<std::string>>& rows) const;
    /// To standard error, with `tintype: ` before it, or as JSON.
    void error(const Error& error) const;
    /// A remark for people, to standard error.
    void remark(std::string_view text) const;

    /// On a terminal that has colours only.
    [[nodiscard]] std::string bold(std::string_view text) const { return dressed(text, "1"); }
    [[nodiscard]] std::string faint(std::string_view text) const { return dressed(text, "2"); }
    [[nodiscard]] std::string green(std::string_view text) const { return dressed(text, "32"); }

  private:
    [[nodiscard]] std::string dressed(std::string_view text, std::string_view how) const;

    bool json_;
    bool verbose_;
    bool terminal_;
    bool colours_;
    bool unicode_;
};

/// Without control characters, which a name from elsewhere could steer a terminal with.
[[nodiscard]] std::string printable(std::string_view text);
/// Characters, as far as UTF-8 tells.
[[nodiscard]] std::size_t width(std::string_view text) noexcept;
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);
/// The first `columns` characters.
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns);

}  // namespace tintype::client
