#pragma once
/// \file
/// The NT hash of a password (MS-NLMP 3.3.1, NTOWFv1), which is as good as the password to whoever has it.

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tintype::security {

/// 32 hexadecimal digits. Computed here and not by gss-ntlmssp, which leaks some kilobytes each time that it does
/// (1.2.0), and does it whenever somebody so much as tries to log on.
/// Errors, in a sentence: no UTF-8; OpenSSL has no MD4 (its legacy provider is not there).
[[nodiscard]] tl::expected<std::string, std::string> nt_hash(std::string_view password);

}  // namespace tintype::security
