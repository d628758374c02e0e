/// \file
/// Requests over plain HTTP that are sealed by Negotiate, as wrk can't send them: some connections, a thread each, one
/// request after the other for some seconds.
///
///   sealed_load HOST PORT kerberos|ntlm CONNECTIONS SECONDS BODY EXPECT [FIRST STEP]
///
/// BODY is a file, in which "@@" is the last twelve digits of an id: FIRST, FIRST + STEP, … Every answer must hold
/// EXPECT. Kerberos takes the tickets of KRB5CCNAME, NTLM the user of NTLM_USER_FILE. Prints lines of a name and a
/// number: requests, seconds, p50, p99, p99.9 (microseconds).

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "security/base64.hpp"
#include "security/encrypted_body.hpp"
#include "security/negotiate_initiator.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using tintype::NegotiateScheme;
using tintype::security::InitiatorOptions;
using tintype::security::NegotiateInitiator;

constexpr std::string_view message_type = "application/soap+xml;charset=UTF-8";

template <class Value>
Value must(tl::expected<Value, std::string> result) {
    if (!result) throw std::runtime_error(result.error());
    return *std::move(result);
}

struct Plan {
    std::string host;
    std::uint16_t port = 0;
    InitiatorOptions log_on;
    int connections = 1;
    int seconds = 1;
    std::string before;
    std::string after;
    bool numbered = false;
    std::string expect;
    std::int64_t first = 0;
    std::int64_t step = 0;
};

struct Answer {
    unsigned status = 0;
    std::string head;
    std::string body;

    /// A field's value, whose name is given as servers write it.
    [[nodiscard]] std::string_view field(std::string_view name) const {
        const auto at = head.find(fmt::format("\r\n{}: ", name));
        if (at == head.npos) return {};
        const auto begin = at + name.size() + 4;
        return std::string_view(head).substr(begin, head.find("\r\n", begin) - begin);
    }
};

class Connection {
  public:
    explicit Connection(const Plan& plan)
        : host_(plan.host), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(plan.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("can't connect");
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Answer post(std::string_view fields, std::string_view body) {
        const auto request = fmt::format("POST /wsman HTTP/1.1\r\nHost: {}\r\n{}Content-Length: {}\r\n\r\n{}", host_,
                                         fields, body.size(), body);
        for (std::string_view rest = request; !rest.empty();) {
            const auto count = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (count <= 0) throw std::runtime_error("the server closed the connection");
            rest.remove_prefix(static_cast<std::size_t>(count));
        }
        return read();
    }

  private:
    void receive(std::string& into) const {
        constexpr std::size_t piece = std::size_t{64} * 1024;
        const auto had = into.size();
        into.resize(had + piece);
        const auto count = ::recv(socket_, into.data() + had, piece, 0);
        if (count <= 0) throw std::runtime_error("the server closed the connection");
        into.resize(had + static_cast<std::size_t>(count));
    }

    [[nodiscard]] Answer read() const {
        Answer answer;
        std::string received;
        std::size_t end = received.npos;
        while ((end = received.find("\r\n\r\n")) == received.npos) receive(received);
        answer.head = received.substr(0, end + 2);
        answer.status = static_cast<unsigned>(std::strtoul(answer.head.c_str() + sizeof "HTTP/1.1", nullptr, 10));
        const auto length = answer.field("Content-Length");
        std::size_t size = 0;
        std::from_chars(length.data(), length.data() + length.size(), size);
        answer.body = received.substr(end + 4);
        while (answer.body.size() < size) receive(answer.body);
        return answer;
    }

    std::string host_;
    int socket_;
};

/// One client that has logged on.
class Client {
  public:
    explicit Client(const Plan& plan) : connection_(plan), side_(must(NegotiateInitiator::begin(plan.log_on))) {
        std::string token = must(side_->step({}));
        while (!side_->complete() || !token.empty()) {
            const auto answer = connection_.post(
                fmt::format("Authorization: Negotiate {}\r\n", tintype::security::encode_base64(token)), {});
            auto challenge = answer.field("WWW-Authenticate");
            constexpr std::string_view scheme = "Negotiate ";
            if (side_->complete()) break;
            if (!challenge.starts_with(scheme)) throw std::runtime_error("the log-on failed: " + answer.head);
            challenge.remove_prefix(scheme.size());
            const auto bytes = tintype::security::decode_base64(challenge);
            if (!bytes) throw std::runtime_error("the server's token is no base64");
            token = must(side_->step(std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size())));
        }
    }

    std::string ask(std::string_view message) {
        using namespace tintype::security;
        const auto sealed = must(side_->seal(message));
        const auto answer =
            connection_.post(fmt::format("Content-Type: {}\r\n", encrypted_content_type(NegotiateScheme::negotiate)),
                             write_encrypted_body(NegotiateScheme::negotiate, message_type, message.size(), sealed));
        if (answer.status != 200) throw std::runtime_error("answered " + answer.head);
        const auto parts = must(read_encrypted_body(answer.field("Content-Type"), answer.body));
        return must(original_message(parts, must(side_->unseal(parts.header, parts.data))));
    }

  private:
    Connection connection_;
    std::unique_ptr<NegotiateInitiator> side_;
};

std::string read_file(const char* name) {
    std::ifstream file(name, std::ios::binary);
    if (!file) throw std::runtime_error(fmt::format("{}: can't be read", name));
    return {std::istreambuf_iterator<char>(file), {}};
}

/// NTLM_USER_FILE has a line DOMAIN:user:password.
void log_on_by_ntlm(InitiatorOptions& options) {
    const char* name = std::getenv("NTLM_USER_FILE");
    const auto text = read_file(name != nullptr ? name : "");
    const auto line = text.substr(0, text.find('\n'));
    const auto user = line.find(':') + 1;
    const auto password = line.find(':', user) + 1;
    if (user == 0 || password == 0) throw std::runtime_error("NTLM_USER_FILE has no line DOMAIN:user:password");
    options.mechanism = InitiatorOptions::Mechanism::ntlm;
    options.user = line.substr(0, user - 1) + '\\' + line.substr(user, password - user - 1);
    options.password = line.substr(password);
}

Plan plan_of(const std::vector<const char*>& words) {
    constexpr std::size_t fewest = 8;
    if (words.size() < fewest)
        throw std::runtime_error(
            "usage: sealed_load HOST PORT kerberos|ntlm CONNECTIONS SECONDS BODY EXPECT [FIRST STEP]");
    Plan plan;
    plan.host = words[1];
    plan.port = static_cast<std::uint16_t>(std::atoi(words[2]));
    plan.log_on.host = plan.host;
    if (std::string_view(words[3]) == "ntlm") log_on_by_ntlm(plan.log_on);
    plan.connections = std::atoi(words[4]);
    plan.seconds = std::atoi(words[5]);
    const auto body = read_file(words[6]);
    const auto at = body.find("@@");
    plan.numbered = at != body.npos;
    plan.before = body.substr(0, at);
    if (plan.numbered) plan.after = body.substr(at + 2);
    plan.expect = words[7];
    if (words.size() > fewest) plan.first = std::atoll(words[8]);
    if (words.size() > fewest + 1) plan.step = std::atoll(words[9]);
    return plan;
}

class Load {
  public:
    explicit Load(const Plan& plan) : plan_(plan) {}

    void run() {
        // Logged on first, so that it isn't measured.
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < plan_.connections; ++i) clients.push_back(std::make_unique<Client>(plan_));
        std::vector<std::vector<double>> times(clients.size());
        std::vector<std::thread> threads;
        const auto begin = Clock::now();
        end_ = begin + std::chrono::seconds(plan_.seconds);
        for (std::size_t i = 0; i < clients.size(); ++i)
            threads.emplace_back([this, &client = *clients[i], &own = times[i]] { work(client, own); });
        for (auto& thread : threads) thread.join();
        const std::chrono::duration<double> took = Clock::now() - begin;
        std::vector<double> all;
        for (const auto& own : times) all.insert(all.end(), own.begin(), own.end());
        if (failed_ || all.empty()) throw std::runtime_error(problem_);
        std::sort(all.begin(), all.end());
        const auto at = [&all](double part) {
            return all[std::min(all.size() - 1, static_cast<std::size_t>(part * static_cast<double>(all.size())))];
        };
        fmt::print("requests {}\nseconds {:.3f}\np50 {:.1f}\np99 {:.1f}\np99.9 {:.1f}\n", all.size(), took.count(),
                   at(0.5), at(0.99), at(0.999));
    }

  private:
    void work(Client& client, std::vector<double>& times) {
        try {
            while (!failed_ && Clock::now() < end_) {
                std::string message = plan_.before;
                if (plan_.numbered) message += fmt::format("{:012X}", plan_.first + plan_.step * next_++) + plan_.after;
                const auto begin = Clock::now();
                const auto answer = client.ask(message);
                times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
                if (answer.find(plan_.expect) == answer.npos) throw std::runtime_error(answer);
            }
        } catch (const std::exception& error) {
            if (!failed_.exchange(true)) problem_ = error.what();
        }
    }

    const Plan& plan_;
    Clock::time_point end_;
    std::atomic<std::int64_t> next_ = 0;
    std::atomic<bool> failed_ = false;
    std::string problem_ = "no answer";  // Of the one thread that set failed_; read once all have ended.
};

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto plan = plan_of({argv, argv + argc});
        Load(plan).run();
    } catch (const std::exception& error) {
        fmt::print(stderr, "sealed_load: {}\n", error.what());
        return 1;
    }
    return 0;
}
