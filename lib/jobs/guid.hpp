#pragma once
/// \file
/// Ids for new jobs.

#include <string>

namespace tintype::jobs {

/// A random GUID (RFC 4122 version 4: 122 random bits from the kernel), upper case, without braces. Any thread.
/// Errors: throws std::system_error if the kernel gives no random bytes, which Linux does only before it has booted.
[[nodiscard]] std::string random_guid();

}  // namespace tintype::jobs
