#include "security/users_file.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "security/password_hash.hpp"
#include "security/user_name.hpp"

namespace tintype::security {
namespace {

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

tl::expected<UserLine, std::string> parse_line(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return tl::unexpected(std::string("has no colon; expected name:hash"));
    UserLine entry{std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))};
    if (!is_user_name(entry.name)) {
        return tl::unexpected(
            fmt::format("the name is empty, longer than {} bytes, no UTF-8 or has a control character", max_user_name));
    }
    if (!is_password_hash(entry.hash)) {
        return tl::unexpected(std::string(
            "what follows the colon is no whole hash of yescrypt ($y$), bcrypt ($2b$, $2y$), sha512crypt ($6$) "
            "or sha256crypt ($5$)"));
    }
    return entry;
}

}  // namespace

std::optional<std::string_view> name_in_line(std::string_view line) noexcept {
    if (line.starts_with('#') || line.find_first_not_of(" \t\r") == std::string_view::npos) return std::nullopt;
    return line.substr(0, line.find(':'));
}

tl::expected<std::vector<UserLine>, std::string> parse_users(std::string_view text) {
    std::vector<UserLine> users;
    std::unordered_map<std::string, std::size_t> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = without_line_end(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!name_in_line(line)) continue;
        auto entry = parse_line(line);
        if (!entry) return tl::unexpected(fmt::format("line {}: {}", number, entry.error()));
        const auto [place, fresh] = lines.emplace(entry->name, number);
        if (!fresh) {
            return tl::unexpected(
                fmt::format("line {}: user \"{}\" stands in line {} already", number, entry->name, place->second));
        }
        users.push_back(*std::move(entry));
    }
    return users;
}

}  // namespace tintype::security
