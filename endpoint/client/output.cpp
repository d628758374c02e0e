#include "output.hpp"

#include <fmt/format.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tintype::client {
namespace {

bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool has_colours() {
    const char* const type = std::getenv("TERM");
    const char* const none = std::getenv("NO_COLOR");
    return type != nullptr && std::strcmp(type, "dumb") != 0 && (none == nullptr || *none == '\0');
}

/// JSON as text; what is no UTF-8 is replaced, not thrown at.
std::string dump(const Json& value) {
    return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Output::Output(bool json, bool verbose)
    : json_(json),
      verbose_(verbose),
      terminal_(!json && ::isatty(STDOUT_FILENO) == 1),
      colours_(terminal_ && has_colours()),
      unicode_(std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0) {}

std::size_t Output::columns() const noexcept {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

void Output::line(std::string_view text) const {
    fmt::print("{}\n", text);
    // Who reads a pipe wants each line when it comes.
    static_cast<void>(std::fflush(stdout));
}

void Output::print(const Json& value) const {
    line(dump(value));
}

void Output::overwrite(std::string_view text) const {
    fmt::print("\r{}\x1b[K", text);
    static_cast<void>(std::fflush(stdout));
}

void Output::end_line() const {
    line("");
}

void Output::table(const std::vector<std::vector<std::string>>& rows) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(printable(row[i])));
    }
    for (const auto& row : rows) {
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i)
            text += i + 1 == row.size() ? printable(row[i]) : padded(printable(row[i]), widths[i] + 2);
        line(&row == &rows.front() ? bold(text) : text);
    }
}

void Output::error(const Error& error) const {
    if (json_) {
        Json said = {{"exit_code", static_cast<int>(error.code)}, {"sentence", error.sentence}};
        if (verbose_) said["detail"] = error.detail;
        fmt::print(stderr, "{}\n", dump(Json{{"error", said}}));
        return;
    }
    remark(error.sentence);
    if (!verbose_ || error.detail.empty()) return;
    for (std::string_view rest = error.detail; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        fmt::print(stderr, "  {}\n", printable(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

void Output::remark(std::string_view text) const {
    std::string shown;
    // Lines are ours; anything else that steers isn't.
    for (std::string_view rest = text;;) {
        const auto end = rest.find('\n');
        shown += printable(rest.substr(0, end));
        if (end == std::string_view::npos) break;
        shown += '\n';
        rest.remove_prefix(end + 1);
    }
    fmt::print(stderr, "tintype: {}\n", shown);
}

std::string Output::dressed(std::string_view text, std::string_view how) const {
    return colours_ ? fmt::format("\x1b[{}m{}\x1b[0m", how, text) : std::string(text);
}

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // C1 controls, U+0080 to U+009F, steer some terminals too.
        const bool c1 = byte == 0xC2U && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0U;
        if (byte < 0x20U || byte == 0x7FU || c1) {
            out += '?';
            if (c1) ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::size_t width(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

std::string padded(std::string_view text, std::size_t columns) {
    const std::size_t used = width(text);
    return std::string(text) + std::string(columns > used ? columns - used : 0, ' ');
}

std::string cut(std::string_view text, std::size_t columns) {
    std::size_t end = 0;
    for (std::size_t shown = 0; end < text.size(); ++end) {
        if (!is_continuation(text[end]) && shown++ == columns) break;
    }
    return std::string(text.substr(0, end));
}

}  // namespace tintype::client
