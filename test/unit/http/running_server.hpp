#pragma once

#include <doctest/doctest.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "http/http_server.hpp"
#include "http/socket_client.hpp"
#include "security/hashes.hpp"
#include "security/temporary_folder.hpp"
#include "tintype/worker_pool.hpp"

namespace tintype::test {

/// Something that one thread waits for and another does.
class Event {
  public:
    void set() {
        const std::lock_guard guard(lock_);
        done_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock guard(lock_);
        changed_.wait(guard, [this] { return done_; });
    }

  private:
    std::mutex lock_;
    std::condition_variable changed_;
    bool done_ = false;
};

/// What the server said in its log.
class LogLines {
  public:
    LogSink sink() {
        return [this](LogLevel level, std::string_view line) {
            const std::lock_guard guard(lock_);
            lines_.emplace_back(level, line);
            changed_.notify_all();
        };
    }
    /// Waits for a line with this text; false if none comes.
    bool wait_for(const std::string& text, LogLevel level) {
        std::unique_lock guard(lock_);
        return changed_.wait_for(guard, std::chrono::seconds(20), [&] {
            for (const auto& [its_level, line] : lines_) {
                if (its_level == level && line.find(text) != std::string::npos) return true;
            }
            return false;
        });
    }
    std::string all() {
        const std::lock_guard guard(lock_);
        std::string text;
        for (const auto& [level, line] : lines_) text += line + "\n";
        return text;
    }

  private:
    std::mutex lock_;
    std::condition_variable changed_;
    std::vector<std::pair<LogLevel, std::string>> lines_;
};

inline constexpr std::size_t test_max_body = 64 * 1024;

/// Answers who asked and what, from where it stands.
inline Pending answer_at_once(Request request, Executor&, const std::function<void(Response)>& done) {
    Response response;
    response.content_type = request.content_type;
    response.body = (request.principal.authenticated ? request.principal.name : "nobody") + "|" + request.body;
    response.summary = "Echo";
    done(std::move(response));
    return {};
}

/// A handler for Application, from one that leaves nothing pending or from one that says what it does.
template <class Function>
auto handler_of(Function function) {
    using Done = std::function<void(Response)>;
    return [function = std::move(function)](Request request, Executor& workers, Done done) -> Pending {
        if constexpr (std::is_void_v<std::invoke_result_t<const Function&, Request, Executor&, Done>>) {
            function(std::move(request), workers, std::move(done));
            return {};
        } else {
            return function(std::move(request), workers, std::move(done));
        }
    };
}

/// A server on a free port of the loopback, with the users alice and bob, whose password is `secret`.
class RunningServer {
  public:
    /// A handler that leaves nothing pending.
    using Handler = std::function<void(Request, Executor&, std::function<void(Response)>)>;

    template <class Function = decltype(&answer_at_once)>
    explicit RunningServer(const std::function<void(ServerOptions&)>& change = {}, Function handler = answer_at_once,
                           bool anonymous_identify = true, CertificateAuthenticator* certificates = nullptr,
                           NegotiateAuthenticator* negotiate = nullptr)
        : workers_(2) {
        const auto path = folder_.write("users", std::string("alice:") + sha256_hash + "\nbob:" + sha512_hash + "\n");
        users_ = *open_users_file(path);
        ServerOptions options;
        options.listeners.push_back({"http://127.0.0.1:0/wsman", {}, {}});
        options.allow_unencrypted = true;
        options.max_header_size = 4096;
        options.log = log.sink();
        if (change) change(options);
        server_.emplace(http::Application{handler_of(std::move(handler)), test_max_body, anonymous_identify},
                        Authenticators{users_.get(), negotiate, certificates}, workers_, std::move(options));
        const auto opened = server_->open();
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error()));
        const auto url = server_->urls().front();
        const auto colon = url.rfind(':');
        port_ = static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)));
        thread_ = std::thread([this] { server_->run(); });
    }
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
    ~RunningServer() {
        if (!thread_.joinable()) return;
        server_->stop(std::chrono::milliseconds(0));
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] SocketClient connect() const { return SocketClient(port_); }
    http::HttpServer& server() { return *server_; }
    /// Waits until run() has returned.
    void wait() { thread_.join(); }

    /// One request on a connection of its own.
    [[nodiscard]] Reply ask(std::string_view text) const {
        auto client = connect();
        client.send(text);
        return client.read();
    }

    LogLines log;

  private:
    TemporaryFolder folder_;
    std::unique_ptr<PasswordAuthenticator> users_;
    WorkerPool workers_;
    std::optional<http::HttpServer> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

inline const std::string as_alice = "Authorization: Basic YWxpY2U6c2VjcmV0\r\n";
inline const std::string as_mallory = "Authorization: Basic bWFsbG9yeTp3cm9uZw==\r\n";

/// A request with the fields that every one has, and these.
inline std::string post(const std::string& fields, const std::string& body = {}, bool with_length = true) {
    std::string text = "POST /wsman HTTP/1.1\r\nHost: localhost\r\n" + fields;
    if (with_length) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

}  // namespace tintype::test
