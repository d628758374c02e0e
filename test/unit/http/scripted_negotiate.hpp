#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/running_server.hpp"
#include "security/base64.hpp"
#include "security/encrypted_body.hpp"
#include "tintype/negotiate.hpp"

namespace tintype::test {

/// Log-ons whose outcome stands in their tokens:
///     more                another leg
///     NAME                accepted, with the token `proof`
///     quiet               accepted without a token, as raw NTLM is
///     brief               accepted, and over at once
///     held                accepted once `gate` is open
///     wrong               refused
///     broken              thrown out of, by what is no std::exception
/// A grave accent may stand in front: it is the byte that GSS-API's first tokens begin with.
class ScriptedNegotiate final : public NegotiateAuthenticator {
  public:
    [[nodiscard]] bool offers(NegotiateScheme scheme) const noexcept override {
        return scheme == NegotiateScheme::negotiate || kerberos;
    }
    std::unique_ptr<NegotiateContext> begin(NegotiateScheme scheme, std::string_view end_point) override;
    tl::expected<void, std::string> reload() override { return {}; }

    [[nodiscard]] std::string last_end_point() {
        const std::lock_guard guard(lock_);
        return end_point_;
    }

    bool kerberos = true;
    Event gate;
    std::atomic<int> contexts = 0;  ///< That there are now.

  private:
    std::mutex lock_;
    std::string end_point_;
};

/// What seals and unseals for a user: turns the bits over, and numbers the messages in the header.
class ScriptedSeal {
  public:
    explicit ScriptedSeal(std::string user) : user_(std::move(user)) {}
    SealedMessage seal(std::string_view clear) { return {header(sent_++), turned(clear)}; }
    tl::expected<std::string, std::string> unseal(std::string_view given, std::string_view data) {
        if (given != header(received_)) return tl::unexpected(std::string("the signature is not right"));
        ++received_;
        return turned(data);
    }

  private:
    [[nodiscard]] std::string header(int number) const { return user_ + "#" + std::to_string(number); }
    static std::string turned(std::string_view text) {
        std::string result(text);
        for (auto& c : result) c = static_cast<char>(~c);
        return result;
    }

    std::string user_;
    int sent_ = 0;
    int received_ = 0;
};

class ScriptedContext final : public NegotiateContext {
  public:
    ScriptedContext(ScriptedNegotiate& by, NegotiateScheme scheme) : by_(by), scheme_(scheme) { ++by_.contexts; }
    ScriptedContext(const ScriptedContext&) = delete;
    ScriptedContext& operator=(const ScriptedContext&) = delete;
    ~ScriptedContext() override { --by_.contexts; }

    NegotiateStep accept(std::string_view token) override {
        if (token.starts_with('`')) token.remove_prefix(1);
        if (token == "broken") throw 1;
        if (token == "more") return {.outcome = NegotiateStep::Outcome::more, .token = "go on"};
        if (token == "wrong")
            return {.outcome = NegotiateStep::Outcome::refused, .user = "mallory", .why = "wrong password"};
        if (token == "held") by_.gate.wait();
        if (token == "brief") expires_ = std::chrono::system_clock::time_point{};
        seal_ = std::make_unique<ScriptedSeal>(std::string(token));
        NegotiateStep step{.outcome = NegotiateStep::Outcome::accepted, .token = token == "quiet" ? "" : "proof"};
        step.principal = {std::string(token), scheme_ == NegotiateScheme::kerberos ? "Kerberos" : "Negotiate", true};
        return step;
    }
    [[nodiscard]] std::chrono::system_clock::time_point expires() const noexcept override { return expires_; }
    tl::expected<SealedMessage, std::string> seal(std::string_view clear) override { return seal_->seal(clear); }
    tl::expected<std::string, std::string> unseal(std::string_view header, std::string_view data) override {
        return seal_->unseal(header, data);
    }

  private:
    ScriptedNegotiate& by_;
    const NegotiateScheme scheme_;
    std::chrono::system_clock::time_point expires_ = std::chrono::system_clock::time_point::max();
    std::unique_ptr<ScriptedSeal> seal_;
};

inline std::unique_ptr<NegotiateContext> ScriptedNegotiate::begin(NegotiateScheme scheme, std::string_view end_point) {
    const std::lock_guard guard(lock_);
    end_point_ = end_point;
    return std::make_unique<ScriptedContext>(*this, scheme);
}

/// The header field that carries a token.
inline std::string token(const std::string& text, const std::string& scheme = "Negotiate") {
    return "Authorization: " + scheme + " " + security::encode_base64(text) + "\r\n";
}

inline const std::string proof = "Negotiate " + security::encode_base64("proof");
inline const std::string soap = "application/soap+xml;charset=UTF-8";

/// A sealed request as it goes over the wire.
inline std::string sealed_post(ScriptedSeal& seal, const std::string& text, const std::string& fields = {},
                               NegotiateScheme protocol = NegotiateScheme::negotiate, const std::string& type = soap) {
    return post(fields + "Content-Type: " + std::string(security::encrypted_content_type(protocol)) + "\r\n",
                security::write_encrypted_body(protocol, type, text.size(), seal.seal(text)));
}

/// What an answer says once it is unsealed; `not sealed` if it is not.
inline std::string unsealed(ScriptedSeal& seal, const Reply& reply) {
    const auto type = reply.field("Content-Type");
    const auto parts = security::read_encrypted_body(type, reply.body);
    if (!parts) return "not sealed";
    const auto clear = seal.unseal(parts->header, parts->data);
    return clear ? *clear : clear.error();
}

/// A server that clients log on to so, over plain HTTP and without leave to send clear text, and what it was asked.
class NegotiateServer {
  public:
    explicit NegotiateServer(const std::function<void(ServerOptions&)>& change = {})
        : server(
              [this, change](ServerOptions& options) {
                  options.allow_unencrypted = false;
                  options.audit = [this](const AuditEvent& event) {
                      const std::lock_guard guard(lock_);
                      events_.push_back(event);
                  };
                  if (change) change(options);
              },
              [this](Request request, Executor& workers, const std::function<void(Response)>& done) {
                  ++handled;
                  answer_at_once(std::move(request), workers, done);
              },
              true, nullptr, &negotiate) {}
    NegotiateServer(const NegotiateServer&) = delete;
    NegotiateServer& operator=(const NegotiateServer&) = delete;
    ~NegotiateServer() { negotiate.gate.set(); }

    std::vector<AuditEvent> events() {
        const std::lock_guard guard(lock_);
        return events_;
    }
    /// A connection on which this user has logged on.
    SocketClient logged_on(const std::string& user) {
        auto client = server.connect();
        client.send(post(token(user)));
        REQUIRE(client.read().status == 200);
        return client;
    }

    ScriptedNegotiate negotiate;
    std::atomic<int> handled = 0;

  private:
    std::mutex lock_;
    std::vector<AuditEvent> events_;

  public:
    RunningServer server;
};

inline void allow_clear(ServerOptions& options) {
    options.allow_unencrypted = true;
}

}  // namespace tintype::test
