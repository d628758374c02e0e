#include "security/role_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tintype::security {

/// The rules of all of a user's roles.
class RolePermissions final : public Permissions {
  public:
    explicit RolePermissions(std::shared_ptr<const RoleBook> book) : book_(std::move(book)) {}

    void add(const RoleBook::Entry& role) {
        for (const auto& rule : role.allow) allow_.push_back(&rule);
        for (const auto& rule : role.deny) deny_.push_back(&rule);
    }

    [[nodiscard]] bool allow(Right right, std::string_view class_name,
                             std::string_view method) const noexcept override {
        const auto matches = [&](const RoleRule* rule) { return rule->matches(right, class_name, method); };
        return std::none_of(deny_.begin(), deny_.end(), matches) && std::any_of(allow_.begin(), allow_.end(), matches);
    }

  private:
    std::shared_ptr<const RoleBook> book_;  // Has the rules.
    std::vector<const RoleRule*> allow_;
    std::vector<const RoleRule*> deny_;
};

namespace {

bool is_word(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

tl::expected<std::vector<RoleRule>, std::string> read_rules(const std::string& role,
                                                            const std::vector<std::string>& texts) {
    std::vector<RoleRule> rules;
    for (const auto& text : texts) {
        auto rule = RoleRule::read(text);
        if (!rule) return tl::unexpected(fmt::format("role {}: {}", role, rule.error()));
        rules.push_back(*std::move(rule));
    }
    return rules;
}

}  // namespace

tl::expected<void, std::string> RoleBook::define(const Role& role) {
    if (!is_word(role.name)) {
        return tl::unexpected(fmt::format("\"{}\" is no name of a role: letters, digits, - and _ are", role.name));
    }
    auto allow = read_rules(role.name, role.allow);
    if (!allow) return tl::unexpected(allow.error());
    auto deny = read_rules(role.name, role.deny);
    if (!deny) return tl::unexpected(deny.error());
    const bool is_new = roles_.emplace(role.name, Entry{*std::move(allow), *std::move(deny), {}, {}}).second;
    if (is_new) return {};
    const auto& predefined = predefined_roles();
    const bool is_predefined =
        std::any_of(predefined.begin(), predefined.end(), [&](const Role& one) { return one.name == role.name; });
    return tl::unexpected(fmt::format("the role {} is {}", role.name,
                                      is_predefined ? "predefined: choose another name" : "defined twice"));
}

tl::expected<void, std::string> RoleBook::appoint_group(const std::string& role, const std::string& group,
                                                        const Roles& roles) {
    auto& entry = roles_.at(role);
    if (const auto found = roles.groups.find(group); found != roles.groups.end()) {
        // Every one of them is checked with the groups.
        for (const auto& text : found->second) entry.members.push_back(*RoleMember::read(text));
        return {};
    }
    if (!roles.system_groups) {
        return tl::unexpected(fmt::format(
            "role {}: there is no group {}: define it among the groups, or turn system_groups on", role, group));
    }
    auto at = std::find(system_groups_.begin(), system_groups_.end(), group);
    if (at == system_groups_.end()) at = system_groups_.insert(at, group);
    entry.system_groups.push_back(static_cast<std::size_t>(at - system_groups_.begin()));
    return {};
}

tl::expected<void, std::string> RoleBook::appoint(const std::string& role, const std::vector<std::string>& members,
                                                  const Roles& roles) {
    const auto entry = roles_.find(role);
    if (entry == roles_.end()) return tl::unexpected(fmt::format("there is no role {}", role));
    for (const auto& text : members) {
        auto member = RoleMember::read(text);
        if (!member) return tl::unexpected(fmt::format("role {}: {}", role, member.error()));
        if (member->group().empty()) {
            entry->second.members.push_back(*std::move(member));
        } else if (auto done = appoint_group(role, member->group(), roles); !done) {
            return done;
        }
    }
    return {};
}

tl::expected<RoleBook, std::string> RoleBook::read(const Roles& roles) {
    RoleBook book;
    book.ignore_case_ = roles.ignore_case;
    for (const auto& [name, members] : roles.groups) {
        for (const auto& text : members) {
            const auto member = RoleMember::read(text);
            if (!member) return tl::unexpected(fmt::format("group {}: {}", name, member.error()));
            if (!member->group().empty()) {
                return tl::unexpected(fmt::format("group {}: has a group in it: \"{}\"", name, text));
            }
        }
    }
    for (const auto* definitions : {&predefined_roles(), &roles.definitions}) {
        for (const auto& role : *definitions) {
            if (auto defined = book.define(role); !defined) return tl::unexpected(defined.error());
        }
    }
    for (const auto& [role, members] : roles.members) {
        if (auto done = book.appoint(role, members, roles); !done) return tl::unexpected(done.error());
    }
    return book;
}

std::shared_ptr<const Permissions> RoleBook::permissions(std::shared_ptr<const RoleBook> book, std::string_view user,
                                                         const std::vector<bool>& in_group) {
    auto permissions = std::make_shared<RolePermissions>(book);
    const auto parts = parts_of(user);
    for (const auto& [name, role] : book->roles_) {
        const bool by_name = std::any_of(role.members.begin(), role.members.end(),
                                         [&](const auto& member) { return member.matches(parts, book->ignore_case_); });
        const bool by_group = std::any_of(role.system_groups.begin(), role.system_groups.end(), [&](std::size_t group) {
            return group < in_group.size() && in_group[group];
        });
        if (by_name || by_group) permissions->add(role);
    }
    return permissions;
}

}  // namespace tintype::security

namespace tintype {

const std::vector<Role>& predefined_roles() {
    // What each method of the served classes does is in docs/snapshot-service.md.
    static const std::vector<Role> roles{{"viewer", {"read *"}, {}},
                                         {"operator",
                                          {"read *", "invoke Msvm_VirtualSystemSnapshotService.CreateSnapshot",
                                           "invoke Msvm_VirtualSystemSnapshotService.ApplySnapshot",
                                           "invoke Msvm_VirtualSystemSnapshotService.ClearSnapshotState",
                                           "invoke Msvm_VirtualSystemSnapshotService.ConvertToReferencePoint",
                                           "invoke Msvm_VirtualSystemSnapshotService.DestroySnapshot",
                                           "invoke Msvm_VirtualSystemSnapshotService.DestroySnapshotTree",
                                           "invoke Msvm_VirtualSystemManagementService.ModifySystemSettings",
                                           "invoke Msvm_ConcreteJob", "put Msvm_VirtualSystemSettingData"},
                                          {}},
                                         {"administrator", {"all *"}, {}}};
    return roles;
}

}  // namespace tintype
