#include "security/negotiate_credentials.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include "security/private_file.hpp"

namespace tintype::security {
namespace {

constexpr std::size_t longest_file = std::size_t{4} * 1024 * 1024;

/// Reads a private file, and puts into memory what `check` makes of it.
template <typename Check>
tl::expected<std::unique_ptr<const MemoryFile>, std::string> copy(const std::string& path, Check check) {
    auto content = read_private_file(path, longest_file);
    if (!content) return tl::unexpected(content.error());
    tl::expected<std::string, std::string> checked = check(*content);
    OPENSSL_cleanse(content->data(), content->size());
    if (!checked) return tl::unexpected(fmt::format("{}: {}", path, checked.error()));
    auto file = MemoryFile::holding(*checked);
    OPENSSL_cleanse(checked->data(), checked->size());
    return file;
}

struct StoreEntry {
    const char* key;
    std::string value;
};

/// What GSSAPI gives for these mechanisms. `path` is called `shown` in errors.
tl::expected<GssCredential, std::string> acquire(gss_OID_set mechanisms, gss_name_t name,
                                                 std::initializer_list<StoreEntry> entries, const std::string& path,
                                                 const std::string& shown) {
    std::array<gss_key_value_element_desc, 2> elements{};
    std::size_t count = 0;
    for (const auto& entry : entries) elements.at(count++) = {entry.key, entry.value.c_str()};
    const gss_key_value_set_desc store{static_cast<OM_uint32>(count), elements.data()};
    GssCredential credential;
    OM_uint32 minor = 0;
    const auto major = gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, mechanisms, GSS_C_ACCEPT, &store,
                                             credential.out(), nullptr, nullptr);
    if (!GSS_ERROR(major)) return credential;
    auto why = gss_error(major, minor);
    if (const auto at = why.find(path); at != std::string::npos) why.replace(at, path.size(), shown);
    return tl::unexpected(fmt::format("{}: {}", shown, why));
}

/// Credentials of one mechanism, and of SPNEGO with nothing but it inside.
tl::expected<GssCredential, std::string> acquire_with_spnego(gss_OID mechanism, gss_name_t name,
                                                             std::initializer_list<StoreEntry> entries,
                                                             const std::string& path, const std::string& shown) {
    std::array<gss_OID_desc, 2> mechanisms{*mechanism, *spnego_mechanism()};
    gss_OID_set_desc both{mechanisms.size(), mechanisms.data()};
    gss_OID_set_desc inside{1, mechanisms.data()};
    // SPNEGO is content with any mechanism: what is wrong with this one shows when it is asked for alone.
    if (auto alone = acquire(&inside, name, entries, path, shown); !alone) return alone;
    auto credential = acquire(&both, name, entries, path, shown);
    OM_uint32 minor = 0;
    if (credential && GSS_ERROR(gss_set_neg_mechs(&minor, credential->get(), &inside))) {
        return tl::unexpected(fmt::format("{}: SPNEGO does not take it", shown));
    }
    return credential;
}

bool begins_with_oid(std::string_view token, gss_OID mechanism) {
    return token.starts_with({static_cast<const char*>(mechanism->elements), mechanism->length});
}

/// A token as RFC 2743 3.1 frames it: behind its tag, its length and the OID's.
std::string_view framed(std::string_view token) {
    constexpr unsigned char frame = 0x60;
    if (token.size() < 2 || static_cast<unsigned char>(token[0]) != frame) return {};
    const auto length = static_cast<unsigned char>(token[1]);
    const std::size_t more = length < 0x80 ? 0 : length & 0x7FU;
    return token.size() > 4 + more ? token.substr(4 + more) : std::string_view{};
}

}  // namespace

tl::expected<std::shared_ptr<const NegotiateCredentials>, std::string> NegotiateCredentials::read(
    const NegotiateOptions& options) {
    if (options.keytab.empty() && options.ntlm_users.empty()) {
        return tl::unexpected(std::string("neither a keytab nor a file of NTLM users is named"));
    }
    auto credentials = std::make_shared<NegotiateCredentials>();
    if (auto read = credentials->read_keytab(options); !read) return tl::unexpected(read.error());
    if (auto read = credentials->read_users(options); !read) return tl::unexpected(read.error());
    return credentials;
}

tl::expected<void, std::string> NegotiateCredentials::read_keytab(const NegotiateOptions& options) {
    if (options.keytab.empty()) return {};
    auto copied = copy(options.keytab, [](const std::string& content) -> tl::expected<std::string, std::string> {
        if (!content.starts_with("\x05\x02") && !content.starts_with("\x05\x01")) {
            return tl::unexpected(std::string("is not a keytab"));
        }
        return content;
    });
    if (!copied) return tl::unexpected(copied.error());
    keytab_ = *std::move(copied);
    const auto cache = options.replay_cache.empty() ? std::string("dfl:") : "file2:" + options.replay_cache;
    auto acquired = acquire_with_spnego(kerberos_mechanism(), GSS_C_NO_NAME,
                                        {{"keytab", "FILE:" + keytab_->path()}, {"rcache", cache}}, keytab_->path(),
                                        options.keytab);
    if (!acquired) return tl::unexpected(acquired.error());
    kerberos_ = *std::move(acquired);
    return {};
}

tl::expected<void, std::string> NegotiateCredentials::read_users(const NegotiateOptions& options) {
    if (options.ntlm_users.empty()) return {};
    if (!has_mechanism(ntlm_mechanism())) {
        return tl::unexpected(fmt::format("{}: this machine has no NTLM; install gss-ntlmssp", options.ntlm_users));
    }
    auto copied =
        copy(options.ntlm_users, [this](const std::string& content) -> tl::expected<std::string, std::string> {
            auto users = NtlmUsers::parse(content);
            if (!users) return tl::unexpected(users.error());
            users_ = *std::move(users);
            return users_.smbpasswd();
        });
    if (!copied) return tl::unexpected(copied.error());
    users_file_ = *std::move(copied);
    // Without a name gss-ntlmssp takes the file's first user for what is to be acquired.
    std::array<char, 256> host{};
    if (options.host.empty()) ::gethostname(host.data(), host.size() - 1);
    const auto name = gss_service_name("HTTP@" + (options.host.empty() ? std::string(host.data()) : options.host));
    auto acquired = acquire_with_spnego(ntlm_mechanism(), name.get(), {{"ntlmssp_keyfile", users_file_->path()}},
                                        users_file_->path(), options.ntlm_users);
    if (!acquired) return tl::unexpected(acquired.error());
    ntlm_ = *std::move(acquired);
    return {};
}

gss_cred_id_t NegotiateCredentials::choose(NegotiateScheme scheme, std::string_view first_token) const noexcept {
    using namespace std::string_view_literals;
    const auto inner = framed(first_token);
    // MIT's library also takes an AP-REQ (RFC 4120 5.5.1) without a frame.
    if (begins_with_oid(inner, kerberos_mechanism()) || first_token.starts_with('\x6e')) return kerberos_.get();
    if (scheme == NegotiateScheme::kerberos) return GSS_C_NO_CREDENTIAL;
    if (first_token.starts_with("NTLMSSP\0"sv)) return ntlm_.get();
    if (!begins_with_oid(inner, spnego_mechanism())) return GSS_C_NO_CREDENTIAL;

    // SPNEGO takes the first mechanism of the client's list that the server has too. The list is what the token begins
    // with, so the OID that stands first of all is the one; were it ever another, then the log-on fails.
    const auto kerberos = std::min(inner.find("\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"sv),
                                   inner.find("\x06\x09\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"sv));
    const auto ntlm = inner.find("\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"sv);
    if (kerberos_ && (kerberos < ntlm || (!ntlm_ && kerberos != std::string_view::npos))) return kerberos_.get();
    return ntlm == std::string_view::npos ? GSS_C_NO_CREDENTIAL : ntlm_.get();
}

}  // namespace tintype::security
