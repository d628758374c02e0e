#pragma once
/// \file
/// HTTP and HTTPS by libcurl.

#include <chrono>
#include <memory>
#include <string>

#include "exchange.hpp"
#include "profile.hpp"

namespace tintype::client {

/// Logs on by Basic and by certificates itself.
class CurlConnection final : public Exchange {
  public:
    /// \param password for Basic. \param timeout for one request and its answer.
    CurlConnection(const Access& access, const std::string& password, std::chrono::seconds timeout);
    ~CurlConnection() override;

    /// An Interruption ends the request. Errors: Exchange's; usage for certificates and keys that can't be read.
    [[nodiscard]] Result<HttpAnswer> send(const HttpRequest& request) override;
    [[nodiscard]] std::string end_point() const override;

  private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

}  // namespace tintype::client
