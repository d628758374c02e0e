#pragma once
/// \file
/// An event of the audit as a line of text.

#include <chrono>
#include <string>

#include "tintype/audit.hpp"

namespace tintype::security {

/// As audit_line(), appended.
void append_audit_line(std::string& out, const AuditEvent& event, std::chrono::system_clock::time_point time);

}  // namespace tintype::security
