// A request that was admitted, handed over to be answered, and what is made of the answer.
#include <fmt/format.h>

#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "http/connection.hpp"
#include "http/log_line.hpp"
#include "http/owed.hpp"
#include "http/sealed_message.hpp"
#include "security/encrypted_body.hpp"

namespace tintype::http {
namespace {

/// Where the client reached us, for a document that names it.
std::string_view host_of(const RequestHead& head) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[]";
    const auto host = head.host.value;
    return host.empty() || host.find_first_not_of(allowed) != host.npos ? std::string_view("localhost") : host;
}

/// The workers for one request: what they have of it keeps its place among those in flight until they are through, also
/// when its time has run out and the client has been told so.
class WithPlace final : public Executor {
  public:
    /// \param place is the worker's too from the first post() on, and `shared` then.
    WithPlace(Executor& workers, Places::Place& place, std::shared_ptr<Places::Place>& shared)
        : workers_(workers), place_(place), shared_(shared) {}

    void post(std::function<void()> work) override {
        if (place_) shared_ = std::make_shared<Places::Place>(std::move(place_));
        workers_.post([work = std::move(work), held = shared_] { work(); });
    }

  private:
    Executor& workers_;
    Places::Place& place_;
    std::shared_ptr<Places::Place>& shared_;
};

}  // namespace

void Connection::serve() {
    stage_ = Stage::elsewhere;
    deadline_ = Clock::time_point::max();
    if (asks_metadata(parser_->head())) return serve_metadata();
    Request request;
    request.body = std::move(parser_->body());
    request.content_type = parser_->head().content_type.value;
    if (is_sealed(parser_->head())) {
        auto clear = unseal(*log_ons_.context(), request.content_type, request.body);
        if (!clear) return refuse_sealed(clear.error());
        request.body = std::move(clear->body);
        request.content_type = std::move(clear->content_type);
        seal_protocol_ = clear->protocol;
        if (request.body.size() > service_.application.max_body)
            return refuse({413, "body over max_envelope_size", true});
    }
    request.principal = principal_;
    request.peer = peer_;
    const auto done = owe(thread_.context(), shared_from_this(), &Connection::answer);
    try {
        WithPlace workers(service_.workers, in_flight_, in_flight_elsewhere_);
        auto pending = service_.application.handle(std::move(request), workers, done);
        // What has been answered by now has its own deadline.
        if (pending.time_out && stage_ == Stage::elsewhere) {
            time_out_ = std::move(pending.time_out);
            deadline_ = pending.deadline;
        }
    } catch (const std::exception& error) {
        log(LogLevel::error, fmt::format("{} a request could not be served: {}", peer_, error.what()));
        Response failed;
        failed.status = 500;
        failed.summary = "failed";
        done(std::move(failed));
    }
}

/// Somebody may be between the client and us, and the numbers of the messages don't fit together any more.
void Connection::refuse_sealed(std::string_view why) {
    log_ons_.forget();
    audit_log_on(AuditKind::log_on_refused, principal_.name, fmt::format("ended by a sealed message: {}", why));
    level_ = LogLevel::warning;
    summary_ = fmt::format("a sealed message was refused, and the log-on with it: {}", printable(why));
    Answer answer;
    answer.status = 400;
    answer.close = true;
    drain_after_ = true;
    send(std::move(answer));
}

/// Puts the answer's body into its sealed form. False: that can't be done.
bool Connection::seal(Answer& answer) {
    auto sealed = http::seal(*log_ons_.context(), *seal_protocol_, answer.content_type, answer.body);
    if (!sealed) {
        log(LogLevel::error, fmt::format("{} an answer could not be sealed: {}", peer_, printable(sealed.error())));
        return false;
    }
    sealed_ = *std::move(sealed);
    answer.body = sealed_;
    answer.content_type = security::encrypted_content_type(*seal_protocol_);
    return true;
}

void Connection::serve_metadata() {
    const auto& head = parser_->head();
    const auto query = query_of(head.target);
    const auto url = fmt::format("{}://{}{}", origin_.tls ? "https" : "http", host_of(head), origin_.path);
    Response response;
    try {
        auto found =
            service_.application.metadata ? service_.application.metadata(query, url, principal_) : std::nullopt;
        response = found ? std::move(*found) : Response{404, {}, {}, "no such document"};
    } catch (const std::exception& error) {
        log(LogLevel::error, fmt::format("{} a document could not be made: {}", peer_, error.what()));
        response = Response{500, {}, {}, "failed"};
    }
    response.summary = fmt::format("{} ?{}: {}", head.method, printable(query, 100), response.summary);
    answer(response);
}

void Connection::answer(const Response& response) {
    time_out_ = nullptr;
    if (closed_) return;
    level_ = LogLevel::info;
    if (logs(level_)) summary_ = printable(response.summary);
    Answer answer;
    answer.status = response.status;
    answer.content_type = response.content_type;
    answer.body = response.body;
    answer.head_only = parser_->head().method == "HEAD";
    answer.close = !parser_->head().keep_alive || thread_.stopping();
    if (response.status == 401) answer.challenges = log_ons_.offers();
    if (proof_ && !proof_->empty()) answer.challenges = {*proof_};
    if (seal_protocol_ && !answer.body.empty() && !seal(answer)) {
        log_ons_.forget();
        answer.status = 500;
        answer.body = {};
        answer.content_type = {};
        answer.close = true;
    }
    send(std::move(answer));
}

}  // namespace tintype::http
