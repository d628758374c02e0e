#pragma once
/// \file
/// What a server needs for accepting log-ons: keys of the service and users of NTLM.

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "security/gss.hpp"
#include "security/memory_file.hpp"
#include "security/ntlm_users.hpp"
#include "tintype/negotiate.hpp"

namespace tintype::security {

/// One reading of keytab and users file. Never changes; log-ons that began with it keep it.
/// Thread safety: any number of log-ons at once.
class NegotiateCredentials {
  public:
    /// Reads the files. Errors as open_negotiate's.
    [[nodiscard]] static tl::expected<std::shared_ptr<const NegotiateCredentials>, std::string> read(
        const NegotiateOptions& options);

    [[nodiscard]] bool has_kerberos() const noexcept { return static_cast<bool>(kerberos_); }
    [[nodiscard]] bool has_ntlm() const noexcept { return static_cast<bool>(ntlm_); }
    [[nodiscard]] const NtlmUsers& users() const noexcept { return users_; }

    /// What a client's first token is to be accepted with; null if it speaks of nothing that is here.
    [[nodiscard]] gss_cred_id_t choose(NegotiateScheme scheme, std::string_view first_token) const noexcept;

  private:
    tl::expected<void, std::string> read_keytab(const NegotiateOptions& options);
    tl::expected<void, std::string> read_users(const NegotiateOptions& options);

    std::unique_ptr<const MemoryFile> keytab_;
    std::unique_ptr<const MemoryFile> users_file_;
    NtlmUsers users_;
    // Two, each with SPNEGO around it: one that holds both mechanisms has to have one name for both, and gss-ntlmssp
    // wants a host's where Kerberos wants none, so that any of the keytab's keys is good.
    GssCredential kerberos_;
    GssCredential ntlm_;
};

}  // namespace tintype::security
