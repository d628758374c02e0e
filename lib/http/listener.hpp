#pragma once
/// \file
/// One of the addresses that the server listens on.

#include "http/asio.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "http/certificate_log_on.hpp"
#include "http/io_thread.hpp"
#include "http/operation_memory.hpp"
#include "http/url.hpp"
#include "tintype/server.hpp"

namespace tintype::http {

/// A client that has just connected, and the thread that it shall live on.
struct Accepted {
    Socket socket;
    IoThread& thread;
    tcp::endpoint peer;
};

/// What TLS needs of a listener's files; of nulls where there is no TLS, or no client certificate is asked for.
struct TlsFiles {
    std::shared_ptr<net::ssl::context> context;
    CurrentTrust::Trust trust;
};

/// Thread safety: load() and use() from any thread, the others from the thread that the listener lives on, or before
/// that runs.
class Listener {
  public:
    /// Binds every address that the URL's host has. Errors: as Server::open().
    static tl::expected<std::unique_ptr<Listener>, std::string> open(const ListenerOptions& options, IoThread& thread,
                                                                     const LogSink& log);

    /// \param next says on which thread the next client shall live. \param accepted gets it, on the listener's thread.
    void start(std::function<IoThread&()> next, std::function<void(Accepted)> accepted);
    void close() noexcept;

    /// What open() would say, but for binding.
    static tl::expected<void, std::string> check(const ListenerOptions& options);

    [[nodiscard]] const ListenerUrl& url() const noexcept { return url_; }

    /// Reads the files again.
    [[nodiscard]] tl::expected<TlsFiles, std::string> load() const;
    /// Connections accepted from now on use the context, and all of them the trust.
    void use(TlsFiles files);
    [[nodiscard]] std::shared_ptr<net::ssl::context> context() const;
    [[nodiscard]] std::shared_ptr<const CurrentTrust> trust() const noexcept { return trust_; }

  private:
    using Acceptor = net::basic_socket_acceptor<tcp, net::io_context::executor_type>;
    using Timer = net::basic_waitable_timer<Clock, net::wait_traits<Clock>, net::io_context::executor_type>;

    /// One bound address.
    struct Place {
        explicit Place(IoThread& thread)
            : acceptor(thread.context().get_executor()), pause(thread.context().get_executor()) {}
        std::shared_ptr<OperationMemory> memory = std::make_shared<OperationMemory>();  ///< Of the wait for a client.
        Acceptor acceptor;
        Timer pause;
    };

    Listener(ListenerOptions options, ListenerUrl url, IoThread& thread, LogSink log);
    tl::expected<void, std::string> bind();
    void accept(Place& place);
    void on_ready(Place& place);
    [[nodiscard]] std::optional<Accepted> take(Place& place, error_code& error);
    void accept_later(Place& place, const error_code& error);

    const ListenerOptions options_;
    ListenerUrl url_;
    IoThread& thread_;
    LogSink log_;
    std::vector<std::unique_ptr<Place>> places_;
    std::function<IoThread&()> next_;
    std::function<void(Accepted)> accepted_;
    mutable std::mutex lock_;
    std::shared_ptr<net::ssl::context> context_;
    std::shared_ptr<CurrentTrust> trust_ = std::make_shared<CurrentTrust>();
};

}  // namespace tintype::http
