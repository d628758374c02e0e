#pragma once
/// \file
/// Requests of somebody who logs on by Negotiate or Kerberos (RFC 4559, MS-WSMV 2.2.9.1).

#include <memory>
#include <string>

#include "exchange.hpp"
#include "profile.hpp"

namespace tintype::client {

/// Logs on at the first request and again when the connection has been lost, and seals messages where no TLS does.
/// Not thread safe.
class NegotiateLogOn {
  public:
    /// \param exchange must outlive this. \param password of access.user; not used if that is empty: then the tickets
    /// that are there are.
    NegotiateLogOn(Exchange& exchange, const Access& access, std::string password);
    ~NegotiateLogOn();
    NegotiateLogOn(const NegotiateLogOn&) = delete;
    NegotiateLogOn& operator=(const NegotiateLogOn&) = delete;

    /// The answer in the clear; over plain HTTP only one that was sealed. Errors: access_denied, and Exchange's;
    /// unreachable also if the endpoint doesn't prove to be who it should be; usage in a build without GSSAPI.
    [[nodiscard]] Result<HttpAnswer> post(const std::string& content_type, const std::string& message);

  private:
    class Session;
    std::unique_ptr<Session> session_;
};

}  // namespace tintype::client
