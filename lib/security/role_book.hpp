#pragma once
/// \file
/// Roles as they were configured, ready to be asked.

#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "security/role_member.hpp"
#include "security/role_rule.hpp"
#include "tintype/authorization.hpp"

namespace tintype::security {

/// Immutable once read.
class RoleBook {
  public:
    /// Errors: as make_role_authorizer().
    [[nodiscard]] static tl::expected<RoleBook, std::string> read(const Roles& roles);

    /// Groups that only the operating system knows; each named once.
    [[nodiscard]] const std::vector<std::string>& system_groups() const noexcept { return system_groups_; }

    /// What a user may do. \param in_group for each of system_groups() whether the user is in it.
    [[nodiscard]] static std::shared_ptr<const Permissions> permissions(std::shared_ptr<const RoleBook> book,
                                                                        std::string_view user,
                                                                        const std::vector<bool>& in_group);

  private:
    struct Entry {
        std::vector<RoleRule> allow;
        std::vector<RoleRule> deny;
        std::vector<RoleMember> members;  // users
        std::vector<std::size_t> system_groups;
    };
    friend class RolePermissions;

    tl::expected<void, std::string> define(const Role& role);
    tl::expected<void, std::string> appoint(const std::string& role, const std::vector<std::string>& members,
                                            const Roles& roles);
    tl::expected<void, std::string> appoint_group(const std::string& role, const std::string& group,
                                                  const Roles& roles);

    std::map<std::string, Entry> roles_;
    std::vector<std::string> system_groups_;
    bool ignore_case_ = false;
};

}  // namespace tintype::security
