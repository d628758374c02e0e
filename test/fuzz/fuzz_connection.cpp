// A connection from its first byte to its end, over a real socket and in one thread: answers are whole, nothing is
// served to who hasn't logged on, and when the client is gone so is the connection.
//
// The input: a byte of switches, eight bytes that say in which pieces the rest arrives, the bytes that the client
// sends.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "fuzz_input.hpp"
#include "http/stream_connection.hpp"
#include "tintype/negotiate.hpp"

using namespace tintype;

namespace {

constexpr std::size_t max_body = 4096;

class Afterwards final : public Executor {
  public:
    void post(std::function<void()> work) override { work_.push_back(std::move(work)); }
    bool run_all() {
        if (work_.empty()) return false;
        auto work = std::move(work_);
        work_.clear();
        for (auto& one : work) one();
        return true;
    }

  private:
    std::vector<std::function<void()>> work_;
};

/// alice, whose password is `secret`; a password that was verified is not remembered.
class Passwords final : public PasswordAuthenticator {
  public:
    std::optional<Principal> recall(std::string_view /*user*/, std::string_view /*password*/) override { return {}; }
    std::optional<Principal> verify(std::string_view user, std::string_view password) override {
        if (user != "alice" || password != "secret") return {};
        return Principal{"alice", "Basic", true};
    }
    tl::expected<void, std::string> reload() override { return {}; }
};

std::string turned(std::string_view text) {
    std::string result(text);
    for (auto& c : result) c = static_cast<char>(c ^ 0x20);
    return result;
}

/// Accepts the token `alice`, asks for another after `more`; turns the case of letters over in place of sealing.
class Context final : public NegotiateContext {
  public:
    NegotiateStep accept(std::string_view token) override {
        if (token == "more") return {.outcome = NegotiateStep::Outcome::more, .token = "go on"};
        if (token != "alice") return {.outcome = NegotiateStep::Outcome::refused, .user = "mallory", .why = "no"};
        NegotiateStep step{.outcome = NegotiateStep::Outcome::accepted, .token = "proof"};
        step.principal = {"alice", "Negotiate", true};
        return step;
    }
    [[nodiscard]] std::chrono::system_clock::time_point expires() const noexcept override {
        return std::chrono::system_clock::time_point::max();
    }
    tl::expected<SealedMessage, std::string> seal(std::string_view clear) override {
        return SealedMessage{"sealed", turned(clear)};
    }
    tl::expected<std::string, std::string> unseal(std::string_view header, std::string_view data) override {
        if (header != "sealed") return tl::unexpected(std::string("the signature is not right"));
        return turned(data);
    }
};

class Tokens final : public NegotiateAuthenticator {
  public:
    [[nodiscard]] bool offers(NegotiateScheme /*scheme*/) const noexcept override { return true; }
    std::unique_ptr<NegotiateContext> begin(NegotiateScheme /*scheme*/, std::string_view /*end_point*/) override {
        return std::make_unique<Context>();
    }
    tl::expected<void, std::string> reload() override { return {}; }
};

http::Application make_application() {
    const auto handle = [](Request request, Executor& workers, std::function<void(Response)> done) -> Pending {
        if (request.body.size() > max_body) fuzz::expect_none("a body over its limit");
        const auto& who = request.principal;
        if (who.authenticated != (who.name == "alice")) fuzz::expect_none("somebody else was served: " + who.name);
        Response response;
        response.content_type = "application/soap+xml;charset=UTF-8";
        response.body = request.body;
        response.summary = "Echo";
        // Every other one on a worker.
        if (request.body.size() % 2 == 0) {
            done(std::move(response));
        } else {
            workers.post([response = std::move(response), done = std::move(done)] { done(response); });
        }
        return {};
    };
    const auto metadata = [](std::string_view query, std::string_view url,
                             const Principal& who) -> std::optional<Response> {
        if (!who.authenticated) fuzz::expect_none("a document for nobody");
        if (query != "wsdl") return std::nullopt;
        return Response{200, "text/xml; charset=utf-8", std::string(url), "metadata"};
    };
    return {handle, max_body, true, metadata};
}

/// What all inputs share: a server without a listener.
struct Fixture {
    explicit Fixture(bool allow_unencrypted)
        : service{make_application(),
                  {.passwords = &passwords, .negotiate = &tokens},
                  workers,
                  options(allow_unencrypted),
                  http::VerificationQueue(workers, 1, 10),
                  http::Places(10, 10),
                  http::Places(10, 10),
                  security::LogOnLimits(no_delay())},
          thread(std::chrono::milliseconds(1000), {}) {}

    static ServerOptions options(bool allow_unencrypted) {
        ServerOptions options;
        options.allow_unencrypted = allow_unencrypted;
        options.max_header_size = 2048;
        options.log = [](LogLevel, std::string_view line) {
            for (const char c : line) {
                if (static_cast<unsigned char>(c) < 0x20) fuzz::expect_none("a control character in the log");
            }
        };
        options.audit = [](const AuditEvent& event) { static_cast<void>(audit_line(event, {})); };
        return options;
    }
    static security::LogOnLimitOptions no_delay() {
        security::LogOnLimitOptions limits;
        limits.first_delay = limits.longest_delay = limits.longest_by_address = limits.longest_by_user = {};
        return limits;
    }
    void run() {
        thread.context().restart();
        while (thread.context().poll() > 0 || workers.run_all()) {
        }
    }

    Passwords passwords;
    Tokens tokens;
    Afterwards workers;
    http::Service service;
    http::IoThread thread;
};

/// The client's end of a connection.
class Client {
  public:
    explicit Client(int descriptor) : descriptor_(descriptor) { ::fcntl(descriptor_, F_SETFL, O_NONBLOCK); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(descriptor_); }

    void send(std::string_view bytes) const {
        // What the server doesn't take any more is lost, as it is over a network.
        static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    void receive() {
        std::array<char, 16384> buffer;
        for (ssize_t size = 0; (size = ::recv(descriptor_, buffer.data(), buffer.size(), 0)) > 0;)
            received.append(buffer.data(), static_cast<std::size_t>(size));
    }
    void end() const { ::shutdown(descriptor_, SHUT_WR); }

    std::string received;

  private:
    int descriptor_;
};

bool begins_answer(std::string_view text) {
    constexpr std::array<std::string_view, 11> statuses = {"200", "400", "401", "404", "405", "413",
                                                           "415", "417", "431", "500", "501"};
    if (text.size() < 13 || !text.starts_with("HTTP/1.1 ")) return false;
    const auto status = text.substr(9, 3);
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end() || status == "503" ||
           status == "505" || status == "411" || status == "426";
}

/// Answers one after the other and nothing else; the last may have been cut off where the client had gone.
void check_answers(std::string_view rest) {
    constexpr std::string_view carry_on = "HTTP/1.1 100 Continue\r\n\r\n";
    while (!rest.empty()) {
        if (rest.starts_with(carry_on)) {
            rest.remove_prefix(carry_on.size());
            continue;
        }
        if (!begins_answer(rest)) fuzz::expect_none("no answer of ours: " + std::string(rest.substr(0, 200)));
        const auto end = rest.find("\r\n\r\n");
        if (end == std::string_view::npos) fuzz::expect_none("a head without an end: " + std::string(rest));
        const auto head = rest.substr(0, end + 2);
        rest.remove_prefix(end + 4);
        for (std::size_t i = 0; i < head.size(); ++i) {
            const auto byte = static_cast<unsigned char>(head[i]);
            const bool line_end = (byte == '\r' && head[i + 1] == '\n') || (byte == '\n' && head[i - 1] == '\r');
            if (byte < 0x20 && !line_end) fuzz::expect_none("a control character in " + std::string(head));
        }
        const auto at = head.find("\r\nContent-Length: ");
        std::size_t length = 0;
        if (at == std::string_view::npos ||
            std::from_chars(head.data() + at + 18, head.data() + head.size(), length).ec != std::errc()) {
            fuzz::expect_none("an answer without its length: " + std::string(head));
        }
        // One to HEAD has a length and no body.
        if (length <= rest.size() && (length == rest.size() || rest.substr(length).starts_with("HTTP/1.1 "))) {
            rest.remove_prefix(length);
        } else if (!rest.empty() && !rest.starts_with("HTTP/1.1 ")) {
            fuzz::expect_none("an answer of another length than it says: " + std::string(head) + std::string(rest));
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static std::array<Fixture, 2> fixtures{Fixture(false), Fixture(true)};
    const fuzz::Budget budget;
    constexpr std::size_t pieces = 8;
    if (size < 1 + pieces) return 0;
    auto& fixture = fixtures.at(data[0] % 2U);
    const auto* const sizes = data + 1;
    auto rest = fuzz::text_of(data + 1 + pieces, size - 1 - pieces);

    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fuzz::expect_none("no sockets");
    Client client(ends[1]);
    std::weak_ptr<http::Connection> watched;
    {
        http::Socket socket(fixture.thread.context().get_executor(), http::tcp::v4(), ends[0]);
        http::Origin origin{"/wsman", false, {http::net::ip::make_address("192.0.2.7"), 50123}, {}, nullptr};
        const auto connection = std::make_shared<http::PlainConnection>(fixture.service, fixture.thread,
                                                                        std::move(origin), std::move(socket));
        watched = connection;
        connection->start();
    }
    fixture.run();
    for (std::size_t turn = 0; !rest.empty(); ++turn) {
        const std::size_t wanted = sizes[turn % pieces];
        const auto piece = rest.substr(0, wanted == 0 ? 4096 : wanted);
        client.send(piece);
        rest.remove_prefix(piece.size());
        fixture.run();
        client.receive();
    }
    client.end();
    fixture.run();
    client.receive();
    fixture.run();
    if (!watched.expired()) fuzz::expect_none("the client is gone and the connection is not");
    client.receive();
    check_answers(client.received);
    return 0;
}
