#pragma once
/// \file
/// What the HTTP server carries. The public Server makes one of an Endpoint.

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "tintype/endpoint.hpp"
#include "tintype/executor.hpp"

namespace tintype::http {

struct Application {
    /// As Endpoint::handle(): must not wait on the calling thread, must call `done` exactly once, on any thread, and
    /// uses the executor only until it returns.
    std::function<Pending(Request, Executor&, std::function<void(Response)>)> handle;
    std::size_t max_body = 0;         ///< Bytes of the largest body that is read.
    bool anonymous_identify = false;  ///< As Endpoint::anonymous_identify().
    /// As Endpoint::metadata(). Null: there are no documents.
    std::function<std::optional<Response>(std::string_view query, std::string_view url, const Principal& principal)>
        metadata{};
};

}  // namespace tintype::http
