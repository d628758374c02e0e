#include "url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

namespace tintype::client {
namespace {

struct Cleanup {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};

std::optional<std::string> part(CURLU* url, CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return std::nullopt;
    std::string copy(text);
    curl_free(text);
    return copy;
}

/// By its address, or by the one name that RFC 6761 keeps for it.
bool is_loopback(const std::string& host) {
    if (host == "localhost" || host == "[::1]") return true;
    in_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == 127;
}

}  // namespace

Result<Url> read_url(const std::string& text) {
    const std::unique_ptr<CURLU, Cleanup> url(curl_url());
    const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0);
    if (code != CURLUE_OK)
        return fail(ExitCode::usage, fmt::format("'{}' is no URL such as https://host:5986/wsman.", text),
                    curl_url_strerror(code));
    const auto scheme = part(url.get(), CURLUPART_SCHEME);
    const auto host = part(url.get(), CURLUPART_HOST);
    if (!host || (scheme != "https" && scheme != "http"))
        return fail(ExitCode::usage, fmt::format("'{}' begins with neither https:// nor http://.", text));
    if (part(url.get(), CURLUPART_PASSWORD) || part(url.get(), CURLUPART_USER))
        return fail(ExitCode::usage, "The URL may hold no user and no password: use --user, and a prompt or a file.");
    Url read;
    read.plain = scheme == "http";
    read.loopback = is_loopback(*host);
    read.host = host->starts_with('[') ? host->substr(1, host->size() - 2) : *host;
    if (!part(url.get(), CURLUPART_PORT)) curl_url_set(url.get(), CURLUPART_PORT, read.plain ? "5985" : "5986", 0);
    if (const auto path = part(url.get(), CURLUPART_PATH); !path || *path == "/")
        curl_url_set(url.get(), CURLUPART_PATH, "/wsman", 0);
    read.text = part(url.get(), CURLUPART_URL).value_or(text);
    return read;
}

}  // namespace tintype::client
