#include "sealed_pair.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "engine_fixture.hpp"
#include "security/negotiate_initiator.hpp"
#include "tintype/negotiate.hpp"

namespace tintype::bench {

namespace {

using security::InitiatorOptions;
using security::NegotiateInitiator;

class NtlmPair final : public SealedPair {
  public:
    NtlmPair(std::unique_ptr<NegotiateAuthenticator> users, std::unique_ptr<NegotiateInitiator> client,
             std::unique_ptr<NegotiateContext> server)
        : users_(std::move(users)), client_(std::move(client)), server_(std::move(server)) {}

    std::size_t seal() override { return checked(server_->seal(answer_)).data.size(); }
    void prepare_unseal() override { sealed_ = checked(client_->seal(request_)); }
    std::size_t unseal() override { return checked(server_->unseal(sealed_.header, sealed_.data)).size(); }

  private:
    template <class Value>
    static Value checked(tl::expected<Value, std::string> value) {
        if (!value) give_up("not sealed:", value.error());
        return std::move(*value);
    }

    std::unique_ptr<NegotiateAuthenticator> users_;
    std::unique_ptr<NegotiateInitiator> client_;
    std::unique_ptr<NegotiateContext> server_;
    const std::string answer_ = std::string(1'600, 'a');
    const std::string request_ = std::string(2'255, 'r');
    SealedMessage sealed_;
};

std::unique_ptr<NegotiateAuthenticator> open_server() {
    std::string file = std::filesystem::temp_directory_path() / "engine_parts.XXXXXX";
    const int descriptor = ::mkstemp(file.data());  // mode 0600
    if (descriptor < 0) give_up("no file", file);
    ::close(descriptor);
    std::ofstream(file) << "TINTYPE:alice:Passw0rd!\n";
    NegotiateOptions options;
    options.ntlm_users = file;
    options.host = "localhost";
    auto opened = open_negotiate(options);
    std::filesystem::remove(file);
    if (opened) return std::move(*opened);
    std::fprintf(stderr, "sealing is left out: %s\n", opened.error().c_str());
    return nullptr;
}

}  // namespace

std::unique_ptr<SealedPair> make_sealed_pair() {
    auto users = open_server();
    if (!users) return nullptr;
    InitiatorOptions options;
    options.mechanism = InitiatorOptions::Mechanism::ntlm;
    options.host = "localhost";
    options.user = "TINTYPE\\alice";
    options.password = "Passw0rd!";
    auto client = NegotiateInitiator::begin(options);
    if (!client) give_up("no client", client.error());
    auto server = users->begin(options.scheme, {});
    std::string token;
    for (;;) {
        auto next = (*client)->step(token);
        if (!next) give_up("no log-on", next.error());
        if (next->empty()) break;
        auto step = server->accept(*next);
        if (step.outcome == NegotiateStep::Outcome::refused) give_up("no log-on", step.why);
        token = std::move(step.token);
        if (token.empty()) break;
    }
    if (!(*client)->complete()) give_up("no log-on", "the client is not content");
    return std::make_unique<NtlmPair>(std::move(users), std::move(*client), std::move(server));
}

}  // namespace tintype::bench
