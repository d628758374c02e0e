#pragma once
/// \file
/// What a log-on inside TLS is bound to.

#include <openssl/types.h>

#include <string>

namespace tintype::http {

/// The channel binding `tls-server-end-point` of RFC 5929 4.1 without its prefix: the hash of the whole certificate by
/// the hash function of its signature, MD5 and SHA-1 replaced by SHA-256. \returns the hash's bytes.
/// A signature without a hash function (Ed25519, Ed448) leaves the binding undefined there; SHA-256 is taken then, as
/// clients do that bind at all, so that a policy which demands a binding still has one to compare.
/// Throws std::runtime_error if OpenSSL runs out of memory.
[[nodiscard]] std::string end_point_hash(X509& certificate);

/// The same of the certificate that the server's end of the connection has shown. Empty if it has shown none.
[[nodiscard]] std::string end_point_hash(const SSL& connection);

}  // namespace tintype::http
