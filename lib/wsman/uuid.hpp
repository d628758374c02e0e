#pragma once
/// \file
/// Random names for messages and enumeration contexts.

#include <string>

namespace tintype::wsman {

/// `uuid:` and a random UUID (version 4, 122 random bits from the kernel) in upper case. Any thread.
[[nodiscard]] std::string make_uuid_uri();

}  // namespace tintype::wsman
