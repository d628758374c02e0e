#pragma once
/// \file
/// What stands for a client where clients are counted.

#include "http/asio.hpp"

#include <string>

namespace tintype::http {

/// An IPv4 address, or the /64 network of an IPv6 one: its client has all of that to choose addresses from.
[[nodiscard]] std::string source_of(const net::ip::address& address);

}  // namespace tintype::http
