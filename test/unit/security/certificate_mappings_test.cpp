#include "security/certificate_mappings.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace tintype;
using namespace tintype::security;

namespace {

const std::string sha1(40, 'a');
const std::string sha256(64, 'b');
const std::string issuer(40, 'c');

ClientCertificate certificate() {
    return {sha1, sha256, issuer, std::string(64, 'd'), "CN=alice,OU=Operations,O=Example", {"Alice@Example.com"}};
}

/// The user, or the error behind a minus.
std::string user(const std::string& text, const ClientCertificate& of = certificate()) {
    const auto mappings = parse_mappings(text);
    REQUIRE_MESSAGE(mappings, (mappings ? "" : mappings.error()));
    const auto found = user_of(of, *mappings);
    return found ? *found : "-" + found.error();
}

std::string error(const std::string& text) {
    const auto mappings = parse_mappings(text);
    return mappings ? "" : mappings.error();
}

}  // namespace

TEST_CASE("each kind of mapping finds its certificate") {
    const std::string lines[] = {
        "u: thumbprint " + sha1,
        "u: thumbprint " + sha256,
        "u: thumbprint AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA",
        "u: thumbprint aa aa aa aa aa aa aa aa aa aa aa aa aa aa aa aa aa aa aa aa",
        "u: subject CN=alice,OU=Operations,O=Example",
        "u: subject cn=alice, ou=Operations, o=Example",
        "u: subject *,OU=Operations,O=Example",
        "u: subject * , O=Example",
        "u: subject *,CN=alice,OU=Operations,O=Example",
        "u: subject *",
        "u: upn alice@example.com",
        "u: upn ALICE@EXAMPLE.COM",
        "u: upn *@example.com",
        "u: upn *",
        "u: issuer " + issuer + " subject *",
        "u: issuer CC:CC:" + issuer.substr(4) + " upn alice@example.com",
        "u: issuer cc cc " + issuer.substr(4) + " thumbprint " + sha1,
        "  u :\tissuer " + std::string(64, 'd') + "  upn  *@example.com  \r",
    };
    for (const auto& line : lines) {
        CAPTURE(line);
        CHECK(user("# a comment\n\n" + line + "\n") == "u");
    }
}

TEST_CASE("a certificate that no line is for lets nobody in") {
    const std::string lines[] = {
        "",
        "u: thumbprint " + issuer,
        "u: subject CN=alice",
        "u: subject CN=alice,OU=Operations",
        "u: subject CN=Alice,OU=Operations,O=Example",
        "u: subject *,OU=Other,O=Example",
        "u: subject *,C=DE,CN=alice,OU=Operations,O=Example",
        "u: upn alice@example.org",
        "u: upn *@xample.com",
        "u: issuer " + sha1 + " subject *",
    };
    for (const auto& line : lines) {
        CAPTURE(line);
        CHECK(user(line) == "-no mapping is for this certificate");
    }
    ClientCertificate nameless = certificate();
    nameless.upns.clear();
    CHECK(user("u: upn *", nameless).starts_with("-"));
    nameless.issuer_sha1.clear();
    CHECK(user("u: issuer " + issuer + " subject *", nameless).starts_with("-"));
}

TEST_CASE("a name that only looks like the end of another does not fit it") {
    ClientCertificate forged = certificate();
    forged.subject = "CN=mallory\\,O=Example";
    CHECK(user("u: subject *,O=Example", forged) == "-no mapping is for this certificate");
    forged.subject = "CN=mallory,OU=x\\,OU=Operations,O=Example";
    CHECK(user("u: subject *,OU=Operations,O=Example", forged) == "-no mapping is for this certificate");
    forged.subject = "";
    CHECK(user("u: subject *,O=Example", forged) == "-no mapping is for this certificate");
}

TEST_CASE("the closer mapping goes first, whatever the order of the lines") {
    const std::string any = "any: subject *\n";
    const std::string unit = "unit: subject *,OU=Operations,O=Example\n";
    const std::string name = "name: upn alice@example.com\n";
    const std::string print = "print: thumbprint " + sha1 + "\n";
    CHECK(user(any + unit) == "unit");
    CHECK(user(unit + any) == "unit");
    CHECK(user(name + unit) == "name");
    CHECK(user(unit + any + name) == "name");
    CHECK(user(print + name + unit) == "print");
    CHECK(user(any + name + print) == "print");
}

TEST_CASE("lines of different users that fit equally well let nobody in") {
    const auto both = "a: thumbprint " + sha1 + "\nb: issuer " + issuer + " thumbprint " + sha1 + "\n";
    CHECK(user(both).find("line 1 (\"a\") and line 2 (\"b\") fit equally well") != std::string::npos);
    CHECK(user("a: upn *@example.com\na: issuer " + issuer + " upn *@example.com\n") == "a");
    CHECK(user(both + "c: thumbprint " + sha256) == "c");
}

TEST_CASE("a line that is no mapping is an error with its number") {
    struct Case {
        std::string line;
        const char* says;
    };
    const Case cases[] = {
        {"alice", "has no colon"},
        {": upn a", "the user is empty"},
        {"a\x01: upn a", "control character"},
        {"a:", "expected thumbprint, subject or upn"},
        {"a: serial 1", "expected thumbprint, subject or upn"},
        {"a: upn", "there is nothing after upn"},
        {"a: thumbprint", "there is nothing after thumbprint"},
        {"a: thumbprint abc", "has 3 digits"},
        {"a: thumbprint " + sha1.substr(1) + "g", "no hexadecimal digit"},
        {"a: thumbprint \xE2\x80\x8E" + sha1, "no hexadecimal digit"},
        {"a: issuer " + sha1, "expected thumbprint, subject or upn"},
        {"a: issuer upn a", "issuer: the thumbprint has 0 digits"},
        {"a: subject alice", "no name as RFC 4514"},
        {"a: subject *CN=alice", "stands alone or before a comma"},
        {"a: subject *,", "no name as RFC 4514"},
        {"a: upn a*@example.com", "in front of a user principal name only"},
        {"a: upn a\xFF", "no UTF-8"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.line);
        const auto why = error("# first\nok: upn ok@example.com\n" + one.line + "\n");
        CAPTURE(why);
        CHECK(why.starts_with("line 3: "));
        CHECK(why.find(one.says) != std::string::npos);
    }
    CHECK(error("a: upn x@example.com\nb: upn X@EXAMPLE.com\n") == "line 2: is for the same certificates as line 1");
    CHECK(error("a: subject CN=a,O=b\nb: subject cn=a, o=b\n") == "line 2: is for the same certificates as line 1");
}
