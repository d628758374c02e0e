#pragma once
/// \file
/// One request over HTTP and its answer.

#include <string>
#include <vector>

#include "error.hpp"

namespace tintype::client {

struct HttpRequest {
    std::string content_type;
    std::string authorization;  ///< Empty: none, or what libcurl adds itself (Basic).
    std::string body;
};

struct HttpAnswer {
    long status = 0;
    std::string content_type;
    std::string body;
    std::vector<std::string> challenges;  ///< Values of WWW-Authenticate.
};

/// A connection that is kept open between requests, as far as the other side lets it. Not thread safe.
class Exchange {
  public:
    Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    virtual ~Exchange() = default;

    /// Any HTTP status is an answer. Errors: unreachable, timed_out, interrupted.
    [[nodiscard]] virtual Result<HttpAnswer> send(const HttpRequest& request) = 0;

    /// What a log-on over this connection is bound to (RFC 5929 4.1), once a request went over it; empty without TLS.
    [[nodiscard]] virtual std::string end_point() const = 0;
};

}  // namespace tintype::client
