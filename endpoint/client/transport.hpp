#pragma once
/// \file
/// Messages to the endpoint and back, over HTTP or HTTPS.

#include <chrono>
#include <memory>
#include <string>

#include "error.hpp"
#include "exchange.hpp"
#include "profile.hpp"

namespace tintype::client {

class NegotiateLogOn;

/// Messages over one connection, which is kept open between them, in the way of logging on that was chosen. Not thread
/// safe.
class Transport {
  public:
    /// \param password of access.user; not used if that is empty. \param timeout for one request and its answer.
    Transport(const Access& access, const std::string& password, std::chrono::seconds timeout);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// Any HTTP status but 401 and 403 is an answer. An Interruption ends the request. Errors: access_denied,
    /// unreachable, timed_out, interrupted; usage for certificates and keys that can't be read.
    [[nodiscard]] Result<HttpAnswer> post(const std::string& message);

  private:
    [[nodiscard]] Result<HttpAnswer> ask(const std::string& message);

    std::unique_ptr<Exchange> connection_;
    std::unique_ptr<NegotiateLogOn> negotiate_;  // Null: the connection logs on itself.
    std::string url_;
};

}  // namespace tintype::client
