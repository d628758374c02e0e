#pragma once
/// \file
/// Log-ons by Negotiate and Kerberos (RFC 4559, MS-WSMV 2.2.9.1) through GSSAPI, and the sealing of messages that comes
/// with them. There only in a build with TINTYPE_GSSAPI.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tintype/log.hpp"
#include "tintype/principal.hpp"

namespace tintype {

/// The first word of the Authorization field.
enum class NegotiateScheme {
    negotiate,  ///< SPNEGO, raw NTLM or raw Kerberos.
    kerberos    ///< Raw Kerberos only.
};

/// What to ask of clients that log on inside TLS, as WinRM's CbtHardeningLevel.
enum class ChannelBinding {
    none,     ///< Nothing: what a client says of the channel is not looked at.
    relaxed,  ///< What it says must be true.
    strict    ///< It must say it, and it must be true.
};

/// What came of one token.
struct NegotiateStep {
    enum class Outcome { more, accepted, refused };
    Outcome outcome = Outcome::refused;
    std::string token{};    ///< For the client; bytes, not Base64. May be empty.
    Principal principal{};  ///< With `accepted`; the name in its canonical form (NegotiateAuthenticator).
    std::string user{};     ///< With `refused`: who tried, as far as that is known.
    std::string why{};      ///< With `refused`: for the log, never for the client.
};

/// A message as `multipart/encrypted` carries it.
struct SealedMessage {
    std::string header;  ///< NTLM's signature (16 bytes), Kerberos's header token (60 bytes with AES).
    std::string data;    ///< The ciphertext.
};

/// One log-on, and after it the protection of the messages. Belongs to one connection. Thread safety: one call at a
/// time, on any thread.
class NegotiateContext {
  public:
    NegotiateContext() = default;
    NegotiateContext(const NegotiateContext&) = delete;
    NegotiateContext& operator=(const NegotiateContext&) = delete;
    virtual ~NegotiateContext() = default;

    /// Takes the client's next token. May take long (files, a directory), so workers call it. Not to be called again
    /// once it has accepted or refused.
    [[nodiscard]] virtual NegotiateStep accept(std::string_view token) = 0;

    /// After `accepted`: when the log-on ends (a ticket's or NTLM's end of life).
    [[nodiscard]] virtual std::chrono::system_clock::time_point expires() const noexcept = 0;

    /// After `accepted`: quick, for I/O threads. Errors: what GSSAPI says, for the log.
    [[nodiscard]] virtual tl::expected<SealedMessage, std::string> seal(std::string_view clear) = 0;

    /// After `accepted`: the clear text, if it is from the client, unchanged, and no replay. Quick. Errors as above.
    [[nodiscard]] virtual tl::expected<std::string, std::string> unseal(std::string_view header,
                                                                        std::string_view data) = 0;
};

/// Who may log on by a ticket or by NTLM. Names come in canonical form, whatever the client wrote: a Kerberos principal
/// as `alice@EXAMPLE.COM` (the realm in upper case), an NTLM user as `DOMAIN\alice` in the spelling of the users file.
/// Thread safety: every function from any thread. Ownership: must outlive its contexts.
class NegotiateAuthenticator {
  public:
    NegotiateAuthenticator() = default;
    NegotiateAuthenticator(const NegotiateAuthenticator&) = delete;
    NegotiateAuthenticator& operator=(const NegotiateAuthenticator&) = delete;
    virtual ~NegotiateAuthenticator() = default;

    /// Whether clients can use this scheme: Kerberos needs a keytab, Negotiate a keytab or NTLM users.
    [[nodiscard]] virtual bool offers(NegotiateScheme scheme) const noexcept = 0;

    /// Begins a log-on. \param end_point hash of the server's certificate for `tls-server-end-point` (RFC 5929 4.1);
    /// empty outside of TLS, where nothing is bound.
    [[nodiscard]] virtual std::unique_ptr<NegotiateContext> begin(NegotiateScheme scheme,
                                                                  std::string_view end_point) = 0;

    /// Reads keytab and users again (SIGHUP). On an error what was there stays in force and the message says why.
    /// Log-ons that are complete stay good.
    virtual tl::expected<void, std::string> reload() = 0;
};

struct NegotiateOptions {
    /// Kerberos: keys of the service, `HTTP/host` for one. Empty: no Kerberos.
    std::string keytab{};
    /// NTLM: users file of gss-ntlmssp, `DOMAIN:user:password` a line. Empty: no NTLM.
    std::string ntlm_users{};
    /// NTLM: what this machine calls itself; gss-ntlmssp's clients (curl, `tintype`) go no further when it is not the
    /// host of their URL. Empty: the host name.
    std::string host{};
    /// Kerberos: file that notes the tickets that were used, so that none is taken twice; made if it is not there, and
    /// best kept over a restart. Empty: krb5's own, `/var/tmp/krb5_<uid>.rcache2`.
    std::string replay_cache{};
    ChannelBinding channel_binding = ChannelBinding::relaxed;
    LogSink log{};
};

/// The files are read here and in reload(), and at no other time. KRB5_CONFIG is honoured; nothing else of the
/// environment is needed.
/// Errors: a file that can't be read, that others than its owner may read, that holds no key or no user; neither file
/// named; no NTLM mechanism on this machine (package gss-ntlmssp).
[[nodiscard]] tl::expected<std::unique_ptr<NegotiateAuthenticator>, std::string> open_negotiate(
    NegotiateOptions options);

}  // namespace tintype
