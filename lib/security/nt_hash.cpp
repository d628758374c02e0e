#include "security/nt_hash.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <array>
#include <memory>

#include "security/text_encoding.hpp"

namespace tintype::security {
namespace {

struct Free {
    void operator()(OSSL_LIB_CTX* library) const noexcept { OSSL_LIB_CTX_free(library); }
    void operator()(OSSL_PROVIDER* provider) const noexcept { OSSL_PROVIDER_unload(provider); }
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
};

}  // namespace

tl::expected<std::string, std::string> nt_hash(std::string_view password) {
    auto text = utf16le_of_utf8(password);
    if (!text) return tl::unexpected(std::string("the password is no UTF-8"));
    // A library context of its own: what is obsolete is to be nowhere else in the process.
    const std::unique_ptr<OSSL_LIB_CTX, Free> library(OSSL_LIB_CTX_new());
    const std::unique_ptr<OSSL_PROVIDER, Free> legacy(OSSL_PROVIDER_load(library.get(), "legacy"));
    const std::unique_ptr<EVP_MD, Free> md4(EVP_MD_fetch(library.get(), "MD4", nullptr));
    std::array<unsigned char, 16> digest{};
    const bool done = md4 && EVP_Digest(text->data(), text->size(), digest.data(), nullptr, md4.get(), nullptr) == 1;
    OPENSSL_cleanse(text->data(), text->size());
    if (!done)
        return tl::unexpected(std::string("OpenSSL has no MD4, which NTLM needs: its legacy provider is not there"));
    std::string hash;
    for (const auto byte : digest) hash += fmt::format("{:02X}", byte);
    return hash;
}

}  // namespace tintype::security
