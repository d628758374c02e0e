#include "security/role_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ascii/ascii.hpp"

namespace tintype::security {

namespace {

constexpr unsigned bit(Right right) noexcept {
    return 1U << static_cast<unsigned>(right);
}

struct RightWord {
    std::string_view word;
    unsigned rights;
};
constexpr std::array right_words{RightWord{"read", bit(Right::read)},
                                 RightWord{"put", bit(Right::put)},
                                 RightWord{"create", bit(Right::create)},
                                 RightWord{"delete", bit(Right::remove)},
                                 RightWord{"invoke", bit(Right::invoke)},
                                 RightWord{"all", bit(Right::read) | bit(Right::put) | bit(Right::create) |
                                                      bit(Right::remove) | bit(Right::invoke)}};

constexpr std::string_view spaces = " \t";

// After a mismatch the last asterisk takes one character more; earlier ones never have to be looked at again.
bool matches_general(std::string_view pattern, std::string_view name) noexcept {
    std::size_t at = 0;
    std::size_t in_name = 0;
    std::size_t asterisk = std::string_view::npos;
    std::size_t taken = 0;
    while (in_name < name.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            asterisk = at++;
            taken = in_name;
        } else if (at < pattern.size() && ascii::lower(pattern[at]) == ascii::lower(name[in_name])) {
            ++at;
            ++in_name;
        } else if (asterisk != std::string_view::npos) {
            at = asterisk + 1;
            in_name = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

tl::expected<void, std::string> check_pattern(std::string_view what, std::string_view pattern) {
    if (pattern.empty()) return tl::unexpected(fmt::format("the name of the {} is missing", what));
    const auto part_of_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '*';
    };
    if (std::all_of(pattern.begin(), pattern.end(), part_of_name)) return {};
    return tl::unexpected(
        fmt::format("\"{}\" is no name of a {}: letters, digits, _ and * for any characters are", pattern, what));
}

}  // namespace

NamePattern::NamePattern(std::string_view pattern) : text_(pattern) {
    const auto asterisk = pattern.find('*');
    if (pattern == "*") {
        kind_ = Kind::all;
    } else if (asterisk == std::string_view::npos) {
        kind_ = Kind::exact;
    } else if (asterisk == pattern.size() - 1) {
        kind_ = Kind::prefix;
        text_.pop_back();
    } else {
        kind_ = Kind::general;
    }
}

bool NamePattern::matches(std::string_view name) const noexcept {
    switch (kind_) {
        case Kind::all:
            return true;
        case Kind::exact:
            return ascii::same(text_, name);
        case Kind::prefix:
            return ascii::begins_with(name, text_);
        case Kind::general:
            break;
    }
    return matches_general(text_, name);
}

tl::expected<RoleRule, std::string> RoleRule::read(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(spaces), text.size());
    const auto end = std::min(text.find_first_of(spaces, begin), text.size());
    const auto word = text.substr(begin, end - begin);
    auto target = text.substr(end);
    target.remove_prefix(std::min(target.find_first_not_of(spaces), target.size()));
    target = target.substr(0, target.find_last_not_of(spaces) + 1);

    const auto* const right =
        std::find_if(right_words.begin(), right_words.end(), [&](const auto& one) { return one.word == word; });
    if (right == right_words.end()) {
        return tl::unexpected(
            fmt::format("\"{}\" is no right: read (Get and Enumerate), put, create, delete, invoke and all are", word));
    }
    if (target.empty()) return tl::unexpected(fmt::format("\"{}\" of which class? \"{} *\" is of all", word, word));

    const auto dot = target.find('.');
    const auto class_pattern = target.substr(0, dot);
    if (auto checked = check_pattern("class", class_pattern); !checked) return tl::unexpected(checked.error());
    RoleRule rule;
    rule.rights_ = right->rights;
    rule.class_ = NamePattern(class_pattern);
    if (dot == std::string_view::npos) return rule;

    if (word != "invoke") {
        return tl::unexpected(fmt::format("\"{}\" is about classes, not methods: only invoke takes a method", word));
    }
    const auto method_pattern = target.substr(dot + 1);
    if (auto checked = check_pattern("method", method_pattern); !checked) return tl::unexpected(checked.error());
    rule.method_ = NamePattern(method_pattern);
    return rule;
}

}  // namespace tintype::security

namespace tintype {

tl::expected<void, std::string> check_role_rule(std::string_view rule) {
    return security::RoleRule::read(rule).map([](const auto&) {});
}

}  // namespace tintype
