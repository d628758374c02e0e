// Log-ons against a real KDC and real NTLM: who gets in, under which name, and who does not, and why.
#include <doctest/doctest.h>

#include <string>

#include "negotiate/support.hpp"
#include "security/nt_hash.hpp"

namespace tintype::security {
namespace {

using namespace std::string_literals;

bool contains(const std::string& text, std::string_view what) {
    return text.find(what) != std::string::npos;
}

InitiatorOptions under_kerberos(InitiatorOptions options) {
    options.scheme = NegotiateScheme::kerberos;
    return options;
}

TEST_CASE("a user logs on by Kerberos and by NTLM, inside of SPNEGO and raw") {
    const auto users = server();
    struct Case {
        InitiatorOptions client;
        std::string_view name;
        std::string_view scheme;
    };
    const Case cases[] = {
        {by_kerberos(), "alice@TINTYPE.TEST", "Negotiate"},
        {raw(by_kerberos()), "alice@TINTYPE.TEST", "Negotiate"},
        {under_kerberos(by_kerberos()), "alice@TINTYPE.TEST", "Kerberos"},
        {by_ntlm(), "TINTYPE\\alice", "Negotiate"},
        {raw(by_ntlm()), "TINTYPE\\alice", "Negotiate"},
    };
    for (const auto& one : cases) {
        auto handshake = logged_on(*users, one.client);
        CHECK(handshake.last.principal.name == one.name);
        CHECK(handshake.last.principal.scheme == one.scheme);
        CHECK(handshake.last.principal.authenticated);
        CHECK(handshake.server->expires() > std::chrono::system_clock::now() + std::chrono::minutes(30));
        CHECK(handshake.server->expires() < std::chrono::system_clock::now() + std::chrono::hours(48));
    }
}

TEST_CASE("a password is as good as a ticket for Kerberos") {
    const auto users = server();
    auto options = by_kerberos();
    options.ccache.clear();
    options.user = "bob@TINTYPE.TEST";
    options.password = "Builder 1";
    CHECK(logged_on(*users, options).last.principal.name == "bob@TINTYPE.TEST");
    options.password = "Builder 2";
    CHECK_FALSE(NegotiateInitiator::begin(options));
}

TEST_CASE("an NTLM user is named as the users file spells them, however the client does") {
    const auto users = server();
    for (const std::string name : {"TINTYPE\\alice", "TINTYPE\\ALICE", "alice", "Alice@TINTYPE", "ALICE"}) {
        CAPTURE(name);
        auto options = by_ntlm();
        options.user = name;
        CHECK(logged_on(*users, options).last.principal.name == "TINTYPE\\alice");
    }
}

TEST_CASE("a wrong password is refused, and the log is told who tried") {
    const auto users = server();
    for (const bool spnego : {true, false}) {
        auto options = by_ntlm();
        options.spnego = spnego;
        options.password = "Passw0rd?";
        const auto handshake = log_on(*users, options);
        REQUIRE(refused(handshake));
        CHECK(handshake.last.user == "TINTYPE\\alice");
        CHECK_MESSAGE(contains(handshake.last.why, "the password is wrong"), handshake.last.why);
        CHECK(handshake.last.principal.name.empty());
        CHECK_FALSE(handshake.last.principal.authenticated);
    }
}

TEST_CASE("NTLM users of the environment are not let in") {
    const auto users = server();
    auto options = by_ntlm();
    options.user = "TINTYPE\\mallory";
    options.password = "x";
    const auto file = RealmProcess::shared().folder() + "/mallory.ntlm";
    auto* out = std::fopen(file.c_str(), "w");
    // As a hash: gss-ntlmssp leaks when it computes one.
    std::fputs(("TINTYPE\\mallory:0:X:" + *nt_hash("x") + ":[U]:\n").c_str(), out);
    std::fclose(out);
    ::setenv("NTLM_USER_FILE", file.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the only thread
    const auto handshake = log_on(*users, options);
    ::unsetenv("NTLM_USER_FILE");  // NOLINT(concurrency-mt-unsafe): the only thread
    REQUIRE(refused(handshake));
    CHECK(handshake.last.user == "TINTYPE\\mallory");
    CHECK_MESSAGE(contains(handshake.last.why, "no such user"), handshake.last.why);
}

TEST_CASE("a user of another domain is refused") {
    const auto users = server();
    auto options = by_ntlm();
    options.user = "ELSEWHERE\\alice";
    CHECK(refused(log_on(*users, options)));
}

TEST_CASE("a ticket for another service is refused") {
    const auto users = server();
    for (const auto& kind : {by_kerberos(), raw(by_kerberos()), under_kerberos(by_kerberos())}) {
        auto options = kind;
        options.host = "elsewhere.tintype.test";
        const auto handshake = log_on(*users, options);
        REQUIRE(refused(handshake));
        CHECK_MESSAGE(contains(handshake.last.why, "HTTP/elsewhere.tintype.test@TINTYPE.TEST not found in keytab"),
                      handshake.last.why);
    }
}

TEST_CASE("a stale ticket is refused") {
    const auto users = server();
    auto options = by_kerberos();
    options.ccache = RealmProcess::shared().stale_ticket("alice", "HTTP/localhost");
    for (const bool spnego : {true, false}) {
        options.spnego = spnego;
        const auto handshake = log_on(*users, options);
        REQUIRE(refused(handshake));
        CHECK_MESSAGE(contains(handshake.last.why, "expired"), handshake.last.why);
    }
}

TEST_CASE("a ticket that was used is not taken again, on another connection either") {
    const auto users = server();
    const auto initiator = client(raw(by_kerberos()));
    const auto token = initiator->step({});
    REQUIRE(token);
    CHECK(users->begin(NegotiateScheme::negotiate, {})->accept(*token).outcome == NegotiateStep::Outcome::accepted);
    const auto again = users->begin(NegotiateScheme::negotiate, {})->accept(*token);
    CHECK(again.outcome == NegotiateStep::Outcome::refused);
    CHECK_MESSAGE(contains(again.why, "replay"), again.why);
    SUBCASE("nor after a restart") {
        const auto other = server()->begin(NegotiateScheme::negotiate, {})->accept(*token);
        CHECK(other.outcome == NegotiateStep::Outcome::refused);
    }
}

TEST_CASE("a ticket of which a bit was changed is refused") {
    const auto users = server();
    const auto token = client(raw(by_kerberos()))->step({});
    REQUIRE(token);
    for (std::size_t at = 300; at < token->size(); at += 97) {
        CAPTURE(at);
        auto changed = *token;
        changed[at] = static_cast<char>(changed[at] ^ 4);
        CHECK(users->begin(NegotiateScheme::negotiate, {})->accept(changed).outcome == NegotiateStep::Outcome::refused);
    }
}

TEST_CASE("only raw Kerberos is taken under the scheme Kerberos") {
    const auto users = server();
    for (const auto& options : {by_kerberos(), by_ntlm(), raw(by_ntlm())}) {
        const auto token = client(options)->step({});
        REQUIRE(token);
        const auto step = users->begin(NegotiateScheme::kerberos, {})->accept(*token);
        CHECK(step.outcome == NegotiateStep::Outcome::refused);
        CHECK(step.why == "the token is not of Kerberos, or no keytab is set up");
    }
}

TEST_CASE("SPNEGO takes Kerberos that is offered by Microsoft's number only") {
    const auto users = server();
    auto token = client(by_kerberos())->step({});
    REQUIRE(token);
    const auto mit = "\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"s;
    const auto microsoft = "\x06\x09\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"s;
    const auto at = token->find(mit);
    REQUIRE(at != std::string::npos);
    token->replace(at, mit.size(), microsoft);
    const auto step = users->begin(NegotiateScheme::negotiate, {})->accept(*token);
    CHECK_MESSAGE(step.outcome == NegotiateStep::Outcome::accepted, step.why);
}

TEST_CASE("a token that is too large is refused before anything looks at it") {
    const auto users = server();
    auto token = *client(by_kerberos())->step({});
    token.resize(65'537, 'x');
    const auto step = users->begin(NegotiateScheme::negotiate, {})->accept(token);
    CHECK(step.outcome == NegotiateStep::Outcome::refused);
    CHECK(step.why == "the token has 65537 bytes, and 65536 is the most");
}

TEST_CASE("what is no token is refused, however it begins") {
    const auto users = server();
    for (const auto& token :
         {""s, "x"s, "\x60"s, "\x60\x80"s, "\x60\x06\x06\x04\x2b"s, "\x6e"s, "\x6e\x82\xff\xff"s, "NTLMSSP"s,
          "NTLMSSP\0"s, "NTLMSSP\0\x01\0\0\0"s, "NTLMSSP\0\x03\0\0\0"s, "\xa1\x07\x30\x05\xa0\x03\x0a\x01\x02"s,
          std::string(60'000, '\x60'), "\x60\x08\x06\x06\x2b\x06\x01\x05\x05\x02"s}) {
        CAPTURE(token.size());
        for (const auto scheme : {NegotiateScheme::negotiate, NegotiateScheme::kerberos}) {
            const auto step = users->begin(scheme, {})->accept(token);
            CHECK(step.outcome == NegotiateStep::Outcome::refused);
            CHECK_FALSE(step.why.empty());
        }
    }
}

TEST_CASE("every truncation of a client's tokens is refused") {
    const auto users = server();
    for (const auto& options : {by_kerberos(), raw(by_kerberos()), by_ntlm(), raw(by_ntlm())}) {
        const auto token = client(options)->step({});
        REQUIRE(token);
        for (std::size_t size = 0; size + 1 < token->size(); size += 1 + token->size() / 50) {
            auto context = users->begin(NegotiateScheme::negotiate, {});
            CHECK(context->accept(token->substr(0, size)).outcome != NegotiateStep::Outcome::accepted);
        }
    }
}

TEST_CASE("a handshake comes to an end") {
    const auto users = server();
    const auto context = users->begin(NegotiateScheme::negotiate, {});
    const auto token = client(raw(by_ntlm()))->step({});
    CHECK(context->accept(*token).outcome == NegotiateStep::Outcome::more);
    CHECK(context->accept(*token).outcome == NegotiateStep::Outcome::refused);
    const auto over = context->accept(*token);
    CHECK(over.outcome == NegotiateStep::Outcome::refused);
    CHECK(over.why == "the log-on is over already");
}

TEST_CASE("what a client says of the TLS channel is held to the policy") {
    const std::string right(32, 'r');
    const std::string wrong(32, 'w');
    struct Case {
        ChannelBinding policy;
        std::string client;
        std::string server;
        bool accepted;
    };
    const Case cases[] = {
        {ChannelBinding::none, "", right, true},       {ChannelBinding::none, right, right, true},
        {ChannelBinding::none, wrong, right, true},    {ChannelBinding::relaxed, "", right, true},
        {ChannelBinding::relaxed, right, right, true}, {ChannelBinding::relaxed, wrong, right, false},
        {ChannelBinding::strict, "", right, false},    {ChannelBinding::strict, right, right, true},
        {ChannelBinding::strict, wrong, right, false}, {ChannelBinding::strict, "", "", true},
    };
    for (const auto& one : cases) {
        auto options = server_options();
        options.channel_binding = one.policy;
        const auto users = server(options);
        for (const auto& mechanism :
             {by_kerberos(), raw(by_kerberos()), under_kerberos(by_kerberos()), by_ntlm(), raw(by_ntlm())}) {
            const auto handshake = log_on(*users, mechanism, one.client, one.server);
            CAPTURE(static_cast<int>(one.policy));
            CAPTURE(one.client);
            CAPTURE(static_cast<int>(mechanism.mechanism));
            CAPTURE(mechanism.spnego);
            CAPTURE(handshake.last.why);
            CAPTURE(handshake.client_error);
            CHECK(accepted(handshake) == one.accepted);
            if (!one.accepted) CHECK(refused(handshake));
        }
    }
}

TEST_CASE("a server offers what it has files for") {
    auto options = server_options();
    CHECK(server(options)->offers(NegotiateScheme::negotiate));
    CHECK(server(options)->offers(NegotiateScheme::kerberos));
    options.keytab.clear();
    const auto ntlm = server(options);
    CHECK(ntlm->offers(NegotiateScheme::negotiate));
    CHECK_FALSE(ntlm->offers(NegotiateScheme::kerberos));
    CHECK(accepted(log_on(*ntlm, by_ntlm())));
    CHECK(refused(log_on(*ntlm, by_kerberos())));
    options = server_options();
    options.ntlm_users.clear();
    const auto kerberos = server(options);
    CHECK(accepted(log_on(*kerberos, by_kerberos())));
    CHECK(refused(log_on(*kerberos, raw(by_ntlm()))));
}

}  // namespace
}  // namespace tintype::security
