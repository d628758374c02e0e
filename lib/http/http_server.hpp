#pragma once
/// \file
/// The HTTP server under the public Server: it knows nothing of WS-Management but what Application says.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/connection.hpp"
#include "http/io_thread.hpp"
#include "http/listener.hpp"

namespace tintype::http {

/// Functions as the public Server's, with the same thread safety and ownership.
class HttpServer {
  public:
    HttpServer(Application application, Authenticators authenticators, Executor& workers, ServerOptions options);

    tl::expected<void, std::string> open();
    [[nodiscard]] std::vector<std::string> urls() const;
    void run();
    tl::expected<void, std::string> reload_certificates();
    void stop(std::chrono::milliseconds grace);

  private:
    void accepted(Listener& listener, Accepted client);
    void refuse(Accepted client, bool tls);

    Service service_;
    std::vector<std::unique_ptr<IoThread>> threads_;  // The first one accepts.
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::size_t turn_ = 0;  // Of the thread that gets the next client.
    Places connections_;
    Places farewells_;
    std::mutex reloading_;
};

}  // namespace tintype::http
