// NTLM's messages and its users file: what gss-ntlmssp would let pass, or tells nobody.
#include <doctest/doctest.h>

#include <string>

#include "negotiate/support.hpp"
#include "security/nt_hash.hpp"
#include "security/ntlm_message.hpp"
#include "security/ntlm_users.hpp"

namespace tintype::security {
namespace {

using namespace std::string_literals;

std::string little_endian(std::uint32_t number, int bytes) {
    std::string text;
    for (int place = 0; place < bytes; ++place) text.push_back(static_cast<char>(number >> 8 * place & 0xFF));
    return text;
}

std::string utf16(const std::string& ascii) {
    std::string text;
    for (const char c : ascii) text += {c, '\0'};
    return text;
}

/// A client's first message, with these flags.
std::string negotiate_message(std::uint32_t flags) {
    return "NTLMSSP\0\x01\0\0\0"s + little_endian(flags, 4) + std::string(16, '\0') + "\x06\x02\0\0\0\0\0\x0f"s;
}

/// A client's last message.
std::string authenticate_message(const std::string& domain, const std::string& user, const std::string& answer) {
    const auto field = [](const std::string& bytes, std::size_t offset) {
        const auto size = little_endian(static_cast<std::uint32_t>(bytes.size()), 2);
        return size + size + little_endian(static_cast<std::uint32_t>(offset), 4);
    };
    constexpr std::size_t payload = 64;
    const auto none = field("", payload);
    return "NTLMSSP\0\x03\0\0\0"s + none + field(answer, payload) + field(domain, payload + answer.size()) +
           field(user, payload + answer.size() + domain.size()) + none + none + little_endian(0xE2888235, 4) + answer +
           domain + user;
}

TEST_CASE("who tries to log on is read from NTLM's last message, inside of SPNEGO too") {
    const auto message = authenticate_message(utf16("DOM"), utf16("m\xE4x") /* U+00E4 */, std::string(100, 'a'));
    for (const auto& token : {message, "\xa1\x82\x01\x00"s + message}) {
        const auto read = find_ntlm_authenticate(token);
        REQUIRE(read);
        CHECK(read->user == "DOM\\m\xC3\xA4x");
        CHECK_FALSE(read->version1);
    }
    CHECK(find_ntlm_authenticate(authenticate_message("", utf16("max"), ""))->user == "max");
    CHECK_FALSE(find_ntlm_authenticate(negotiate_message(0)));
    CHECK_FALSE(find_ntlm_authenticate(""));
}

TEST_CASE("names of NTLM's messages can't write lines into a log, and can't point elsewhere") {
    CHECK(find_ntlm_authenticate(authenticate_message("", utf16("a\nb\rc\x1b"), ""))->user == "a?b?c?");
    CHECK(find_ntlm_authenticate(authenticate_message("", std::string(5000, 'x'), ""))->user.size() <= 1024);
    const auto message = authenticate_message(utf16("D"), utf16("user"), "");
    for (std::size_t size = 12; size < message.size(); ++size) {
        CHECK(find_ntlm_authenticate(message.substr(0, size)));
    }
    auto wild = message;
    wild.replace(36, 8, "\xff\xff\xff\xff\xff\xff\xff\xff");
    CHECK(find_ntlm_authenticate(wild)->user == "D\\");
}

TEST_CASE("an answer of NTLM version 1 is refused, whatever the library would say") {
    const auto users = server();
    const auto context = users->begin(NegotiateScheme::negotiate, {});
    REQUIRE(context->accept(*client(raw(by_ntlm()))->step({})).outcome == NegotiateStep::Outcome::more);
    const auto step = context->accept(authenticate_message(utf16("TINTYPE"), utf16("alice"), std::string(24, 'a')));
    CHECK(step.outcome == NegotiateStep::Outcome::refused);
    CHECK(step.why == "the client answers with NTLM version 1");
    CHECK(step.user == "TINTYPE\\alice");
}

TEST_CASE("NTLM without session security is refused") {
    const auto users = server();
    constexpr std::uint32_t plain = 0xE2008235;  // Windows 10's flags but extended session security
    const auto step = users->begin(NegotiateScheme::negotiate, {})->accept(negotiate_message(plain));
    CHECK(step.outcome == NegotiateStep::Outcome::refused);
    CHECK(step.why == "the client knows NTLM without session security only");
    CHECK(step.token.empty());
    const auto better = users->begin(NegotiateScheme::negotiate, {})->accept(negotiate_message(plain | 0x80000));
    CHECK(better.outcome == NegotiateStep::Outcome::more);
}

TEST_CASE("an anonymous log-on of NTLM is refused") {
    const auto users = server();
    const auto context = users->begin(NegotiateScheme::negotiate, {});
    REQUIRE(context->accept(*client(raw(by_ntlm()))->step({})).outcome == NegotiateStep::Outcome::more);
    CHECK(context->accept(authenticate_message("", "", "")).outcome == NegotiateStep::Outcome::refused);
}

TEST_CASE("the NT hash of a password is MS-NLMP's") {
    CHECK(nt_hash("Password") == "A4F49C406510BDCAB6824EE7C30FD852");  // MS-NLMP 4.2.2.1.2
    CHECK(nt_hash("\xC3\xA9") == "E77286D072C7858E9110CC3A011D2AC8");
    CHECK_FALSE(nt_hash("\xFF"));
}

TEST_CASE("gss-ntlmssp is given hashes instead of passwords") {
    const auto users = NtlmUsers::parse("DOM:Alice:Password\nDOM\\bob:1:x:00112233445566778899aabbccddeeff:[U]\n");
    REQUIRE(users);
    CHECK(users->smbpasswd() ==
          "DOM\\Alice:0:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:A4F49C406510BDCAB6824EE7C30FD852:[U          ]:LCT-00000000:\n"
          "DOM\\bob:0:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:00112233445566778899AABBCCDDEEFF:[U          ]:LCT-00000000:\n");
}

TEST_CASE("users are found under any spelling, in both of the file's forms") {
    const auto users = NtlmUsers::parse(
        "# comment:x:y\n\nDOM:Alice:pw\r\n"
        "DOM\\bob:1:XXXX:00112233445566778899aabbccddeeff:[U]:LCT-0:\n"
        "OTHER:alice:pw2\n"
        "DOM:M\xC3\x9CLLER:pw");
    REQUIRE_MESSAGE(users, users.error());
    CHECK(users->size() == 4);
    CHECK(users->canonical("dom\\ALICE") == "DOM\\Alice");
    CHECK(users->canonical("alice") == "DOM\\Alice");
    CHECK(users->canonical("Other\\Alice") == "OTHER\\alice");
    CHECK(users->canonical("Dom\\BOB") == "DOM\\bob");
    CHECK(users->canonical("dom\\m\xC3\xBCller") == "DOM\\M\xC3\x9CLLER");
    CHECK_FALSE(users->canonical("ELSE\\alice"));
    CHECK_FALSE(users->canonical("\\alice"));
    CHECK_FALSE(users->canonical("carol"));
    CHECK_FALSE(users->canonical(""));
}

TEST_CASE("a users file that gss-ntlmssp would misread is refused with the line's number") {
    struct Case {
        std::string text;
        std::string error;
    };
    const Case cases[] = {
        {"", "holds no user"},
        {"# nobody\n\n", "holds no user"},
        {"A:b:c\nalice\n",
         "line 2: is neither DOMAIN:user:password (a password can have no colon) nor a line of smbpasswd"},
        {"A:b:c:d\n", "line 1: is neither DOMAIN:user:password (a password can have no colon) nor a line of smbpasswd"},
        {"A:b:c:d:e:f\n",
         "line 1: is neither DOMAIN:user:password (a password can have no colon) nor a line of smbpasswd"},
        {"A:b:\n", "line 1: the password is empty"},
        {":b:c\n", "line 1: the user has no domain"},
        {"bob:1:X:00112233445566778899aabbccddeeff:[U]\n", "line 1: the user has no domain"},
        {"A::c\n",
         "line 1: the domain or the user is empty, longer than 256 bytes, no UTF-8, or has a control character, \\ or "
         "@"},
        {"A:b@c:d\n",
         "line 1: the domain or the user is empty, longer than 256 bytes, no UTF-8, or has a control character, \\ or "
         "@"},
        {"A:b:c\na:B:d\n", "line 2: user a\\B is there already"},
        {"A:b:" + std::string(1020, 'x') + "\n", "line 1: is longer than 1022 bytes"},
        {"A:b:c\0\n"s, "has a NUL byte in it"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.text);
        const auto users = NtlmUsers::parse(one.text);
        REQUIRE_FALSE(users);
        CHECK(users.error() == one.error);
    }
}

}  // namespace
}  // namespace tintype::security
