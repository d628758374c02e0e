#include "security/role_member.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ascii/ascii.hpp"
#include "security/role_rule.hpp"
#include "tintype/authorization.hpp"

namespace tintype::security {

namespace {

constexpr std::string_view group_prefix = "group:";

bool has_control_characters(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

bool has_spaces_around(std::string_view text) noexcept {
    return !text.empty() && (text.front() == ' ' || text.back() == ' ');
}

}  // namespace

UserName parts_of(std::string_view user) noexcept {
    if (const auto at = user.rfind('@'); at != std::string_view::npos) {
        return {user.substr(0, at), user.substr(at + 1), '@'};
    }
    if (const auto slash = user.find('\\'); slash != std::string_view::npos) {
        return {user.substr(slash + 1), user.substr(0, slash), '\\'};
    }
    return {user, {}, 0};
}

tl::expected<RoleMember, std::string> RoleMember::read(std::string_view text) {
    const auto wrong = [&](std::string_view why) { return tl::unexpected(fmt::format("\"{}\" {}", text, why)); };
    if (text.empty()) return wrong("is nobody");
    if (has_control_characters(text)) return tl::unexpected(std::string("a name has no control characters"));
    if (has_spaces_around(text)) return wrong("has a space in front or at its end");
    RoleMember member;
    if (text == "*") {
        member.everybody_ = true;
        return member;
    }
    if (text.starts_with(group_prefix)) {
        member.group_ = text.substr(group_prefix.size());
        if (member.group_.empty()) return wrong("names no group");
        if (has_spaces_around(member.group_)) return wrong("has a space before the group's name");
        return member;
    }
    const auto parts = parts_of(text);
    if (parts.name.empty()) return wrong("has no name beside its domain: write * for everybody in it");
    if (parts.separator != 0 && parts.domain.empty()) return wrong("has no domain");
    const bool name_is_all = parts.name == "*";
    if ((!name_is_all && parts.name.find('*') != std::string_view::npos) ||
        parts.domain.find('*') != std::string_view::npos) {
        return wrong("has a * in a name: it stands for everybody, alone or in the place of a name beside a domain");
    }
    member.name_ = parts.name;
    member.domain_ = parts.domain;
    member.separator_ = parts.separator;
    return member;
}

bool RoleMember::matches(const UserName& user, bool ignore_case) const noexcept {
    if (everybody_) return true;
    if (!group_.empty() || separator_ != user.separator || !ascii::same(domain_, user.domain)) return false;
    if (name_ == "*") return true;
    return ignore_case ? ascii::same(name_, user.name) : name_ == user.name;
}

}  // namespace tintype::security

namespace tintype {

tl::expected<void, std::string> check_role_member(std::string_view member) {
    return security::RoleMember::read(member).map([](const auto&) {});
}

}  // namespace tintype
