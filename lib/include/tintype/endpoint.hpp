#pragma once
/// \file
/// The WS-Management endpoint: bytes of a SOAP message in, bytes of its answer out. It opens no socket and starts no
/// thread, so that any HTTP server can carry it. For an HTTP listener that is ready, see tintype/server.hpp.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/audit.hpp"
#include "tintype/authorization.hpp"
#include "tintype/executor.hpp"
#include "tintype/limits.hpp"
#include "tintype/log.hpp"
#include "tintype/principal.hpp"
#include "tintype/service.hpp"

namespace tintype {

/// One SOAP message as HTTP carried it.
struct Request {
    std::string body{};          ///< Exactly the bytes of the HTTP body.
    std::string content_type{};  ///< The HTTP header's value; empty if there was none.
    Principal principal{};       ///< Who sent it.
    std::string peer{};          ///< Address and port, for the log.
};

/// The answer to it.
struct Response {
    unsigned status = 200;       ///< HTTP status: 200 with an answer, 400 or 500 with a fault, 401, 415.
    std::string content_type{};  ///< In the request's character set; empty when there is no body.
    std::string body{};
    std::string summary{};  ///< What was asked and what came of it, for a line in the log.
};

struct EndpointOptions {
    std::string host_name{};  ///< Name of this machine in answers (SystemName, the host's Name); empty: the system's.
    std::string product_vendor = "Tintype";
    std::string product_version{};   ///< Empty: the library's version.
    bool anonymous_identify = true;  ///< Answer Identify without a log-on (then without a product version).
    Limits limits{};
    /// Who may do what; must outlive the endpoint. Null: whoever has logged on may do everything.
    Authorizer* authorizer = nullptr;
    LogSink log{};
    AuditSink audit{};  ///< Told of everything that has an effect, and of what was denied.
};

/// A request that a worker is still at. The endpoint has no timer of its own, so whoever has one sees to it that the
/// client isn't kept waiting for longer than it asked for (OperationTimeout, DSP0226 6.1).
struct Pending {
    /// When the client's time is over.
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    /// Answers the request with wsman:TimedOut if it hasn't been answered yet, otherwise nothing; call it at the
    /// deadline, from any thread, as long as the endpoint lives. The worker is not interrupted; what it brings too late
    /// goes to EndpointOptions::log, as what was done may have to be known. Empty: the request was answered where it
    /// stood.
    std::function<void()> time_out{};
};

/// Thread safety: handle() from any number of threads at once.
/// Ownership: keeps a reference to what it serves, a SnapshotService for one, which must outlive it.
class Endpoint {
  public:
    explicit Endpoint(Service& service, EndpointOptions options = {});
    /// Serves the classes of several services, such as the SnapshotService and one of your own.
    explicit Endpoint(std::vector<std::reference_wrapper<Service>> services, EndpointOptions options = {});
    /// Waits until workers are through with the requests that they have, those that were answered TimedOut among them.
    ~Endpoint();
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    /// Answers one message; waits for whatever it needs (a backend, a job store). Never throws: whatever goes wrong is
    /// a fault in the answer (DSP0226 clause 14).
    [[nodiscard]] Response handle(Request request);

    /// As above without ever waiting on the calling thread: what may wait goes to `workers`, the rest is answered where
    /// it stands. `done` is called exactly once, on this thread, a worker's, or the one that calls Pending::time_out.
    /// Without a timer the result may be ignored: the answer is then as late as the work.
    Pending handle(Request request, Executor& workers, std::function<void(Response)> done);

    /// A document about the classes that are served, for `GET /wsman?QUERY`: WSDL 1.1 or an XML Schema, from which SOAP
    /// toolkits make their clients. `wsdl` is the one to begin with; it names the others. Waits for nothing but an
    /// Authorizer that has to. Hand it only to clients that have logged on (DSP0226 R5.3-1).
    /// \param query of the URL, without its question mark.
    /// \param url of the endpoint as the client reached it, without a query: the address that the WSDL names.
    /// \param principal who asks: with an Authorizer, classes of which they may do nothing are left out.
    /// \returns nothing if there is no such document.
    [[nodiscard]] std::optional<Response> metadata(std::string_view query, std::string_view url,
                                                   const Principal& principal = {}) const;

    /// Whether an HTTP body that comes without a log-on may be handed to handle(): only if the request also carries
    /// `WSMANIDENTIFY: unauthenticated` and this is true.
    [[nodiscard]] bool anonymous_identify() const noexcept;

    [[nodiscard]] const Limits& limits() const noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tintype
