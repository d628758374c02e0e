#include "security/negotiate_initiator.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <utility>

#include "security/nt_hash.hpp"

namespace tintype::security {
namespace {

GssName user_name(const std::string& user) {
    GssName name;
    OM_uint32 minor = 0;
    auto bytes = gss_bytes(user);
    if (!user.empty()) static_cast<void>(gss_import_name(&minor, &bytes, GSS_C_NT_USER_NAME, name.out()));
    return name;
}

bool holds(const GssCredential& credential, gss_OID mechanism) {
    OM_uint32 minor = 0;
    return !GSS_ERROR(
        gss_inquire_cred_by_mech(&minor, credential.get(), mechanism, nullptr, nullptr, nullptr, nullptr));
}

/// Asks the KDC for tickets. Returns the cache in this process's memory where they are.
tl::expected<std::string, std::string> tickets_for(const InitiatorOptions& options, gss_name_t name) {
    static std::atomic<int> caches{0};
    const auto cache = fmt::format("MEMORY:tintype-{}", ++caches);
    gss_OID_set_desc kerberos{1, kerberos_mechanism()};
    auto password = gss_bytes(options.password);
    GssCredential credential;
    OM_uint32 minor = 0;
    auto major = gss_acquire_cred_with_password(&minor, name, &password, GSS_C_INDEFINITE, &kerberos, GSS_C_INITIATE,
                                                credential.out(), nullptr, nullptr);
    if (!GSS_ERROR(major)) {
        gss_key_value_element_desc element{"ccache", cache.c_str()};
        const gss_key_value_set_desc store{1, &element};
        major = gss_store_cred_into(&minor, credential.get(), GSS_C_INITIATE, kerberos_mechanism(), 1, 0, &store,
                                    nullptr, nullptr);
    }
    if (GSS_ERROR(major)) return tl::unexpected(gss_error(major, minor));
    return cache;
}

struct StoreEntry {
    const char* key;
    std::string value;  // Empty: what the mechanism finds by itself.
};

/// What to acquire credentials by. SPNEGO asks every mechanism of this machine for credentials, and whatever it is
/// given goes to all of them; these are keys that one of them knows only. A password would not only be known to more
/// than it is meant for: Kerberos would ask a KDC about it.
tl::expected<StoreEntry, std::string> entry_for(const InitiatorOptions& options, gss_OID mechanism, gss_name_t name) {
    if (mechanism == ntlm_mechanism()) {
        auto hash = nt_hash(options.password);
        if (!hash) return tl::unexpected(hash.error());
        return StoreEntry{"ntlmssp_nthash", *std::move(hash)};
    }
    if (options.password.empty()) return StoreEntry{"ccache", options.ccache.empty() ? "" : "FILE:" + options.ccache};
    auto cache = tickets_for(options, name);
    if (!cache) return tl::unexpected(cache.error());
    return StoreEntry{"ccache", *std::move(cache)};
}

/// Credentials of one mechanism, with SPNEGO around it or without.
tl::expected<GssCredential, std::string> acquire(const StoreEntry& entry, gss_name_t name, gss_OID mechanism,
                                                 bool with_spnego) {
    std::array<gss_OID_desc, 2> mechanisms{*mechanism, *spnego_mechanism()};
    gss_OID_set_desc all{with_spnego ? 2U : 1U, mechanisms.data()};
    gss_OID_set_desc wanted{1, mechanisms.data()};
    gss_key_value_element_desc element{entry.key, entry.value.c_str()};
    const gss_key_value_set_desc store{entry.value.empty() ? 0U : 1U, &element};
    GssCredential credential;
    OM_uint32 minor = 0;
    auto major = gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &all, GSS_C_INITIATE, &store, credential.out(),
                                       nullptr, nullptr);
    // SPNEGO is content with any mechanism. Asked for this one only, GSSAPI says why it isn't there.
    if (!GSS_ERROR(major) && with_spnego && !holds(credential, mechanism))
        return acquire(entry, name, mechanism, false);
    if (!GSS_ERROR(major) && with_spnego) major = gss_set_neg_mechs(&minor, credential.get(), &wanted);
    if (GSS_ERROR(major)) return tl::unexpected(gss_error(major, minor));
    return credential;
}

}  // namespace

NegotiateInitiator::NegotiateInitiator(GssCredential credential, GssName service, gss_OID mechanism,
                                       std::string_view end_point)
    : credential_(std::move(credential)), service_(std::move(service)), mechanism_(mechanism), bindings_(end_point) {}

tl::expected<std::unique_ptr<NegotiateInitiator>, std::string> NegotiateInitiator::begin(
    const InitiatorOptions& options) {
    const auto inner =
        options.mechanism == InitiatorOptions::Mechanism::kerberos ? kerberos_mechanism() : ntlm_mechanism();
    if (!has_mechanism(inner)) return tl::unexpected(std::string("this machine has no NTLM; install gss-ntlmssp"));
    if (inner == ntlm_mechanism() && options.user.empty()) {
        return tl::unexpected(std::string("NTLM asks for a user"));
    }
    const bool wrapped = options.scheme == NegotiateScheme::negotiate && options.spnego;
    const auto name = user_name(options.user);
    const auto entry = entry_for(options, inner, name.get());
    if (!entry) return tl::unexpected(entry.error());
    auto credential = acquire(*entry, name.get(), inner, wrapped);
    if (!credential) return tl::unexpected(credential.error());
    auto service = gss_service_name("HTTP@" + options.host);
    if (!service) return tl::unexpected(fmt::format("{} is no name of a host", options.host));
    return std::unique_ptr<NegotiateInitiator>(new NegotiateInitiator(
        *std::move(credential), std::move(service), wrapped ? spnego_mechanism() : inner, options.end_point));
}

tl::expected<std::string, std::string> NegotiateInitiator::step(std::string_view token) {
    constexpr OM_uint32 wanted =
        GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;
    auto in = gss_bytes(token);
    GssBuffer out;
    gss_OID mechanism = GSS_C_NO_OID;
    OM_uint32 flags = 0;
    OM_uint32 minor = 0;
    const auto major =
        gss_init_sec_context(&minor, credential_.get(), context_.out(), service_.get(), mechanism_, wanted,
                             GSS_C_INDEFINITE, bindings_.get(), &in, &mechanism, out.out(), &flags, nullptr);
    if (GSS_ERROR(major)) return tl::unexpected(gss_error(major, minor));
    if ((major & GSS_S_CONTINUE_NEEDED) == 0) protection_.emplace(context_.get(), mechanism, flags);
    return std::string(out.view());
}

tl::expected<SealedMessage, std::string> NegotiateInitiator::seal(std::string_view clear) {
    if (!protection_) return tl::unexpected(std::string("the log-on is not complete"));
    return protection_->seal(clear);
}

tl::expected<std::string, std::string> NegotiateInitiator::unseal(std::string_view header, std::string_view data) {
    if (!protection_) return tl::unexpected(std::string("the log-on is not complete"));
    return protection_->unseal(header, data);
}

}  // namespace tintype::security
