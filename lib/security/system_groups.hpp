#pragma once
/// \file
/// Groups as the operating system knows them, whatever is behind: /etc/group, sssd, winbind (NSS).

#include <string>
#include <vector>

namespace tintype::security {

/// Which of these groups the user is a member of, in the order of `groups`. May take long: a directory may be asked.
/// A user or a group that the system doesn't know belongs to nothing.
[[nodiscard]] std::vector<bool> system_groups_of(const std::string& user, const std::vector<std::string>& groups);

}  // namespace tintype::security
