#include "http/end_point_hash.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>

#include "security/temporary_folder.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Certificate = std::unique_ptr<X509, Free>;

/// A self-signed certificate by `openssl req` with these options.
Certificate make(const TemporaryFolder& folder, const std::string& options) {
    const auto file = folder.path("certificate.pem");
    REQUIRE(std::system(("openssl req -x509 -nodes -days 2 -subj /CN=localhost -keyout " + folder.path("key") +
                         " -out " + file + " " + options + " 2>/dev/null")
                            .c_str()) == 0);
    const std::unique_ptr<BIO, Free> bio(BIO_new_file(file.c_str(), "r"));
    REQUIRE(bio);
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    REQUIRE(certificate);
    return certificate;
}

std::string digest(const Certificate& certificate, const EVP_MD* function) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    REQUIRE(X509_digest(certificate.get(), function, bytes.data(), &size) == 1);
    return {bytes.begin(), bytes.begin() + size};
}

}  // namespace

TEST_CASE("a certificate is hashed by the function of its signature, weak and missing ones replaced by SHA-256") {
    const TemporaryFolder folder;
    struct Case {
        const char* options;
        const EVP_MD* function;
    };
    const Case cases[] = {
        {"-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -sha256", EVP_sha256()},
        {"-newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -sha512", EVP_sha512()},
        {"-newkey rsa:2048 -sha384", EVP_sha384()},
        {"-newkey rsa:2048 -sha512 -sigopt rsa_padding_mode:pss", EVP_sha512()},
        {"-newkey rsa:2048 -sha1", EVP_sha256()},
        {"-newkey rsa:2048 -md5", EVP_sha256()},
        {"-newkey ed25519", EVP_sha256()},
    };
    for (const auto& one : cases) {
        CAPTURE(one.options);
        const auto certificate = make(folder, one.options);
        CHECK(http::end_point_hash(*certificate) == digest(certificate, one.function));
    }
}
