#pragma once
/// \file
/// Password hashes of crypt(3).

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tintype::security {

/// Whether this is a whole hash of a kind that is fit for passwords today: yescrypt `$y$`, bcrypt `$2b$` or `$2y$`,
/// sha512crypt `$6$`, sha256crypt `$5$`.
[[nodiscard]] bool is_password_hash(const std::string& hash) noexcept;

/// Whether the password has this hash. Takes as long as the hash's cost says, whatever the password.
[[nodiscard]] bool has_hash(std::string_view password, const std::string& hash);

/// A yescrypt hash with a fresh salt and the system's usual cost. Errors: the password is empty, holds a control
/// character (Basic can't carry one), or is longer than crypt(3) takes (511 bytes); no randomness.
[[nodiscard]] tl::expected<std::string, std::string> hash_password(std::string_view password);

}  // namespace tintype::security
