#pragma once
/// \file
/// TLS as the listeners speak it.

#include "http/asio.hpp"

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "security/client_trust.hpp"

namespace tintype::http {

/// A context for TLS 1.2 and 1.3 with the ciphers of Mozilla's "intermediate" list, without renegotiation and
/// compression. \param certificate PEM file, the certificate first and its chain after it. \param key PEM file without
/// a passphrase. \param clients null: clients are asked for no certificate. Otherwise they are asked for one of these
/// authorities, may have none, and have to prove that they hold its key; whether it is good is left to the log-on, so
/// that a client with a bad one is told in an answer and the log says why.
/// Errors, in a sentence that names the file: one can't be read, is no PEM, the key may be read by others than its
/// owner, or does not belong to the certificate.
[[nodiscard]] tl::expected<std::shared_ptr<net::ssl::context>, std::string> make_tls_context(
    const std::string& certificate, const std::string& key, const security::ClientTrust* clients = nullptr);

}  // namespace tintype::http
