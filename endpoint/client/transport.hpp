#pragma once
/// \file
/// Messages to the endpoint and back, over HTTP or HTTPS.

#include <chrono>
#include <memory>
#include <string>

#include "error.hpp"
#include "profile.hpp"

namespace tintype::client {

struct HttpAnswer {
    long status = 0;
    std::string content_type;
    std::string body;
};

/// One connection, kept open between requests. Not thread safe.
class Transport {
  public:
    /// \param password of access.user; not used if that is empty. \param timeout for one request and its answer.
    Transport(const Access& access, const std::string& password, std::chrono::seconds timeout);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// Any HTTP status but 401 and 403 is an answer. An Interruption ends the request. Errors: access_denied,
    /// unreachable, timed_out, interrupted.
    [[nodiscard]] Result<HttpAnswer> post(const std::string& message);

  private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace tintype::client
