#pragma once
/// \file
/// Who may do what, once it is known who they are: an Authorizer of your own, or roles as the daemon has them.
/// docs/security.md tells the roles from an administrator's side.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/principal.hpp"

namespace tintype {

/// What may be done with a class.
enum class Right {
    read,    ///< Get, Enumerate and Pull. One right, since an Enumerate that fixes the keys is a Get.
    put,     ///< Change instances; takes `read` too, for the answer holds the instance.
    create,  ///< Make instances.
    remove,  ///< Delete instances.
    invoke   ///< Call a method.
};

/// What one user may do. Never changes. Thread safety: any thread.
class Permissions {
  public:
    Permissions() = default;
    Permissions(const Permissions&) = delete;
    Permissions& operator=(const Permissions&) = delete;
    virtual ~Permissions() = default;

    /// Asked once or a few times a request, and once an instance that is given out: has to be quick and to take no
    /// lock. \param class_name the class that has the instance or method, never a superclass of it; namespaces don't
    /// matter. \param method for Right::invoke, otherwise empty.
    [[nodiscard]] virtual bool allow(Right right, std::string_view class_name,
                                     std::string_view method = {}) const noexcept = 0;
};

/// Finds a user's permissions. The endpoint asks at each request, so that changed ones are in force with the next.
/// Thread safety: every function from any thread.
class Authorizer {
  public:
    Authorizer() = default;
    Authorizer(const Authorizer&) = delete;
    Authorizer& operator=(const Authorizer&) = delete;
    virtual ~Authorizer() = default;

    /// The permissions if they are known without waiting, otherwise null. Quick: I/O threads call it.
    [[nodiscard]] virtual std::shared_ptr<const Permissions> recall(const Principal& principal) = 0;

    /// The same, never null. May take long (a directory); worker threads call it.
    [[nodiscard]] virtual std::shared_ptr<const Permissions> find(const Principal& principal) = 0;
};

/// What a role lets its members do. A rule is `RIGHT CLASS` or `invoke CLASS.METHOD`: the right is `read`, `put`,
/// `create`, `delete`, `invoke` or `all`, names are compared without regard to case, and a `*` in one stands for any
/// characters or none.
struct Role {
    std::string name{};
    std::vector<std::string> allow{};
    std::vector<std::string> deny{};  ///< Counts more than what any role of the same user allows.
};

/// Who has which role. A member is a user's canonical name, `alice`, `EXAMPLE\alice` or `alice@EXAMPLE.COM`, or
/// `EXAMPLE\*` or `*@EXAMPLE.COM` for all of a domain or realm, `*` for everybody who has logged on, `group:NAME` for a
/// group. Domains and realms are compared without regard to case.
struct Roles {
    std::vector<Role> definitions{};  ///< Besides `viewer`, `operator` and `administrator`, which are there anyway.
    std::map<std::string, std::vector<std::string>> members{};  ///< By role.
    std::map<std::string, std::vector<std::string>> groups{};   ///< Members that are users, by group.
    bool system_groups = false;  ///< A group that isn't among `groups` is one of the operating system's (NSS).
    bool ignore_case = false;    ///< Users are compared without regard to the case of ASCII letters, as Windows does.
};

/// Whether Role::allow and Role::deny may hold it. Errors: a sentence that quotes what is wrong.
[[nodiscard]] tl::expected<void, std::string> check_role_rule(std::string_view rule);

/// Whether Roles::members may hold it. Errors: as above; an unknown group is none.
[[nodiscard]] tl::expected<void, std::string> check_role_member(std::string_view member);

/// The roles that need no definition.
[[nodiscard]] const std::vector<Role>& predefined_roles();

/// Permissions by roles: what a role of the user allows and none of them denies. Who has no role may do nothing.
class RoleAuthorizer : public Authorizer {
  public:
    /// Puts other roles in the place of these, in force with the next request. Errors: as make_role_authorizer(); then
    /// the old ones stay.
    virtual tl::expected<void, std::string> replace(const Roles& roles) = 0;
};

/// Errors, in a sentence: a rule or member that is none, a role that is not defined or defined twice or predefined, a
/// group that is not there or has groups in it.
[[nodiscard]] tl::expected<std::unique_ptr<RoleAuthorizer>, std::string> make_role_authorizer(const Roles& roles);

}  // namespace tintype
