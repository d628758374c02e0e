#include "host/system_files.hpp"

#include <boost/locale/utf.hpp>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <system_error>

namespace tintype::host {

namespace {

using Utf8 = boost::locale::utf::utf_traits<char>;

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The value of an assignment: quotation marks off, and the backslashes that protect what a shell would expand.
std::string unquoted(std::string_view value) {
    const char mark = value.empty() ? '\0' : value.front();
    if ((mark != '"' && mark != '\'') || value.size() < 2 || value.back() != mark) return std::string(value);
    value = value.substr(1, value.size() - 2);
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const bool escape = mark == '"' && value[i] == '\\' && i + 1 < value.size() &&
                            std::string_view("\"$`\\").find(value[i + 1]) != std::string_view::npos;
        if (escape) ++i;
        text += value[i];
    }
    return text;
}

}  // namespace

std::filesystem::path SystemFiles::at(std::string_view path) const {
    return root_ / path.substr(path.find_first_not_of('/'));
}

std::optional<std::string> SystemFiles::line(std::string_view path) const {
    std::ifstream file(at(path));
    std::string read;
    std::getline(file, read);
    auto text = printable(trim(read));
    if (text.empty()) return std::nullopt;
    return text;
}

std::map<std::string, std::string> SystemFiles::assignments(std::string_view path) const {
    std::map<std::string, std::string> found;
    std::ifstream file(at(path));
    for (std::string read; std::getline(file, read);) {
        const auto text = trim(read);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || text.front() == '#') continue;
        found[std::string(text.substr(0, equals))] = printable(unquoted(trim(text.substr(equals + 1))));
    }
    return found;
}

void SystemFiles::fields(std::string_view path,
                         const std::function<void(std::string_view name, std::string_view value)>& each) const {
    std::ifstream file(at(path));
    for (std::string read; std::getline(file, read);) {
        const std::string_view text = read;
        const auto colon = text.find(':');
        const auto end = colon != std::string_view::npos ? colon : text.find(' ');
        if (end != std::string_view::npos) each(trim(text.substr(0, end)), trim(text.substr(end + 1)));
    }
}

std::optional<std::uint32_t> SystemFiles::count(std::string_view folder,
                                                const std::function<bool(std::string_view)>& counts) const {
    std::error_code failed;
    std::uint32_t found = 0;
    std::filesystem::directory_iterator entry(at(folder), failed);
    for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
        if (counts(entry->path().filename().string())) ++found;
    }
    if (failed) return std::nullopt;
    return found;
}

bool SystemFiles::exists(std::string_view path) const {
    std::error_code failed;
    return std::filesystem::exists(at(path), failed);
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{}) return std::nullopt;
    return number;
}

std::string printable(std::string_view text) {
    std::string out;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    while (at != end) {
        const char* const begin = at;
        const auto character = Utf8::decode<const char*>(at, end);
        if (character == boost::locale::utf::illegal || character == boost::locale::utf::incomplete) {
            at = begin + 1;
            out += '?';
        } else if (character < 0x20 || character == 0x7F) {
            out += ' ';
        } else if (character == 0xFFFE || character == 0xFFFF) {
            out += '?';
        } else {
            out.append(begin, at);
        }
    }
    return out;
}

}  // namespace tintype::host
