#pragma once
/// \file
/// Which client certificates are good: signed by an authority of ours, in time, for clients, not revoked.

#include <openssl/types.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/certificates.hpp"

namespace tintype::security {

struct FreeX509 {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
    void operator()(X509_CRL* list) const noexcept { X509_CRL_free(list); }
    void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
    void operator()(X509_STORE_CTX* context) const noexcept { X509_STORE_CTX_free(context); }
};
using OwnedX509 = std::unique_ptr<X509, FreeX509>;

/// What one reading of the files gave; never changes. Thread safety: every function from any thread.
class ClientTrust {
  public:
    /// \param authorities PEM file of certificates that are trusted as they are: authorities, also intermediate ones
    /// without what is above them, and certificates of clients that signed themselves. \param revocations PEM file of
    /// revocation lists; empty: none is asked for. Errors, in a sentence that names the file: it can't be read, others
    /// than its owner may write it, it holds nothing of its kind or something malformed.
    static tl::expected<std::shared_ptr<const ClientTrust>, std::string> read(const std::string& authorities,
                                                                              const std::string& revocations);

    /// \param chain what the client sent along, perhaps null. Errors: what is wrong with the certificate. Fails also if
    /// a revocation list that is needed is missing or too old: for each certificate but the trusted one that ends the
    /// chain there must be one.
    [[nodiscard]] tl::expected<ClientCertificate, std::string> verify(X509& certificate, STACK_OF(X509) * chain) const;

    [[nodiscard]] const std::vector<OwnedX509>& authorities() const noexcept { return authorities_; }

  private:
    ClientTrust() = default;

    std::unique_ptr<X509_STORE, FreeX509> store_;
    std::vector<OwnedX509> authorities_;
};

/// A certificate's subject as RFC 4514 writes it, in UTF-8.
[[nodiscard]] std::string subject_of(X509& certificate);

/// What is known of a certificate that is good. \param issuer null: nobody knows.
[[nodiscard]] ClientCertificate describe(X509& certificate, const X509* issuer);

}  // namespace tintype::security
