#include "security/distinguished_name.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace tintype::security;

TEST_CASE("spellings of one name are the same name") {
    struct Case {
        const char* left;
        const char* right;
    };
    const Case cases[] = {
        {"CN=alice,OU=Operations,O=Example", "cn = alice , ou=Operations, o=Example"},
        {"CN=alice", "2.5.4.3=alice"},
        {"emailAddress=a@example.com,CN=a", "E=a@example.com;CN=a"},
        {"ST=Saxony", "S=Saxony"},
        {"CN=a\\,b", "CN=a\\2Cb"},
        {"CN=M\xC3\xBCller", "CN=M\\C3\\BCller"},
        {"CN=a+OU=b", "OU=b + CN=a"},
        {"CN=a\\ ,O=b", "CN=a\\20,O=b"},
        {"1.2.3.4=#04ab", "1.2.3.4=#04AB"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.left);
        CAPTURE(one.right);
        const auto left = read_distinguished_name(one.left);
        REQUIRE(left);
        CHECK(left == read_distinguished_name(one.right));
    }
}

TEST_CASE("names that differ stay different") {
    struct Case {
        const char* left;
        const char* right;
    };
    const Case cases[] = {
        {"CN=alice", "CN=Alice"}, {"CN=a,O=b", "O=b,CN=a"}, {"CN=a,O=b", "CN=a\\,O=b"}, {"CN=a+O=b", "CN=a\\+O=b"},
        {"CN=a+O=b", "CN=a,O=b"}, {"CN=#04", "CN=\\#04"},   {"CN=a\\00b", "CN=a"},      {"CN=a\\ ", "CN=a"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.left);
        CAPTURE(one.right);
        const auto left = read_distinguished_name(one.left);
        const auto right = read_distinguished_name(one.right);
        REQUIRE(left);
        REQUIRE(right);
        CHECK(*left != *right);
    }
}

TEST_CASE("what is no name is none") {
    const std::string many(200, '1');
    for (const auto& text :
         {std::string(), std::string("alice"), std::string("CN=a,"), std::string(",CN=a"), std::string("=a"),
          std::string("NOSUCHTYPE=a"), std::string("CN=a\\"), std::string("CN=a\\x1"), std::string("CN=a\\4"),
          std::string("CN=#0"), std::string("CN=#"), std::string("CN=#0g"), std::string("CN=\"a\""),
          std::string("CN=a+"), "2.5.4." + many + "=a"}) {
        CAPTURE(text);
        CHECK_FALSE(read_distinguished_name(text));
    }
}
