#include <doctest/doctest.h>

#include <string>

#include "security/credential_digest.hpp"
#include "security/hashes.hpp"
#include "security/password_hash.hpp"
#include "security/user_name.hpp"
#include "security/users_file.hpp"

using namespace tintype::security;
using namespace tintype::test;

TEST_CASE("hashes of the four kinds verify, and only their password") {
    for (const auto* hash : {yescrypt_hash, bcrypt_hash, sha512_hash, sha256_hash}) {
        CAPTURE(hash);
        CHECK(is_password_hash(hash));
        CHECK(has_hash(hashed_password, hash));
        CHECK_FALSE(has_hash("secret2", hash));
        CHECK_FALSE(has_hash("", hash));
    }
}

TEST_CASE("weak, cut off or foreign hashes are none") {
    const std::string whole = sha512_hash;
    for (const std::string& hash :
         {std::string(), std::string("secret"), std::string("$1$salt$1234567890123456789012"),
          std::string("$apr1$salt$1234567890123456789012"), std::string("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="),
          std::string("abJnggxhB/yWI"), std::string("$6$salt"), whole.substr(0, whole.size() - 1), whole + "x",
          whole + ":more", std::string("*"), std::string("!") + whole}) {
        CAPTURE(hash);
        CHECK_FALSE(is_password_hash(hash));
    }
}

TEST_CASE("the users file takes comments, blank lines and Windows' line ends") {
    const auto users =
        parse_users(std::string("# staff\r\n\nalice:") + sha256_hash + "\r\n  \t\nEXAMPLE\\bob:" + sha512_hash);
    REQUIRE(users);
    REQUIRE(users->size() == 2);
    CHECK(users->at(0).name == "alice");
    CHECK(users->at(0).hash == sha256_hash);
    CHECK(users->at(1).name == "EXAMPLE\\bob");
    CHECK(parse_users("")->empty());
}

TEST_CASE("an error in the users file tells its line and never the hash") {
    const std::string good = std::string("alice:") + sha256_hash + "\n";
    struct Case {
        std::string text;
        std::string says;
    };
    const Case cases[] = {
        {good + "bob\n", "line 2: has no colon"},
        {"#\n\n:" + std::string(sha256_hash), "line 3: the name"},
        {"a\x01:" + std::string(sha256_hash), "line 1: the name"},
        {"a\xFF:" + std::string(sha256_hash), "line 1: the name"},
        {good + "bob:plaintext", "line 2: what follows the colon"},
        {good + "\n" + good, "line 3: user \"alice\" stands in line 1 already"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.text);
        const auto users = parse_users(one.text);
        REQUIRE_FALSE(users);
        CHECK(users.error().starts_with(one.says));
        CHECK(users.error().find("plaintext") == std::string::npos);
        CHECK(users.error().find(sha256_hash) == std::string::npos);
    }
}

TEST_CASE("a user's name is UTF-8 without colon and control characters") {
    for (const auto* name :
         {"alice", "EXAMPLE\\alice", "alice@example.org", "\xC3\xA9mile", "\xF0\x9F\x98\x80", "a b"}) {
        CAPTURE(name);
        CHECK(is_user_name(name));
    }
    for (const std::string& name :
         {std::string(), std::string("a:b"), std::string("a\n"), std::string("\0", 1), std::string("\x7F"),
          std::string("\xC2\x85"), std::string("\xC0\xAF"), std::string("\xED\xA0\x80"),
          std::string("\xF4\x90\x80\x80"), std::string("\xC3"), std::string(257, 'a')}) {
        CAPTURE(name);
        CHECK_FALSE(is_user_name(name));
    }
}

TEST_CASE("a digest tells credentials apart, also by where the name ends, and differs from key to key") {
    const CredentialDigest digest;
    CHECK(CredentialDigest::same(digest.of("alice", "secret"), digest.of("alice", "secret")));
    CHECK_FALSE(CredentialDigest::same(digest.of("alice", "secret"), digest.of("alice", "Secret")));
    CHECK_FALSE(CredentialDigest::same(digest.of("ab", "c"), digest.of("a", "bc")));
    const CredentialDigest other;
    CHECK_FALSE(CredentialDigest::same(digest.of("alice", "secret"), other.of("alice", "secret")));
}
