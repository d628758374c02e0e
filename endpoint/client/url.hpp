#pragma once
/// \file
/// The URL of an endpoint.

#include <string>

#include "error.hpp"

namespace tintype::client {

struct Url {
    std::string text;       ///< Whole, with port and path, without user and password.
    std::string host;       ///< Name or address, without the brackets of an IPv6 address.
    bool plain = false;     ///< http, not https.
    bool loopback = false;  ///< It can't leave this machine.
};

/// `https://host` is enough: port 5986 (5985 for http) and the path /wsman are WinRM's. Errors: usage, also for a URL
/// with a password, which everybody sees on a command line.
[[nodiscard]] Result<Url> read_url(const std::string& text);

}  // namespace tintype::client
