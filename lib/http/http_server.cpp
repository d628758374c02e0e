#include "http/http_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <string_view>
#include <thread>
#include <utility>

#include "http/client_address.hpp"
#include "http/farewell.hpp"
#include "http/stream_connection.hpp"

namespace tintype::http {
namespace {

// Half of the processors hash passwords at most, so that the other half serves who has logged on.
std::size_t parallel_verifications() {
    return std::max(1U, std::thread::hardware_concurrency() / 2);
}
constexpr std::size_t waiting_verifications = 1'000;
// Refused clients that are waited for; more are hung up on at once.
constexpr std::size_t farewells = 100;
constexpr std::size_t farewells_per_address = 10;

/// Deadlines are met within an eighth of the shortest, or a second.
std::chrono::milliseconds look_interval(const ServerOptions& options) {
    using std::chrono::milliseconds;
    const auto shortest =
        std::min({options.header_timeout, options.body_timeout, options.idle_timeout, options.write_timeout});
    return std::clamp(shortest / 8, milliseconds(5), milliseconds(1'000));
}

security::LogOnLimitOptions log_on_limits_of(const ServerOptions& options) {
    security::LogOnLimitOptions limits;
    limits.first_delay = options.log_on_delay;
    limits.longest_delay = std::max(options.max_log_on_delay, options.log_on_delay);
    limits.longest_by_address = std::min(limits.longest_by_address, limits.longest_delay);
    limits.longest_by_user = std::min(limits.longest_by_user, limits.longest_delay);
    return limits;
}

Service make_service(Application application, Authenticators authenticators, Executor& workers, ServerOptions options) {
    const auto limits = log_on_limits_of(options);
    const auto handshakes = options.max_handshakes;
    const auto handshakes_per_address = options.max_handshakes_per_address;
    const auto requests = options.max_requests_in_flight;
    const auto requests_per_user = options.max_requests_in_flight_per_user;
    return Service{std::move(application),
                   authenticators,
                   workers,
                   std::move(options),
                   VerificationQueue(workers, parallel_verifications(), waiting_verifications),
                   Places(handshakes, handshakes_per_address),
                   Places(requests, requests_per_user),
                   security::LogOnLimits(limits)};
}

}  // namespace

HttpServer::HttpServer(Application application, Authenticators authenticators, Executor& workers, ServerOptions options)
    : service_(make_service(std::move(application), authenticators, workers, std::move(options))),
      connections_(service_.options.max_connections, service_.options.max_connections_per_address),
      farewells_(farewells, farewells_per_address) {
    const auto count = std::max(1U, service_.options.io_threads);
    for (unsigned number = 0; number < count; ++number) {
        threads_.push_back(std::make_unique<IoThread>(look_interval(service_.options), service_.options.log,
                                                      service_.options.connections_gone));
    }
}

tl::expected<void, std::string> HttpServer::open() {
    std::vector<std::unique_ptr<Listener>> listeners;
    for (const auto& options : service_.options.listeners) {
        auto listener = Listener::open(options, *threads_.front(), service_.options.log);
        if (!listener) return tl::unexpected(listener.error());
        listeners.push_back(*std::move(listener));
    }
    listeners_ = std::move(listeners);
    return {};
}

std::vector<std::string> HttpServer::urls() const {
    std::vector<std::string> result;
    for (const auto& listener : listeners_) result.push_back(listener->url().text());
    return result;
}

void HttpServer::run() {
    for (const auto& listener : listeners_) {
        listener->start([this]() -> IoThread& { return *threads_[turn_++ % threads_.size()]; },
                        [this, &listener = *listener](Accepted client) { accepted(listener, std::move(client)); });
    }
    std::vector<std::thread> running;
    running.reserve(threads_.size());
    for (const auto& thread : threads_) running.emplace_back([&thread] { thread->run(); });
    for (auto& thread : running) thread.join();
}

void HttpServer::accepted(Listener& listener, Accepted client) {
    const bool tls = listener.url().tls;
    auto ticket = connections_.take(source_of(client.peer.address()));
    if (!ticket) return refuse(std::move(client), tls);
    error_code ignored;
    client.socket.set_option(tcp::no_delay(true), ignored);
    Origin origin{listener.url().path, tls, client.peer, std::move(ticket), listener.trust()};
    auto& thread = client.thread;
    net::post(thread.context(), [this, &thread, context = listener.context(), origin = std::move(origin),
                                 socket = std::move(client.socket)]() mutable {
        if (context) {
            std::make_shared<TlsConnection>(service_, thread, std::move(origin), *context->native_handle(),
                                            std::move(socket))
                ->start();
        } else {
            std::make_shared<PlainConnection>(service_, thread, std::move(origin), std::move(socket))->start();
        }
    });
}

void HttpServer::refuse(Accepted client, bool tls) {
    if (service_.options.log) {
        service_.options.log(
            LogLevel::warning,
            fmt::format("max_connections, or max_connections_per_address of {}, are open; one more was refused",
                        client.peer.address().to_string()));
    }
    if (tls) return;
    auto place = farewells_.take(source_of(client.peer.address()));
    if (!place) return Farewell::say(client.socket);
    auto& thread = client.thread;
    net::post(thread.context(), [&thread, place = std::move(place), socket = std::move(client.socket)]() mutable {
        std::make_shared<Farewell>(thread, std::move(socket), std::move(place))->start();
    });
}

tl::expected<void, std::string> HttpServer::reload_certificates() {
    const std::lock_guard guard(reloading_);
    std::vector<TlsFiles> all;
    for (const auto& listener : listeners_) {
        auto files = listener->load();
        if (!files) return tl::unexpected(files.error());
        all.push_back(*std::move(files));
    }
    for (std::size_t number = 0; number < all.size(); ++number) listeners_[number]->use(std::move(all[number]));
    return {};
}

void HttpServer::stop(std::chrono::milliseconds grace) {
    const auto deadline = Clock::now() + grace;
    net::post(threads_.front()->context(), [this, deadline] {
        for (const auto& listener : listeners_) listener->close();
        // After the listeners: every client they took is on its thread's way already, before this.
        for (const auto& thread : threads_) {
            net::post(thread->context(), [this, &thread = *thread, deadline] {
                // Log-ons that still wait then would keep run() from returning.
                thread.stop(deadline, [this] { service_.verifications.close(); });
            });
        }
    });
}

}  // namespace tintype::http
