#pragma once
/// \file
/// One client: its requests read, admitted, handed over and answered, one after the other.

#include "http/asio.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/application.hpp"
#include "http/certificate_log_on.hpp"
#include "http/head_scanner.hpp"
#include "http/io_thread.hpp"
#include "http/log_on_schemes.hpp"
#include "http/log_on_turn.hpp"
#include "http/request_gate.hpp"
#include "http/request_parser.hpp"
#include "tintype/server.hpp"

namespace tintype::http {

/// What all connections share. Outlives them.
struct Service {
    Application application;
    Authenticators authenticators;
    Executor& workers;
    ServerOptions options;
    VerificationQueue verifications;
    Places handshakes;
    Places requests;  ///< In flight, of users who have logged on.
    security::LogOnLimits log_ons;
};

/// What a connection gets from its listener.
struct Origin {
    std::string path;  ///< That requests must name.
    bool tls = false;
    tcp::endpoint peer;
    Places::Place ticket;                       ///< Its place among max_connections, given back when it goes.
    std::shared_ptr<const CurrentTrust> trust;  ///< For certificates of clients.
};

/// Everything about a connection but its stream: that is PlainConnection's or TlsConnection's.
/// All of it runs on its IoThread; only the functions handed to Application and Authentication run elsewhere, and post
/// back. At most one operation of the stream is under way; each holds the connection alive, and so does each answer
/// that is owed by a worker: when none is left the connection goes, and nothing else keeps it.
class Connection : public Attended, public std::enable_shared_from_this<Connection> {
  public:
    Connection(Service& service, IoThread& thread, Origin origin);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Begins. Called once, on the thread.
    virtual void start() = 0;

    [[nodiscard]] Clock::time_point deadline() const noexcept final { return deadline_; }
    void expire() final;
    void close() noexcept final;
    void stop() noexcept final;
    void write_now() final;

  protected:
    // What the stream does; each ends in the function of the same name below.
    virtual void read_some(net::mutable_buffer into) = 0;
    virtual void write(net::const_buffer from) = 0;
    /// Tells the client that nothing further comes, where the stream can and still read.
    virtual void half_close() noexcept = 0;
    virtual void shut_down() = 0;
    virtual void close_socket() noexcept = 0;
    /// Whether bytes have arrived that nobody has read.
    [[nodiscard]] virtual bool has_input() noexcept = 0;
    /// Null outside of TLS.
    [[nodiscard]] virtual SSL* tls() noexcept = 0;

    void handshake_begins() noexcept { expire_after(service_.options.idle_timeout); }
    void on_handshake_failed(const error_code& error);
    void next_request();
    void on_read(const error_code& error, std::size_t count);
    void on_written(const error_code& error);
    void on_shut_down() noexcept { close(); }
    [[nodiscard]] IoThread& thread() noexcept { return thread_; }

  private:
    enum class Stage { handshake, idle, head, body, elsewhere, continuing, answering, draining, closing };
    enum class Body { serve, drop };
    using WaitTimer = net::basic_waitable_timer<Clock, net::wait_traits<Clock>, net::io_context::executor_type>;

    void expire_after(std::chrono::milliseconds time) noexcept { deadline_ = Clock::now() + time; }
    void read(std::size_t at_most);
    void scan_head();
    void on_head(std::size_t size);
    void authenticate();
    void log_on_by_certificate();
    void check_log_on();
    void on_checked(const LogOn& result);
    void wait_until(Clock::time_point until, std::function<void()> then);
    void on_log_on(const LogOn& result);
    void admit();
    void welcome();
    [[nodiscard]] bool may_speak_clear() const noexcept { return origin_.tls || service_.options.allow_unencrypted; }
    void take_body(Body purpose);
    void read_body();
    void parse_body();
    void on_body();
    void serve();
    void serve_metadata();
    void refuse_sealed(std::string_view why);
    [[nodiscard]] bool seal(Answer& answer);
    void refuse(Refusal refusal);
    void challenge(const Challenge& challenge);
    void dismiss(Answer answer, bool keeps_log_on = false);
    void answer(const Response& response);
    void send(Answer answer);
    void finish();
    void drain(std::size_t count);
    [[nodiscard]] bool logs(LogLevel level) const noexcept {
        return service_.options.log && level >= service_.options.log_from;
    }
    void log_request() const;
    void audit_log_on(AuditKind kind, std::string user, std::string detail) const;
    void log(LogLevel level, std::string_view line) const;

    Service& service_;
    IoThread& thread_;
    Origin origin_;
    std::string peer_;
    LogOnSchemes log_ons_;
    LogOnTurn turn_;
    std::optional<CertificateLogOn> certificate_;  // There once somebody asked for it.
    std::string certificate_user_;                 // Whom it logged on last.
    IoThread::Place place_;
    Clock::time_point deadline_ = Clock::time_point::max();
    std::optional<WaitTimer> waiting_;  // Of a log-on that comes after failed ones.
    Stage stage_ = Stage::handshake;
    bool closed_ = false;

    // The request under way.
    boost::beast::flat_buffer input_;
    HeadScanner scanner_;
    unsigned blank_lines_ = 0;  // Skipped in front of it.
    std::string head_bytes_;    // What the parser's head points into.
    std::optional<RequestParser> parser_;
    Body purpose_ = Body::serve;
    std::optional<Answer> after_body_;                    // The answer that is sent once the body is dropped.
    Principal principal_;                                 // Of this request.
    Places::Place in_flight_;                             // Its place among the requests of all users…
    std::shared_ptr<Places::Place> in_flight_elsewhere_;  // … or this: a worker has it too, maybe for longer.
    std::optional<std::string> proof_;  // The request completed a log-on: WWW-Authenticate of its answer, or empty.
    std::optional<NegotiateScheme> seal_protocol_;  // The request was sealed, so its answer is.
    Clock::time_point began_;
    std::function<void()> time_out_;  // Answers it in a worker's place, who has it now.
    bool drain_after_ = false;        // Bytes of a request that was refused may still come.
    std::size_t drained_ = 0;

    // Its answer.
    std::string output_;
    std::string sealed_;   // Its body.
    std::string summary_;  // For the log, printable.
    LogLevel level_ = LogLevel::info;
    unsigned status_ = 0;
    std::size_t answer_size_ = 0;
    bool last_ = false;  // The connection ends with this answer.
};

}  // namespace tintype::http
