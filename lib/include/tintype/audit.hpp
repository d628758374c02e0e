#pragma once
/// \file
/// What happens that matters to security, told to a function that the library's user supplies: who, from where, by what
/// scheme, what, and what came of it. docs/security.md says which events there are; the two sinks that write them down
/// are below.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tintype/log.hpp"

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
    std::string user{};    ///< Canonical name as of the log-on; of one that failed, what the client claimed.
    std::string scheme{};  ///< `Basic`, `Negotiate`, `Kerberos`, `Certificate`.
    std::string peer{};    ///< The client's address and port, `192.0.2.7:50123` or `[2001:db8::7]:50123`.
    /// `Get`, `Put`, `Create`, `Delete`, `Enumerate`, `Invoke`. Of a message that has a flaw besides it is the end of
    /// the wsa:Action: the client's word, whatever that is.
    std::string operation{};
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

/// `log-on-refused`, `access-denied` and the like.
[[nodiscard]] std::string_view audit_name(AuditKind kind) noexcept;

/// An event as one line of JSON without a line break: an object of strings, `time` first (UTC, RFC 3339), then `event`
/// (audit_name()), then what the event has. Pure ASCII but for letters and signs that can be printed: whatever could
/// end a line or fool a reader is escaped, what is no UTF-8 becomes U+FFFD, and a text of more than 1,024 bytes is cut
/// and ends in `…`.
[[nodiscard]] std::string audit_line(const AuditEvent& event, std::chrono::system_clock::time_point time);

/// A file of such lines, each written at once by one write to its end. Thread safety: every function from any thread.
class AuditFile {
  public:
    AuditFile() = default;
    AuditFile(const AuditFile&) = delete;
    AuditFile& operator=(const AuditFile&) = delete;
    virtual ~AuditFile() = default;

    /// Never throws. What can't be written goes to the log instead, the line and, once, why.
    virtual void write(const AuditEvent& event) noexcept = 0;

    /// Opens the file anew by its name, after logrotate renamed it. Errors: as open_audit_file(); then lines go where
    /// they went.
    virtual tl::expected<void, std::string> reopen() = 0;
};

/// Opens or makes (mode 0600) a file to append to. Errors, in a sentence: it can't be opened, is no regular file, or
/// others than its owner may write it.
[[nodiscard]] tl::expected<std::unique_ptr<AuditFile>, std::string> open_audit_file(const std::string& path,
                                                                                    LogSink log);

/// Whether open_audit_file() would open or make it; makes and changes nothing. Errors: as that.
[[nodiscard]] tl::expected<void, std::string> check_audit_file(const std::string& path);

}  // namespace tintype
