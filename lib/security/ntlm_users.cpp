#include "security/ntlm_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "security/nt_hash.hpp"
#include "security/text_encoding.hpp"
#include "security/user_name.hpp"

namespace tintype::security {
namespace {

// gss-ntlmssp reads lines into 1024 bytes and takes what is over for another line.
constexpr std::size_t longest_line = 1022;

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const auto colon = line.find(':');
        fields.push_back(line.substr(0, colon));
        if (colon == std::string_view::npos) return fields;
        line.remove_prefix(colon + 1);
    }
}

bool is_hash(std::string_view text) {
    return text.size() == 32 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// A client's name is taken apart at these.
bool is_plain(std::string_view name) {
    return is_user_name(name) && name.find_first_of("\\@") == std::string_view::npos;
}

}  // namespace

tl::expected<NtlmUsers::User, std::string> NtlmUsers::parse_line(std::string_view line) {
    if (line.size() > longest_line) return tl::unexpected(fmt::format("is longer than {} bytes", longest_line));
    const auto fields = fields_of(line);
    std::string_view domain = fields.front();
    std::string_view user;
    std::string hash;
    if (fields.size() == 3) {
        user = fields[1];
        if (fields[2].empty()) return tl::unexpected(std::string("the password is empty"));
        auto computed = nt_hash(fields[2]);
        if (!computed) return tl::unexpected(computed.error());
        hash = *std::move(computed);
    } else if (fields.size() >= 5 && is_hash(fields[3])) {
        const auto separator = domain.find('\\');
        hash = fields[3];
        std::transform(hash.begin(), hash.end(), hash.begin(),
                       [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
        user = separator == std::string_view::npos ? domain : domain.substr(separator + 1);
        domain = domain.substr(0, separator == std::string_view::npos ? 0 : separator);
    } else {
        return tl::unexpected(
            std::string("is neither DOMAIN:user:password (a password can have no colon) nor a line of smbpasswd"));
    }
    if (domain.empty()) return tl::unexpected(std::string("the user has no domain"));
    if (!is_plain(domain) || !is_plain(user)) {
        return tl::unexpected(fmt::format(
            "the domain or the user is empty, longer than {} bytes, no UTF-8, or has a control character, \\ or @",
            max_user_name));
    }
    return User{fmt::format("{}\\{}", domain, user), without_case(domain), without_case(user), std::move(hash)};
}

tl::expected<NtlmUsers, std::string> NtlmUsers::parse(std::string_view text) {
    NtlmUsers result;
    if (text.find('\0') != std::string_view::npos) return tl::unexpected(std::string("has a NUL byte in it"));
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with('#') || line.find_first_not_of(" \t") == std::string_view::npos) continue;
        auto user = parse_line(line);
        if (!user) return tl::unexpected(fmt::format("line {}: {}", number, user.error()));
        if (std::any_of(result.users_.begin(), result.users_.end(), [&user](const User& other) {
                return other.domain == user->domain && other.user == user->user;
            })) {
            return tl::unexpected(fmt::format("line {}: user {} is there already", number, user->name));
        }
        result.users_.push_back(*std::move(user));
    }
    if (result.users_.empty()) return tl::unexpected(std::string("holds no user"));
    return result;
}

std::string NtlmUsers::smbpasswd() const {
    std::string text;
    for (const auto& user : users_) {
        // No LM hash, and what stands in its place is none: no password would be good.
        text += fmt::format("{}:0:{:X<32}:{}:[U          ]:LCT-00000000:\n", user.name, "", user.hash);
    }
    return text;
}

std::optional<std::string> NtlmUsers::canonical(std::string_view shown) const {
    const auto separator = shown.find('\\');
    const bool anywhere = separator == std::string_view::npos;
    const auto domain = without_case(anywhere ? "" : shown.substr(0, separator));
    const auto user = without_case(anywhere ? shown : shown.substr(separator + 1));
    const auto found = std::find_if(users_.begin(), users_.end(), [&](const User& one) {
        return one.user == user && (anywhere || one.domain == domain);
    });
    if (found == users_.end()) return std::nullopt;
    return found->name;
}

}  // namespace tintype::security
