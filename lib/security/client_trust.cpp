#include "security/client_trust.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <utility>

#include "security/private_file.hpp"

namespace tintype::security {
namespace {

// Revocation lists of large authorities have some hundred thousand entries.
constexpr std::size_t max_file = std::size_t{64} * 1024 * 1024;
constexpr int max_depth = 8;
constexpr int security_level = 2;  // As TLS here: RSA of 2048 bits and SHA-2 at least.

struct Free {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, Free>;

template <class T>
using Owned = std::unique_ptr<T, FreeX509>;

X509* next(BIO* text, X509**) {
    return PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
}
X509_CRL* next(BIO* text, X509_CRL**) {
    return PEM_read_bio_X509_CRL(text, nullptr, nullptr, nullptr);
}

/// Everything of one kind in a PEM file.
template <class T>
tl::expected<std::vector<Owned<T>>, std::string> read_pem(const std::string& path, const char* what) {
    const auto text = read_trusted_file(path, max_file);
    if (!text) return tl::unexpected(text.error());
    const Bio bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
    if (!bio) return tl::unexpected(fmt::format("{}: out of memory", path));
    ERR_clear_error();
    std::vector<Owned<T>> found;
    while (auto one = Owned<T>(next(bio.get(), static_cast<T**>(nullptr)))) found.push_back(std::move(one));
    const auto last = ERR_peek_last_error();
    ERR_clear_error();
    if (ERR_GET_LIB(last) != ERR_LIB_PEM || ERR_GET_REASON(last) != PEM_R_NO_START_LINE) {
        return tl::unexpected(fmt::format("{}: {} {} is malformed", path, what, found.size() + 1));
    }
    if (found.empty()) return tl::unexpected(fmt::format("{}: holds no {} in PEM", path, what));
    return found;
}

/// The certificate that ends the chain is trusted because it was configured, so nobody has to say that it isn't
/// revoked.
int decide(int good, X509_STORE_CTX* context) {
    if (good == 1) return good;
    const bool last = X509_STORE_CTX_get_error_depth(context) == sk_X509_num(X509_STORE_CTX_get0_chain(context)) - 1;
    switch (X509_STORE_CTX_get_error(context)) {
        case X509_V_ERR_UNABLE_TO_GET_CRL:
        case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
        case X509_V_ERR_CRL_SIGNATURE_FAILURE:
        case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
            return last ? 1 : 0;
        default:
            return 0;
    }
}

std::string reason(X509_STORE_CTX* context) {
    const auto* words = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
    X509* at = X509_STORE_CTX_get_current_cert(context);
    const int depth = X509_STORE_CTX_get_error_depth(context);
    if (at == nullptr || depth == 0) return words;
    return fmt::format("{} (of {}, {} above it)", words, subject_of(*at), depth);
}

}  // namespace

tl::expected<std::shared_ptr<const ClientTrust>, std::string> ClientTrust::read(const std::string& authorities,
                                                                                const std::string& revocations) {
    auto certificates = read_pem<X509>(authorities, "certificate");
    if (!certificates) return tl::unexpected(certificates.error());
    std::shared_ptr<ClientTrust> trust(new ClientTrust);
    trust->store_.reset(X509_STORE_new());
    if (!trust->store_) return tl::unexpected(fmt::format("{}: out of memory", authorities));
    auto* store = trust->store_.get();
    for (const auto& certificate : *certificates) X509_STORE_add_cert(store, certificate.get());
    auto* rules = X509_STORE_get0_param(store);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_depth(rules, max_depth);
    X509_VERIFY_PARAM_set_auth_level(rules, security_level);
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
    if (!revocations.empty()) {
        auto lists = read_pem<X509_CRL>(revocations, "revocation list");
        if (!lists) return tl::unexpected(lists.error());
        for (const auto& list : *lists) X509_STORE_add_crl(store, list.get());
        X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
        X509_STORE_set_verify_cb(store, decide);
    }
    trust->authorities_ = *std::move(certificates);
    ERR_clear_error();
    return trust;
}

tl::expected<ClientCertificate, std::string> ClientTrust::verify(X509& certificate, STACK_OF(X509) * chain) const {
    const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
    if (!context || X509_STORE_CTX_init(context.get(), store_.get(), &certificate, chain) != 1) {
        ERR_clear_error();
        return tl::unexpected(std::string("out of memory"));
    }
    // OpenSSL takes a certificate that says nothing of its use for any.
    const auto usage = X509_get_extended_key_usage(&certificate);
    if (usage == UINT32_MAX || (usage & XKU_SSL_CLIENT) == 0)
        return tl::unexpected(std::string("its extended key usage has no clientAuth"));
    const bool good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (!good) return tl::unexpected(reason(context.get()));
    auto* verified = X509_STORE_CTX_get0_chain(context.get());
    X509* issuer = sk_X509_num(verified) > 1 ? sk_X509_value(verified, 1) : nullptr;
    // A certificate that is trusted as it is ends its chain: who signed it was not asked, unless it was itself.
    if (issuer == nullptr && X509_self_signed(&certificate, 0) == 1) issuer = &certificate;
    return describe(certificate, issuer);
}

}  // namespace tintype::security
