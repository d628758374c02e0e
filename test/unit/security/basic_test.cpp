#include <doctest/doctest.h>

#include <string>

#include "security/basic.hpp"

using tintype::security::read_basic;

namespace {

struct Case {
    const char* header;
    const char* user;
    const char* password;
};

}  // namespace

TEST_CASE("Basic credentials are read as RFC 7617 writes them") {
    const Case cases[] = {
        {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
        {"basic   QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
        {"BASIC YTpiOmM=", "a", "b:c"},  // the user ends at the first colon
        {"Basic Og==", "", ""},
        {"Basic dGVzdDoxMjPCow==", "test", "123\xC2\xA3"},  // RFC 7617 2.1
        {"Basic YTpi", "a", "b"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.header);
        const auto credentials = read_basic(one.header);
        REQUIRE(credentials);
        CHECK(credentials->user() == one.user);
        CHECK(credentials->password() == one.password);
    }
}

TEST_CASE("what is no Basic header gives no credentials") {
    const char* cases[] = {
        "",
        "Basic",
        "Basic ",
        "BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Negotiate YTpi",
        "Basic YTpiOmM",  // padding left out
        "Basic YTpiOmM==",
        "Basic =YTpiOmM",
        "Basic YT=iOmM=",
        "Basic YTpi====",
        "Basic ====",
        "Basic YTpi YTpi",
        "Basic YTpi\n",
        "Basic YTp\xC3\xA9",
        "Basic YTpi,",
        "Basic YWI=",      // no colon
        "Basic YTpiAA==",  // NUL in the password
        "Basic YQBiOmM=",  // NUL in the name
        "Basic YQo6Yg==",  // line feed in the name
        "Basic YTp/",      // DEL
    };
    for (const auto* header : cases) {
        CAPTURE(header);
        CHECK_FALSE(read_basic(header));
    }
}

TEST_CASE("credentials survive being moved") {
    auto first = read_basic("Basic YTpi");
    REQUIRE(first);
    const auto second = std::move(*first);
    CHECK(second.user() == "a");
    CHECK(second.password() == "b");
}
