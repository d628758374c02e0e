#pragma once
/// \file
/// An HTTP and HTTPS listener that carries an Endpoint (DSP0226 clause 13, MS-WSMV 2.1).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/audit.hpp"
#include "tintype/authenticator.hpp"
#include "tintype/endpoint.hpp"
#include "tintype/executor.hpp"
#include "tintype/log.hpp"

namespace tintype {

/// Where to listen.
struct ListenerOptions {
    /// `http://address:port/path` or `https://…`; port 0 picks a free one. Left out, the port is 5985 (5986 with TLS)
    /// and the path `/wsman`. `0.0.0.0` means all of IPv4, `[::]` all of IPv6 and nothing else; a host name, all its
    /// addresses.
    std::string url{};
    std::string certificate{};  ///< https: PEM file with the certificate and its chain.
    std::string key{};          ///< https: PEM file with the private key, readable by its owner only.
    /// https: PEM file with the authorities of client certificates, writable by its owner only. With it clients are
    /// asked for a certificate, and may have none. Empty: they aren't asked.
    std::string client_ca{};
    /// https, with client_ca: PEM file with the revocation lists of these authorities and of every authority between
    /// them and a client, writable by its owner only. Empty: nothing is asked for being revoked.
    std::string client_crl{};
};

/// Whether a listener's files can be read and belong together. Listens nowhere. Errors: as Server::open().
[[nodiscard]] tl::expected<void, std::string> check_listener_files(const ListenerOptions& listener);

struct ServerOptions {
    std::vector<ListenerOptions> listeners{};
    unsigned io_threads = 2;         ///< Threads that read and write sockets, 1 or more.
    bool allow_unencrypted = false;  ///< Take Basic, and messages that are not sealed, over plain HTTP.
    std::size_t max_connections = 10'000;
    std::size_t max_connections_per_address = 1'000;  ///< Of these; an IPv6 client's address is its /64 network.
    /// Requests from the end of their head to the end of their answer, of users who have logged on; of one of them.
    std::size_t max_requests_in_flight = 1'000;
    std::size_t max_requests_in_flight_per_user = 500;
    /// How long a user's next log-on from an address waits after one failed; twice as long after each further one.
    /// Zero: not at all.
    std::chrono::milliseconds log_on_delay{250};
    std::chrono::milliseconds max_log_on_delay{30'000};    ///< The longest that it waits.
    std::size_t max_handshakes = 1'000;                    ///< Log-ons by Negotiate that are under way.
    std::size_t max_handshakes_per_address = 100;          ///< Of these; an IPv6 client's address is its /64 network.
    std::size_t max_header_size = std::size_t{16} * 1024;  ///< Bytes of a request's head.
    std::chrono::milliseconds header_timeout{10'000};      ///< From the first byte of a request to the end of its head.
    std::chrono::milliseconds body_timeout{30'000};        ///< For the body after it.
    std::chrono::milliseconds handshake_timeout{15'000};   ///< For the next token of a log-on by Negotiate.
    std::chrono::milliseconds idle_timeout{60'000};   ///< Between requests on a connection, and for TLS handshakes.
    std::chrono::milliseconds write_timeout{30'000};  ///< For an answer to be taken.
    LogSink log{};
    LogLevel log_from = LogLevel::debug;  ///< What is below isn't even put into words.
    AuditSink audit{};                    ///< Told of log-ons and of certificates that are refused.
    /// Told, within a second, when most of an I/O thread's connections have gone, 64 of them or more. Allocators such
    /// as glibc's keep the memory that they took: who wants it back asks for it here (`malloc_trim`). Called on that
    /// thread, so what takes longer than some microseconds goes to another; when it throws it is told again later.
    std::function<void()> connections_gone{};
};

/// Thread safety: open(), run() and the destructor from one thread; the others from any.
/// Ownership: endpoint, authenticators and workers must outlive it.
class Server {
  public:
    Server(Endpoint& endpoint, Authenticators authenticators, Executor& workers, ServerOptions options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds every listener, or none. Errors, in one line that names the listener: a URL that is none, an address that
    /// can't be bound (in use), a certificate or key that can't be read, don't match, or may be read by others,
    /// authorities or revocation lists that can't be read or may be written by others.
    tl::expected<void, std::string> open();

    /// URLs as bound, with real port numbers, in the order of ServerOptions::listeners. After open().
    [[nodiscard]] std::vector<std::string> urls() const;

    /// Serves on io_threads threads of its own until stop(); returns when all connections are closed and the workers
    /// owe none of them an answer any more.
    void run();

    /// Reads certificates, keys, authorities and revocation lists again. What can't be read leaves what was in force,
    /// for all listeners, and the error says why. Open connections go on; a client certificate on one of them is looked
    /// at anew by the new authorities and lists.
    tl::expected<void, std::string> reload_certificates();

    /// Stops accepting, answers 503 to new requests, lets requests under way finish for at most `grace`, then closes.
    /// Safe to call more than once; returns at once, run() returns when it is done.
    void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(5'000));

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tintype
