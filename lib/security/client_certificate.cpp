#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <string_view>

#include "security/client_trust.hpp"
#include "security/user_name.hpp"

namespace tintype::security {
namespace {

struct Free {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
    void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

std::string thumbprint(const X509& certificate, const EVP_MD* function) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    if (X509_digest(&certificate, function, hash.data(), &size) != 1) return {};
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned place = 0; place < size; ++place) {
        text += digits[hash[place] >> 4U];
        text += digits[hash[place] & 15U];
    }
    return text;
}

std::vector<std::string> upns_of(const X509& certificate) {
    const std::unique_ptr<GENERAL_NAMES, Free> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> upns;
    for (int number = 0; number < sk_GENERAL_NAME_num(names.get()); ++number) {
        ASN1_OBJECT* kind = nullptr;
        ASN1_TYPE* value = nullptr;
        if (GENERAL_NAME_get0_otherName(sk_GENERAL_NAME_value(names.get(), number), &kind, &value) != 1) continue;
        if (OBJ_obj2nid(kind) != NID_ms_upn || ASN1_TYPE_get(value) != V_ASN1_UTF8STRING) continue;
        const ASN1_UTF8STRING* text = value->value.utf8string;
        std::string upn(ASN1_STRING_get0_data(text), ASN1_STRING_get0_data(text) + ASN1_STRING_length(text));
        // One with a NUL or another control character in it is somebody's attempt to look like another.
        if (is_user_name(upn)) upns.push_back(std::move(upn));
    }
    return upns;
}

}  // namespace

std::string subject_of(X509& certificate) {
    const std::unique_ptr<BIO, Free> text(BIO_new(BIO_s_mem()));
    constexpr unsigned long form = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    if (!text || X509_NAME_print_ex(text.get(), X509_get_subject_name(&certificate), 0, form) < 0) return {};
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(text.get(), &bytes);
    return size <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

ClientCertificate describe(X509& certificate, const X509* issuer) {
    ClientCertificate facts;
    facts.sha1 = thumbprint(certificate, EVP_sha1());
    facts.sha256 = thumbprint(certificate, EVP_sha256());
    if (issuer != nullptr) {
        facts.issuer_sha1 = thumbprint(*issuer, EVP_sha1());
        facts.issuer_sha256 = thumbprint(*issuer, EVP_sha256());
    }
    facts.subject = subject_of(certificate);
    facts.upns = upns_of(certificate);
    return facts;
}

}  // namespace tintype::security
