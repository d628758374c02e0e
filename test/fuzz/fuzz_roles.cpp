// Rules and members of roles, and lines of the audit: patterns match as their definition says, names of others never
// pass for a member's, and no text breaks a line. The input: rule, class, method, member and user, a line each.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "ascii/ascii.hpp"
#include "fuzz_input.hpp"
#include "security/role_member.hpp"
#include "security/role_rule.hpp"
#include "tintype/audit.hpp"

using namespace tintype;

namespace {

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// What an asterisk means, as a table: which beginnings of the pattern match which of the name.
bool matches_by_definition(std::string_view pattern, std::string_view name) {
    std::vector<char> reached(name.size() + 1, 0);
    reached[0] = 1;
    for (const char c : pattern) {
        std::vector<char> next(name.size() + 1, 0);
        bool any = false;
        for (std::size_t i = 0; i <= name.size(); ++i) {
            any = any || reached[i] != 0;
            if (c == '*') next[i] = any ? 1 : 0;
            if (c != '*' && reached[i] != 0 && i < name.size() && folded(c) == folded(name[i])) next[i + 1] = 1;
        }
        reached = std::move(next);
    }
    return reached[name.size()] != 0;
}

void check_line(std::string_view text) {
    AuditEvent event;
    event.user = text;
    event.detail = text;
    const auto line = audit_line(event, {});
    for (const char c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) fuzz::expect_none("a control character in " + line);
    }
    // Outside of texts there is nothing of the client's: quotes that aren't escaped come in pairs, around known places.
    std::size_t quotes = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\') {
            ++i;
        } else if (line[i] == '"') {
            ++quotes;
        }
    }
    if (quotes != (text.empty() ? 8U : 16U)) fuzz::expect_none("a text got out in " + line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    check_line(rest);
    std::array<std::string_view, 5> lines;
    for (auto& line : lines) {
        const auto end = std::min(rest.find('\n'), rest.size());
        line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto [rule_text, class_name, method, member_text, user] = lines;
    if (rule_text.size() < 200 && class_name.size() < 200 &&
        security::NamePattern(rule_text).matches(class_name) != matches_by_definition(rule_text, class_name)) {
        fuzz::expect_none("the pattern is matched wrongly");
    }
    if (const auto rule = security::RoleRule::read(rule_text)) {
        static_cast<void>(rule->matches(Right::invoke, class_name, method));
    }
    const auto parts = security::parts_of(user);
    if (const auto member = security::RoleMember::read(member_text); member && member->matches(parts, false)) {
        const bool all = member_text == "*" || member_text.starts_with("*@") || member_text.ends_with("\\*");
        if (!all && !ascii::same(member_text, user)) fuzz::expect_none("a member is somebody else");
    }
    return 0;
}
