#include "http/url.hpp"

#include <doctest/doctest.h>

#include <string>

using tintype::http::is_authority;
using tintype::http::parse_listener_url;
using tintype::http::path_of;

TEST_CASE("a listener's URL is read, and written again in full") {
    struct Case {
        const char* url;
        const char* full;
    };
    const Case cases[] = {
        {"http://127.0.0.1:5985/wsman", "http://127.0.0.1:5985/wsman"},
        {"HTTPS://0.0.0.0:443/wsman/", "https://0.0.0.0:443/wsman"},
        {"http://[::1]:0/wsman", "http://[::1]:0/wsman"},
        {"http://[::]", "http://[::]:5985/wsman"},
        {"https://host.example.org", "https://host.example.org:5986/wsman"},
        {"http://localhost/", "http://localhost:5985/"},
        {"http://localhost:65535/a/b", "http://localhost:65535/a/b"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.url);
        const auto url = parse_listener_url(one.url);
        REQUIRE(url);
        CHECK(url->text() == one.full);
    }
    CHECK(parse_listener_url("https://[::1]:1/x")->tls);
    CHECK(parse_listener_url("https://[::1]:1/x")->host == "::1");
}

TEST_CASE("what is no listener's URL is refused with what is wrong") {
    struct Case {
        std::string_view url;
        const char* says;
    };
    const Case cases[] = {
        {"", "begins with http://"},
        {"127.0.0.1:5985", "begins with http://"},
        {"ftp://127.0.0.1/", "begins with http://"},
        {"http://:5985/wsman", "no address before the port"},
        {"http:///wsman", "no address before the port"},
        {"http://127.0.0.1:/wsman", "no number from 0 to 65535"},
        {"http://127.0.0.1:65536/wsman", "no number from 0 to 65535"},
        {"http://127.0.0.1:-1/wsman", "no number from 0 to 65535"},
        {"http://127.0.0.1:80x/wsman", "no number from 0 to 65535"},
        {"http://[::1/wsman", "no closing bracket"},
        {"http://[127.0.0.1]/wsman", "no IPv6 address"},
        {"http://[::1]5985/wsman", "is no port"},
        {"http://::1:5985/wsman", "no address before the port"},
        {"http://a b/wsman", "neither an address nor a host name"},
        {"http://alice@host/wsman", "no user in it"},
        {"http://host/wsman?x", "no query"},
        {"http://host/ws man", "a character"},
        {std::string_view("http://[::\0x]/wsman", 19), "no IPv6 address"},
        {"http://[fe80::1%a b]/wsman", "no IPv6 address"},
    };
    for (const auto& one : cases) {
        CAPTURE(std::string(one.url));
        const auto url = parse_listener_url(one.url);
        REQUIRE_FALSE(url);
        CHECK(url.error().find(one.says) != std::string::npos);
    }
}

TEST_CASE("what clients turn to is a host, with a port or without, and nothing else") {
    for (const auto* text :
         {"localhost", "host_1.example:5985", "127.0.0.1:1", "[::1]", "[fe80::1%eth0]:5985", "a:", "%C3%BC"}) {
        CAPTURE(text);
        CHECK(is_authority(text));
    }
    for (const auto* text : {"", ":1", "a b", "a/b", "a@b", "a:b", "a:1:2", "a\x80", "<a>", "[]", "[::1", "[::1]x",
                             "[a]b:1", "http://a", "a?b", "a#b", "a\\b", "\"a\""}) {
        CAPTURE(text);
        CHECK_FALSE(is_authority(text));
    }
}

TEST_CASE("a target's path is found behind a host, and where there is none there is no path") {
    CHECK(path_of("/a?b") == "/a");
    CHECK(path_of("HTTP://host:1/a?b") == "/a");
    CHECK(path_of("https://host/a") == "/a");
    CHECK(path_of("http://host") == "/");
    CHECK(path_of("*") == "*");
    for (const auto* text : {"http:///a", "http://user@host/a", "http://h ost/a", "http://host?x/a"}) {
        CAPTURE(text);
        CHECK(path_of(text).empty());
    }
    CHECK(path_of("ftp://host/a") == "ftp://host/a");
}
