#include "http/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "ascii/ascii.hpp"
#include "http/asio.hpp"

namespace tintype::http {
namespace {

using Error = tl::unexpected<std::string>;

/// Which characters are among these.
struct Among {
    explicit constexpr Among(std::string_view characters) {
        for (const char c : characters) is[static_cast<unsigned char>(c)] = true;
    }
    /// Where the first one stands that isn't.
    [[nodiscard]] std::size_t length_in(std::string_view text) const noexcept {
        std::size_t length = 0;
        while (length < text.size() && is[static_cast<unsigned char>(text[length])]) ++length;
        return length;
    }
    std::array<bool, 256> is{};
};

constexpr std::string_view name_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
/// With those of a zone, as in `fe80::1%eth0`.
constexpr std::string_view address_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%:";

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!ascii::begins_with(text, prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

tl::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port > std::numeric_limits<std::uint16_t>::max()) {
        return Error("the port is no number from 0 to 65535");
    }
    return static_cast<std::uint16_t>(port);
}

/// Takes the host off the front of `host[:port]`; what is left is the port with its colon, or nothing.
tl::expected<std::string, std::string> take_host(std::string_view& authority) {
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return Error("the IPv6 address has no closing bracket");
        std::string host(authority.substr(1, end - 1));
        error_code error;
        net::ip::make_address_v6(host, error);
        // Asio reads up to a NUL.
        if (error || host.find_first_not_of(address_characters) != std::string::npos)
            return Error("what stands in brackets is no IPv6 address");
        authority.remove_prefix(end + 1);
        return host;
    }
    const auto end = std::min(authority.find(':'), authority.size());
    std::string host(authority.substr(0, end));
    if (host.empty()) return Error("there is no address before the port; 0.0.0.0 means all of IPv4, [::] all of IPv6");
    if (host.find_first_not_of(name_characters) != std::string::npos) {
        return Error("the host is neither an address nor a host name");
    }
    authority.remove_prefix(end);
    return host;
}

tl::expected<std::string, std::string> parse_path(std::string_view path) {
    if (path.empty()) return std::string("/wsman");
    if (path.find_first_of("?#") != std::string_view::npos)
        return Error("a listener's URL has no query and no fragment");
    for (const char c : path) {
        if (c <= ' ' || c == 0x7F) return Error("the path has a character that a URL can't hold");
    }
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return std::string(path);
}

}  // namespace

std::string ListenerUrl::text() const {
    const bool brackets = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}{}", tls ? "https" : "http", brackets ? "[" : "", host, brackets ? "]" : "", port,
                       path);
}

tl::expected<ListenerUrl, std::string> parse_listener_url(std::string_view url) {
    ListenerUrl result;
    result.tls = take_prefix(url, "https://");
    if (!result.tls && !take_prefix(url, "http://")) return Error("a listener's URL begins with http:// or https://");

    const auto path_at = std::min(url.find_first_of("/?#"), url.size());
    auto authority = url.substr(0, path_at);
    if (authority.find('@') != std::string_view::npos) return Error("a listener's URL has no user in it");
    auto host = take_host(authority);
    if (!host) return Error(host.error());
    result.host = *std::move(host);

    result.port = result.tls ? 5986 : 5985;
    if (!authority.empty()) {
        if (!authority.starts_with(':')) return Error("what follows the address is no port");
        const auto port = parse_port(authority.substr(1));
        if (!port) return Error(port.error());
        result.port = *port;
    }

    auto path = parse_path(url.substr(path_at));
    if (!path) return Error(path.error());
    result.path = *std::move(path);
    return result;
}

bool is_authority(std::string_view text) noexcept {
    // Each request has one: find_first_not_of() searches its set for each character.
    static constexpr Among digits("0123456789");
    static constexpr Among of_addresses(address_characters);
    static constexpr Among of_names("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()*+,;=");
    const bool brackets = text.starts_with('[');
    if (brackets) text.remove_prefix(1);
    const auto end = (brackets ? of_addresses : of_names).length_in(text);
    if (end == 0) return false;
    text.remove_prefix(end);
    if (brackets) {
        if (!text.starts_with(']')) return false;
        text.remove_prefix(1);
    }
    return text.empty() || (text.starts_with(':') && digits.length_in(text.substr(1)) == text.size() - 1);
}

std::string_view path_of(std::string_view target) noexcept {
    if (take_prefix(target, "http://") || take_prefix(target, "https://")) {
        const auto slash = std::min(target.find('/'), target.size());
        if (!is_authority(target.substr(0, slash))) return {};
        target = slash == target.size() ? std::string_view("/") : target.substr(slash);
    }
    return target.substr(0, target.find('?'));
}

}  // namespace tintype::http
