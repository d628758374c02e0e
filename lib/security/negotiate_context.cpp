#include "security/negotiate_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "security/ntlm_message.hpp"

namespace tintype::security {
namespace {

/// NTLM inside of SPNEGO takes three; a handshake is not to go on for ever.
constexpr int most_tokens = 6;

/// `alice@EXAMPLE.COM`: realms are written in upper case, and are told apart by their letters only.
std::string canonical_principal(std::string name) {
    const auto at = name.rfind('@');
    if (at == std::string::npos) return {};
    std::transform(name.begin() + static_cast<std::ptrdiff_t>(at), name.end(),
                   name.begin() + static_cast<std::ptrdiff_t>(at),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return name;
}

}  // namespace

AcceptorContext::AcceptorContext(std::shared_ptr<const NegotiateCredentials> credentials, NegotiateScheme scheme,
                                 ChannelBinding binding, std::string_view end_point)
    : credentials_(std::move(credentials)),
      scheme_(scheme),
      bound_(binding == ChannelBinding::strict && !end_point.empty()),
      bindings_(binding == ChannelBinding::none ? std::string_view{} : end_point) {}

NegotiateStep AcceptorContext::accept(std::string_view token) {
    if (auto why = objection(token); !why.empty()) return refuse(std::move(why));
    auto in = gss_bytes(token);
    GssBuffer out;
    GssName source;
    gss_OID mechanism = GSS_C_NO_OID;
    OM_uint32 flags = 0;
    OM_uint32 minor = 0;
    const auto major = gss_accept_sec_context(&minor, context_.out(), credential_, &in, bindings_.get(), source.out(),
                                              &mechanism, out.out(), &flags, nullptr, nullptr);
    if (GSS_ERROR(major)) return refuse(in_words(major, minor), out.view());
    if (const auto challenge = find_ntlm_challenge(out.view())) {
        if (!challenge->extended_session_security) return refuse("the client knows NTLM without session security only");
        if (challenge->datagram) return refuse("the client asks for NTLM without numbered messages");
    }
    if ((major & GSS_S_CONTINUE_NEEDED) != 0) {
        return {NegotiateStep::Outcome::more, std::string(out.view()), {}, {}, {}};
    }
    return complete(source.get(), mechanism, flags, out.view());
}

/// gss-ntlmssp calls most of what may be wrong an invalid argument.
std::string AcceptorContext::in_words(OM_uint32 major, OM_uint32 minor) const {
    auto words = gss_error(major, minor);
    if (user_.empty() || GSS_ROUTINE_ERROR(major) != GSS_S_FAILURE) return words;
    if (!credentials_->users().canonical(user_)) return "no such user of NTLM: " + words;
    return "the password is wrong, or the domain is not in the letters of the users file: " + words;
}

/// What can be said of a token before GSSAPI sees it.
std::string AcceptorContext::objection(std::string_view token) {
    if (over_) return "the log-on is over already";
    if (token.empty()) return "the token is empty";
    if (token.size() > longest_token) {
        return fmt::format("the token has {} bytes, and {} is the most", token.size(), longest_token);
    }
    if (++tokens_ > most_tokens) return "the log-on takes too many tokens";
    if (tokens_ == 1) {
        credential_ = credentials_->choose(scheme_, token);
        if (credential_ == GSS_C_NO_CREDENTIAL) {
            return scheme_ == NegotiateScheme::kerberos ? "the token is not of Kerberos, or no keytab is set up"
                                                        : "the token is of no mechanism that is set up";
        }
    }
    if (auto message = find_ntlm_authenticate(token)) {
        user_ = std::move(message->user);
        if (message->version1) return "the client answers with NTLM version 1";
    }
    return {};
}

NegotiateStep AcceptorContext::refuse(std::string why, std::string_view token) {
    over_ = true;
    return {NegotiateStep::Outcome::refused, std::string(token), {}, std::move(user_), std::move(why)};
}

NegotiateStep AcceptorContext::complete(gss_name_t source, gss_const_OID mechanism, OM_uint32 flags,
                                        std::string_view token) {
    const auto shown = gss_shown(source);
    user_ = shown;
    if (auto why = objection_to(flags); !why.empty()) return refuse(std::move(why));
    auto name = canonical(shown, mechanism);
    if (name.empty()) return refuse("the log-on is good, and its name is not one of a user here");
    over_ = true;
    protection_.emplace(context_.get(), mechanism, flags);
    const auto* const scheme = scheme_ == NegotiateScheme::kerberos ? "Kerberos" : "Negotiate";
    return {NegotiateStep::Outcome::accepted, std::string(token), {std::move(name), scheme, true}, {}, {}};
}

/// What can be said against a log-on that GSSAPI is content with.
std::string AcceptorContext::objection_to(OM_uint32 flags) {
    if ((flags & GSS_C_ANON_FLAG) != 0) return "the log-on is anonymous";
    if (bound_ && (flags & GSS_C_CHANNEL_BOUND_FLAG) == 0) {
        return "the client does not say which TLS channel it logs on for, and that is asked for";
    }
    OM_uint32 minor = 0;
    OM_uint32 seconds = 0;
    // A ticket is taken for some minutes (clockskew) after its end; then there is nothing left of the log-on.
    const auto major = gss_context_time(&minor, context_.get(), &seconds);
    if (GSS_ERROR(major) || seconds == 0) return "the ticket has expired";
    expires_ = seconds == GSS_C_INDEFINITE ? std::chrono::system_clock::time_point::max()
                                           : std::chrono::system_clock::now() + std::chrono::seconds(seconds);
    return {};
}

std::string AcceptorContext::canonical(const std::string& shown, gss_const_OID mechanism) const {
    if (same_oid(mechanism, ntlm_mechanism())) return credentials_->users().canonical(shown).value_or("");
    if (!same_oid(mechanism, kerberos_mechanism()) || shown.starts_with("WELLKNOWN/")) return {};
    return canonical_principal(shown);
}

tl::expected<SealedMessage, std::string> AcceptorContext::seal(std::string_view clear) {
    if (!protection_) return tl::unexpected(std::string("the log-on is not complete"));
    return protection_->seal(clear);
}

tl::expected<std::string, std::string> AcceptorContext::unseal(std::string_view header, std::string_view data) {
    if (!protection_) return tl::unexpected(std::string("the log-on is not complete"));
    return protection_->unseal(header, data);
}

}  // namespace tintype::security
