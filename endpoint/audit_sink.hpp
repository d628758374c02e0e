#pragma once
/// \file
/// Where security-relevant events go: the log, the journal, a file, or nowhere.

#include <functional>
#include <string>
#include <tl/expected.hpp>

#include "tintype/audit.hpp"
#include "tintype/log.hpp"

namespace tintype::daemon {

struct AuditOutput {
    AuditSink sink;                                           ///< Empty: nowhere.
    std::function<tl::expected<void, std::string>()> reopen;  ///< After logrotate; empty: there is nothing to open.
};

/// Whether it is `log`, `journal`, `none` or `file:PATH`. Errors: a sentence; also for a journal in a build without.
[[nodiscard]] tl::expected<void, std::string> check_audit_sink(const std::string& name);

/// Whether open_audit_sink() would succeed; makes nothing. Errors: as that.
[[nodiscard]] tl::expected<void, std::string> probe_audit_sink(const std::string& name);

/// \param log where it is said that a file can't be written.
/// Errors: as check_audit_sink() and open_audit_file(); there is no journal on this machine.
[[nodiscard]] tl::expected<AuditOutput, std::string> open_audit_sink(const std::string& name, const LogSink& log);

}  // namespace tintype::daemon
