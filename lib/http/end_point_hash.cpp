#include "http/end_point_hash.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>

namespace tintype::http {
namespace {

const EVP_MD* hash_of_signature(X509& certificate) {
    int hash = NID_undef;
    int key = NID_undef;
    int bits = 0;
    std::uint32_t flags = 0;
    const bool known = X509_get_signature_info(&certificate, &hash, &key, &bits, &flags) == 1;
    if (!known || hash == NID_undef || hash == NID_md5 || hash == NID_sha1) return EVP_sha256();
    const EVP_MD* function = EVP_get_digestbynid(hash);
    return function != nullptr ? function : EVP_sha256();
}

}  // namespace

std::string end_point_hash(X509& certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    if (X509_digest(&certificate, hash_of_signature(certificate), hash.data(), &size) != 1)
        throw std::runtime_error("OpenSSL could not hash the certificate");
    return {hash.begin(), hash.begin() + size};
}

std::string end_point_hash(const SSL& connection) {
    X509* certificate = SSL_get_certificate(&connection);
    return certificate == nullptr ? std::string() : end_point_hash(*certificate);
}

}  // namespace tintype::http
