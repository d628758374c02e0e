#pragma once
/// \file
/// The users file of gss-ntlmssp: who is in it, and under which spelling.

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tintype::security {

/// Lines are `DOMAIN:user:password`, or as smbpasswd has them `DOMAIN\user:uid:LM hash:NT hash:flags:time`, with which
/// no password stands in the file. Blank lines and lines that begin with `#` are skipped.
class NtlmUsers {
  public:
    /// Errors, with the line's number: a line that gss-ntlmssp would skip or misread (too long, a colon in the
    /// password), a user without a domain, a name that no client could log on with, a user who is there already, nobody
    /// at all.
    [[nodiscard]] static tl::expected<NtlmUsers, std::string> parse(std::string_view text);

    /// The name, `DOMAIN\user` as the file spells it, of a user who logged on as `shown`: `DOMAIN\user` or `user`, in
    /// any case. Finds the same line as gss-ntlmssp did; nothing if there is none.
    [[nodiscard]] std::optional<std::string> canonical(std::string_view shown) const;

    /// All of them as lines of smbpasswd, which gss-ntlmssp reads without a hash to compute.
    [[nodiscard]] std::string smbpasswd() const;

    [[nodiscard]] std::size_t size() const noexcept { return users_.size(); }

  private:
    struct User {
        std::string name;
        std::string domain;  // without case
        std::string user;    // without case
        std::string hash;    // the password's NT hash
    };

    static tl::expected<User, std::string> parse_line(std::string_view line);

    std::vector<User> users_;
};

}  // namespace tintype::security
