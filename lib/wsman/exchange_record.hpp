#pragma once
/// \file
/// What is told of an exchange: in a line for the log, in an event for the audit.

#include <string>
#include <string_view>

#include "tintype/audit.hpp"
#include "wsman/engine.hpp"

namespace tintype::wsman {

/// As an event of the audit has it.
[[nodiscard]] std::string_view name_of(Operation operation) noexcept;

/// What happened: this thread's event, until its next one; what its texts take stays allocated. Errors: std::bad_alloc.
[[nodiscard]] AuditEvent& event_of(AuditKind kind, const Exchange& exchange);

/// What is asked, in a few words for the log.
void append_summary(std::string& out, const Exchange& exchange);

}  // namespace tintype::wsman
