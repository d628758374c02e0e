#pragma once
/// \file
/// Where a listener listens, as its URL says, and where a client says that it turned to.

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tintype::http {

struct ListenerUrl {
    bool tls = false;
    std::string host;        ///< Address or name, without the brackets of an IPv6 address.
    std::uint16_t port = 0;  ///< 0: any that is free.
    std::string path;        ///< Begins with a slash, ends with none unless it is all there is.

    /// The URL again; an IPv6 address in brackets.
    [[nodiscard]] std::string text() const;
};

/// Reads `http://host:port/path` or `https://…`. The host is an IPv4 address, an IPv6 address in brackets, or a name.
/// Left out, the port is WinRM's (5985, 5986 with TLS) and the path `/wsman`.
/// Errors: a sentence that says what is wrong, without the URL.
[[nodiscard]] tl::expected<ListenerUrl, std::string> parse_listener_url(std::string_view url);

/// Whether the text can be the `host[:port]` of a Host field or a request's URL: a name, an address, no user (RFC 9110
/// 4.2, RFC 3986 3.2). It need not be ours.
[[nodiscard]] bool is_authority(std::string_view text) noexcept;

/// The path of `/path?query` or of `http://host/path?query` (RFC 9112 3.2.2). What is neither comes back as
/// it is, and is nobody's path.
[[nodiscard]] std::string_view path_of(std::string_view target) noexcept;

}  // namespace tintype::http
