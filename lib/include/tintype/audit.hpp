#pragma once
/// \file
/// What happens that matters to security, told to a function that the library's user supplies: who, from where, by what
/// scheme, what, and what came of it. docs/security.md says which events there are; the two sinks that write them down
/// are below.

#include <functional>
#include <string>

namespace tintype {

enum class AuditKind {
    service_started,      ///< `detail`: what is served where.
    service_stopped,      ///< In order; a crash says nothing.
    reloaded,             ///< Keys, users, roles or the like were read again. `detail`: which.
    reload_failed,        ///< They could not be, and what was there stays in force. `detail`: why.
    certificate_problem,  ///< A client certificate, or our own. `detail`: what is wrong with it.
    log_on_accepted,      ///< One a log-on: a connection's, or the first with a password that is remembered then.
    log_on_refused,       ///< `detail`: why, which the client isn't told.
    log_on_throttled,     ///< Not even tried: too many failed from there, or for that user.
    access_allowed,       ///< An Invoke, Put, Create or Delete was carried out. `detail`: what came of it.
    access_denied         ///< Roles stand against it. `detail`: which right is missing.
};

/// One event; what it doesn't have is empty. Texts are as they came, from clients too: whoever writes them down escapes
/// them. Never a password, a token, a key or a hash in any of them.
struct AuditEvent {
    AuditKind kind = AuditKind::access_allowed;
    std::string user{};        ///< Canonical name as of the log-on; of one that failed, what the client claimed.
    std::string scheme{};      ///< `Basic`, `Negotiate`, `Kerberos`, `Certificate`.
    std::string peer{};        ///< The client's address and port, `192.0.2.7:50123` or `[2001:db8::7]:50123`.
    std::string operation{};   ///< `Get`, `Put`, `Create`, `Delete`, `Enumerate`, `Pull`, `Invoke`, `Metadata`.
    std::string class_name{};  ///< As declared, or as asked for.
    std::string method{};      ///< Invoke: its name.
    std::string selectors{};   ///< Keys that name the instance, `Name=…,SystemName=…`.
    std::string detail{};      ///< One sentence, see AuditKind.
    std::string message_id{};  ///< wsa:MessageID of the request: the client's word.
    std::string answer_id{};   ///< wsa:MessageID of our answer: unique.
};

/// Called from any thread, once an event, right when it happens; the time is the sink's. Must not throw, and has to be
/// quick: I/O threads call it. An empty function means: tell nobody.
using AuditSink = std::function<void(const AuditEvent&)>;

}  // namespace tintype
