// Sealed messages, with real keys: what comes through, and what was changed, repeated, held back or made up.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "negotiate/support.hpp"
#include "security/encrypted_body.hpp"
#include "security/nt_hash.hpp"

namespace tintype::security {
namespace {

const std::string text = "<s:Envelope>alice's</s:Envelope>";

/// Every way to log on under which messages are sealed.
std::array<InitiatorOptions, 5> every_way() {
    auto kerberos = by_kerberos();
    kerberos.scheme = NegotiateScheme::kerberos;
    return {by_kerberos(), raw(by_kerberos()), kerberos, by_ntlm(), raw(by_ntlm())};
}

SealedMessage sealed(NegotiateInitiator& by, const std::string& clear) {
    auto message = by.seal(clear);
    REQUIRE_MESSAGE(message, message.error());
    return *std::move(message);
}

std::string changed(std::string bytes, std::size_t at) {
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
    return bytes;
}

TEST_CASE("messages are sealed both ways, in parts as MS-WSMV has them") {
    const auto users = server();
    for (const auto& way : every_way()) {
        auto log_on = logged_on(*users, way);
        for (const std::string& clear : {text, std::string("x"), std::string(500'000, 'y')}) {
            const auto request = sealed(*log_on.client, clear);
            CHECK(request.header.size() == (way.mechanism == Mechanism::ntlm ? 16 : 60));
            CHECK(request.data.size() == clear.size());
            if (clear.size() > 16) CHECK(request.data != clear);  // a byte may well become itself
            const auto read = log_on.server->unseal(request.header, request.data);
            REQUIRE_MESSAGE(read, read.error());
            CHECK(*read == clear);
            const auto answer = log_on.server->seal(clear);
            REQUIRE_MESSAGE(answer, answer.error());
            CHECK(answer->header.size() == request.header.size());
            CHECK(log_on.client->unseal(answer->header, answer->data) == clear);
        }
    }
}

TEST_CASE("a sealed message goes through its body and is the same") {
    const auto users = server();
    auto log_on = logged_on(*users, by_ntlm());
    const auto body = write_encrypted_body(NegotiateScheme::negotiate, "application/soap+xml;charset=UTF-8",
                                           text.size(), sealed(*log_on.client, text));
    const auto read = read_encrypted_body(encrypted_content_type(NegotiateScheme::negotiate), body);
    REQUIRE(read);
    auto clear = log_on.server->unseal(read->header, read->data);
    REQUIRE(clear);
    CHECK(original_message(*read, *std::move(clear)) == text);
}

TEST_CASE("a message of which a bit was changed is refused, wherever it is") {
    const auto users = server();
    for (const auto& way : every_way()) {
        for (const std::size_t at : {0U, 3U, 9U, 15U}) {
            auto log_on = logged_on(*users, way);
            const auto message = sealed(*log_on.client, text);
            CHECK_FALSE(log_on.server->unseal(changed(message.header, at), message.data));
        }
        for (const std::size_t at : {std::size_t{0}, text.size() / 2, text.size() - 1}) {
            auto log_on = logged_on(*users, way);
            const auto message = sealed(*log_on.client, text);
            const auto read = log_on.server->unseal(message.header, changed(message.data, at));
            REQUIRE_FALSE(read);
            CHECK_FALSE(read.error().empty());
        }
    }
}

TEST_CASE("a message that is sent again is refused") {
    const auto users = server();
    for (const auto& way : every_way()) {
        auto log_on = logged_on(*users, way);
        const auto message = sealed(*log_on.client, text);
        CHECK(log_on.server->unseal(message.header, message.data) == text);
        CHECK_FALSE(log_on.server->unseal(message.header, message.data));
    }
}

TEST_CASE("messages out of order are refused") {
    const auto users = server();
    for (const auto& way : every_way()) {
        auto log_on = logged_on(*users, way);
        const auto first = sealed(*log_on.client, text);
        CHECK(log_on.server->unseal(first.header, first.data));
        const auto held_back = sealed(*log_on.client, text);
        const auto next = sealed(*log_on.client, text);
        CHECK_FALSE(log_on.server->unseal(next.header, next.data));
        CHECK_FALSE(log_on.server->unseal(held_back.header, held_back.data));
    }
}

TEST_CASE("after a message that was not good no other is unsealed") {
    const auto users = server();
    for (const auto& way : every_way()) {
        auto log_on = logged_on(*users, way);
        const auto message = sealed(*log_on.client, text);
        CHECK_FALSE(log_on.server->unseal(message.header, changed(message.data, 0)));
        const auto read = log_on.server->unseal(message.header, message.data);
        REQUIRE_FALSE(read);
        CHECK(read.error() == "a message before it could not be unsealed");
    }
}

TEST_CASE("a message that is cut or stretched is refused") {
    const auto users = server();
    for (const auto& way : every_way()) {
        for (const bool shorter : {true, false}) {
            auto log_on = logged_on(*users, way);
            const auto message = sealed(*log_on.client, text);
            CHECK_FALSE(log_on.server->unseal(message.header,
                                              shorter ? message.data.substr(0, text.size() - 1) : message.data + '\0'));
        }
        for (const std::size_t size : {0U, 1U, 4U, 15U}) {
            auto log_on = logged_on(*users, way);
            const auto message = sealed(*log_on.client, text);
            CHECK_FALSE(log_on.server->unseal(message.header.substr(0, size), message.data));
            CHECK_FALSE(logged_on(*users, way).server->unseal(message.header.substr(0, size), {}));
        }
    }
}

TEST_CASE("a message of another log-on is refused") {
    const auto users = server();
    for (const auto& way : every_way()) {
        auto one = logged_on(*users, way);
        auto other = logged_on(*users, way);
        const auto message = sealed(*one.client, text);
        CHECK_FALSE(other.server->unseal(message.header, message.data));
    }
}

TEST_CASE("a server's own message is no client's") {
    const auto users = server();
    for (const auto& way : every_way()) {
        auto log_on = logged_on(*users, way);
        const auto message = log_on.server->seal(text);
        REQUIRE(message);
        CHECK_FALSE(log_on.server->unseal(message->header, message->data));
    }
}

TEST_CASE("nothing is sealed before a log-on is complete") {
    const auto users = server();
    const auto context = users->begin(NegotiateScheme::negotiate, {});
    CHECK(context->seal(text).error() == "the log-on is not complete");
    CHECK(context->unseal("1234567890123456", text).error() == "the log-on is not complete");
}

/// A client that asks GSSAPI for other things than ours does.
class OddClient {
  public:
    OddClient(const InitiatorOptions& options, OM_uint32 flags) : flags_(flags), ntlm_(!options.user.empty()) {
        OM_uint32 minor = 0;
        gss_OID_desc mechanism = *(ntlm_ ? ntlm_mechanism() : kerberos_mechanism());
        gss_OID_set_desc wanted{1, &mechanism};
        GssName name;
        auto user = gss_bytes(options.user);
        if (ntlm_) REQUIRE(gss_import_name(&minor, &user, GSS_C_NT_USER_NAME, name.out()) == GSS_S_COMPLETE);
        const auto ccache = "FILE:" + options.ccache;
        const auto hash = nt_hash(options.password);
        gss_key_value_element_desc element{ntlm_ ? "ntlmssp_nthash" : "ccache", ntlm_ ? hash->c_str() : ccache.c_str()};
        const gss_key_value_set_desc store{1, &element};
        REQUIRE(gss_acquire_cred_from(&minor, name.get(), GSS_C_INDEFINITE, &wanted, GSS_C_INITIATE, &store,
                                      credential_.out(), nullptr, nullptr) == GSS_S_COMPLETE);
    }

    std::string step(std::string_view token) {
        OM_uint32 minor = 0;
        auto in = gss_bytes(token);
        GssBuffer out;
        const auto service = gss_service_name("HTTP@localhost");
        const auto major = gss_init_sec_context(&minor, credential_.get(), context_.out(), service.get(),
                                                ntlm_ ? ntlm_mechanism() : kerberos_mechanism(), flags_,
                                                GSS_C_INDEFINITE, nullptr, &in, nullptr, out.out(), nullptr, nullptr);
        REQUIRE_MESSAGE(!GSS_ERROR(major), gss_error(major, minor));
        return std::string(out.view());
    }

    /// \param secret false: signed only.
    std::string wrap(std::string_view clear, bool secret) {
        OM_uint32 minor = 0;
        auto in = gss_bytes(clear);
        GssBuffer out;
        REQUIRE(gss_wrap(&minor, context_.get(), secret ? 1 : 0, GSS_C_QOP_DEFAULT, &in, nullptr, out.out()) ==
                GSS_S_COMPLETE);
        return std::string(out.view());
    }

  private:
    OM_uint32 flags_;
    bool ntlm_;
    GssCredential credential_;
    GssContext context_;
};

TEST_CASE("a replay is noticed though the client did not ask for that") {
    const auto users = server();
    OddClient odd(by_kerberos(), GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG);
    const auto context = users->begin(NegotiateScheme::kerberos, {});
    REQUIRE(context->accept(odd.step({})).outcome == NegotiateStep::Outcome::accepted);
    const auto first = odd.wrap(text, true);
    const auto second = odd.wrap(text, true);
    CHECK(context->unseal(first.substr(0, 60), first.substr(60)) == text);
    CHECK(context->unseal(second.substr(0, 60), second.substr(60)) == text);
    const auto again = context->unseal(second.substr(0, 60), second.substr(60));
    REQUIRE_FALSE(again);
    CHECK(again.error() == "the message was sent before, or is not the next one");
}

TEST_CASE("a message that is signed and not sealed is refused") {
    const auto users = server();
    OddClient odd(by_kerberos(), GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG);
    const auto context = users->begin(NegotiateScheme::kerberos, {});
    REQUIRE(context->accept(odd.step({})).outcome == NegotiateStep::Outcome::accepted);
    const auto open = odd.wrap(text, false);
    CHECK(open.find(text) != std::string::npos);
    CHECK(context->unseal(open.substr(0, 16), open.substr(16)).error() == "the message is signed and not sealed");
}

TEST_CASE("a client of NTLM that did not ask for sealing gets none") {
    const auto users = server();
    OddClient odd(by_ntlm(), 0);
    const auto context = users->begin(NegotiateScheme::negotiate, {});
    const auto challenge = context->accept(odd.step({}));
    REQUIRE(challenge.outcome == NegotiateStep::Outcome::more);
    REQUIRE(context->accept(odd.step(challenge.token)).outcome == NegotiateStep::Outcome::accepted);
    CHECK(context->seal(text).error() == "the client did not ask for sealing when it logged on");
    CHECK(context->unseal("1234567890123456", text).error() == "the client did not ask for sealing when it logged on");
}

}  // namespace
}  // namespace tintype::security
