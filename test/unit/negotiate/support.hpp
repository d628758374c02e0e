#pragma once
/// \file
/// Both sides of a log-on in one process, and what a test wants to do to what passes between them.

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "negotiate/realm_process.hpp"
#include "security/negotiate_initiator.hpp"
#include "tintype/negotiate.hpp"

namespace tintype::security {

using Mechanism = InitiatorOptions::Mechanism;

/// A server that takes the realm's users by Kerberos and by NTLM.
inline NegotiateOptions server_options() {
    const auto& folder = RealmProcess::shared().folder();
    NegotiateOptions options;
    options.keytab = folder + "/service.keytab";
    options.ntlm_users = folder + "/ntlm_users";
    options.host = "localhost";
    options.replay_cache = folder + "/replay_cache";
    return options;
}

inline std::unique_ptr<NegotiateAuthenticator> server(const NegotiateOptions& options = server_options()) {
    auto opened = open_negotiate(options);
    REQUIRE_MESSAGE(opened, opened.error());
    return *std::move(opened);
}

/// alice with her ticket.
inline InitiatorOptions by_kerberos() {
    static const auto ticket = RealmProcess::shared().ticket("alice");
    InitiatorOptions options;
    options.host = "localhost";
    options.ccache = ticket;
    return options;
}

/// alice with her password.
inline InitiatorOptions by_ntlm() {
    InitiatorOptions options;
    options.mechanism = Mechanism::ntlm;
    options.host = "localhost";
    options.user = "TINTYPE\\alice";
    options.password = "Passw0rd!";
    return options;
}

inline InitiatorOptions raw(InitiatorOptions options) {
    options.spnego = false;
    return options;
}

inline std::unique_ptr<NegotiateInitiator> client(const InitiatorOptions& options) {
    auto begun = NegotiateInitiator::begin(options);
    REQUIRE_MESSAGE(begun, begun.error());
    return *std::move(begun);
}

/// A log-on and its two sides.
struct Handshake {
    std::unique_ptr<NegotiateInitiator> client;
    std::unique_ptr<NegotiateContext> server;
    NegotiateStep last{};
    std::string client_error{};  ///< Why the client went no further.
};

/// Passes tokens to and fro until one of the sides is done.
inline void run(Handshake& handshake) {
    std::string token;
    for (;;) {
        auto next = handshake.client->step(token);
        if (!next) {
            handshake.client_error = next.error();
            return;
        }
        if (next->empty()) return;
        handshake.last = handshake.server->accept(*next);
        token = handshake.last.token;
        if (handshake.last.outcome == NegotiateStep::Outcome::refused || token.empty()) return;
    }
}

/// \param client_end_point, server_end_point hash of the certificate that each side sees; empty for plain HTTP.
inline Handshake log_on(NegotiateAuthenticator& users, InitiatorOptions options,
                        const std::string& client_end_point = {}, const std::string& server_end_point = {}) {
    options.end_point = client_end_point;
    Handshake handshake{client(options), users.begin(options.scheme, server_end_point)};
    run(handshake);
    return handshake;
}

inline bool accepted(const Handshake& handshake) {
    return handshake.last.outcome == NegotiateStep::Outcome::accepted && handshake.client->complete();
}

inline bool refused(const Handshake& handshake) {
    return handshake.last.outcome == NegotiateStep::Outcome::refused;
}

/// A log-on that has to succeed.
inline Handshake logged_on(NegotiateAuthenticator& users, const InitiatorOptions& options) {
    auto handshake = log_on(users, options);
    CAPTURE(handshake.last.why);
    CAPTURE(handshake.client_error);
    REQUIRE(accepted(handshake));
    return handshake;
}

}  // namespace tintype::security
