#include "audit_sink.hpp"

#include <fmt/format.h>

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

#include "log.hpp"
#include "parts.hpp"

namespace tintype::daemon {
namespace {

constexpr std::string_view file_prefix = "file:";

constexpr auto no_journal = "audit.sink: this tintyped was built without systemd's journal";

bool is_refusal(AuditKind kind) {
    return kind == AuditKind::log_on_refused || kind == AuditKind::log_on_throttled ||
           kind == AuditKind::access_denied || kind == AuditKind::certificate_problem ||
           kind == AuditKind::reload_failed;
}

/// Its own fields, so that `journalctl TINTYPE_EVENT=access-denied` finds it. The journal takes bytes by length: no
/// text can end a field.
void send_to_journal(Systemd& systemd, const AuditEvent& event) {
    const auto cut = [](std::string_view text) { return text.substr(0, 1'024); };
    const std::array fields{
        "MESSAGE=" + audit_line(event, std::chrono::system_clock::now()),
        std::string(is_refusal(event.kind) ? "PRIORITY=4" : "PRIORITY=5"),
        std::string("SYSLOG_IDENTIFIER=tintyped-audit"),
        fmt::format("TINTYPE_EVENT={}", audit_name(event.kind)),
        fmt::format("TINTYPE_USER={}", cut(event.user)),
        fmt::format("TINTYPE_SCHEME={}", cut(event.scheme)),
        fmt::format("TINTYPE_PEER={}", cut(event.peer)),
        fmt::format("TINTYPE_OPERATION={}", cut(event.operation)),
        fmt::format("TINTYPE_CLASS={}", cut(event.class_name)),
        fmt::format("TINTYPE_METHOD={}", cut(event.method)),
    };
    std::array<::iovec, fields.size()> parts{};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        parts[i].iov_base = const_cast<char*>(fields[i].data());
        parts[i].iov_len = fields[i].size();
    }
    systemd.send_to_journal(parts);
}

tl::expected<AuditOutput, std::string> open_journal() {
    if (!has_systemd()) return tl::unexpected(std::string(no_journal));
    // Without one sd_journal_sendv() would drop everything without a word.
    constexpr auto socket = "/run/systemd/journal/socket";
    if (::access(socket, W_OK) != 0) return tl::unexpected(fmt::format("audit.sink: there is no journal ({})", socket));
    auto opened = open_systemd_part();
    if (!opened) return tl::unexpected("audit.sink: " + opened.error());
    const std::shared_ptr<Systemd> systemd = *std::move(opened);
    return AuditOutput{[systemd](const AuditEvent& event) { send_to_journal(*systemd, event); }, nullptr};
}

tl::expected<AuditOutput, std::string> open_file(const std::string& path, const LogSink& log) {
    auto opened = open_audit_file(path, log);
    if (!opened) return tl::unexpected("audit.sink: " + opened.error());
    const std::shared_ptr<AuditFile> file = *std::move(opened);
    return AuditOutput{[file](const AuditEvent& event) { file->write(event); }, [file] { return file->reopen(); }};
}

}  // namespace

tl::expected<void, std::string> check_audit_sink(const std::string& name) {
    if (name == "journal" && !has_systemd()) return tl::unexpected(std::string(no_journal));
    if (name == "log" || name == "journal" || name == "none") return {};
    if (name.starts_with(file_prefix) && name.size() > file_prefix.size()) return {};
    return tl::unexpected(
        fmt::format("audit.sink: must be \"log\", \"journal\", \"none\" or \"file:PATH\", not \"{}\"", name));
}

tl::expected<void, std::string> probe_audit_sink(const std::string& name) {
    if (auto checked = check_audit_sink(name); !checked) return tl::unexpected(checked.error());
    if (name == "journal") {
        if (const auto opened = open_journal(); !opened) return tl::unexpected(opened.error());
    } else if (name.starts_with(file_prefix)) {
        const auto checked = check_audit_file(name.substr(file_prefix.size()));
        if (!checked) return tl::unexpected("audit.sink: " + checked.error());
    }
    return {};
}

tl::expected<AuditOutput, std::string> open_audit_sink(const std::string& name, const LogSink& log) {
    if (auto checked = check_audit_sink(name); !checked) return tl::unexpected(checked.error());
    if (name == "none") return AuditOutput{};
    if (name == "journal") return open_journal();
    if (name.starts_with(file_prefix)) return open_file(name.substr(file_prefix.size()), log);
    return AuditOutput{[write = make_audit_log()](const AuditEvent& event) {
                           write(audit_line(event, std::chrono::system_clock::now()));
                       },
                       nullptr};
}

}  // namespace tintype::daemon
