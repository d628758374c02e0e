// Keytab and users file: which are taken, what is said of others, and when they are read.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "negotiate/support.hpp"
#include "security/temporary_folder.hpp"

namespace tintype::security {
namespace {

using test::content_of;
using test::TemporaryFolder;

std::string error_of(const NegotiateOptions& options) {
    const auto opened = open_negotiate(options);
    return opened ? "" : opened.error();
}

TEST_CASE("files that can't be used are refused with a word that names them") {
    const TemporaryFolder folder;
    const auto keytab = content_of(server_options().keytab);
    const auto open = folder.write("open", keytab, 0644);
    const auto open_users = folder.write("open_users", "A:b:c\n", 0640);
    const auto text = folder.write("text", "hello");
    const auto empty = folder.write("empty", std::string("\x05\x02", 2));
    const auto nobody = folder.write("nobody", "# nobody\n");
    struct Case {
        std::string keytab;
        std::string users;
        std::string error;
    };
    const Case cases[] = {
        {"", "", "neither a keytab nor a file of NTLM users is named"},
        {"/nonexistent/keytab", "", "/nonexistent/keytab: No such file or directory"},
        {open, "", open + ": mode 0644 lets others than its owner in; use chmod 0600"},
        {text, "", text + ": is not a keytab"},
        {"", "/nonexistent/users", "/nonexistent/users: No such file or directory"},
        {"", open_users, open_users + ": mode 0640 lets others than its owner in; use chmod 0600"},
        {"", nobody, nobody + ": holds no user"},
        {"", text,
         text + ": line 1: is neither DOMAIN:user:password (a password can have no colon) nor a line of "
                "smbpasswd"},
    };
    for (const auto& one : cases) {
        auto options = server_options();
        options.keytab = one.keytab;
        options.ntlm_users = one.users;
        CHECK(error_of(options) == one.error);
    }
    SUBCASE("a keytab without keys") {
        auto options = server_options();
        options.keytab = empty;
        CHECK_MESSAGE(error_of(options).starts_with(empty + ": "), error_of(options));
        CHECK_MESSAGE(error_of(options).find("/proc/") == std::string::npos, error_of(options));
    }
}

TEST_CASE("users change with a reload, and not before") {
    const TemporaryFolder folder;
    auto options = server_options();
    options.keytab.clear();
    options.ntlm_users = folder.write("users", "TINTYPE:alice:old\n");
    const auto users = server(options);
    auto alice = by_ntlm();
    alice.password = "old";
    auto before = logged_on(*users, alice);
    static_cast<void>(folder.write("users", "TINTYPE:alice:new\nTINTYPE:bob:x\n"));
    CHECK(accepted(log_on(*users, alice)));
    REQUIRE(users->reload());
    CHECK(refused(log_on(*users, alice)));
    alice.password = "new";
    CHECK(accepted(log_on(*users, alice)));

    SUBCASE("log-ons that are complete stay good") {
        const auto message = before.client->seal("hello");
        REQUIRE(message);
        CHECK(before.server->unseal(message->header, message->data) == "hello");
    }
    SUBCASE("a file that is wrong changes nothing") {
        static_cast<void>(folder.write("users", "broken\n"));
        const auto reloaded = users->reload();
        REQUIRE_FALSE(reloaded);
        CHECK(reloaded.error().starts_with(folder.path("users") + ": line 1: "));
        CHECK(accepted(log_on(*users, alice)));
    }
    SUBCASE("a file that others may read changes nothing") {
        static_cast<void>(folder.write("users", "TINTYPE:mallory:x\n", 0644));
        CHECK_FALSE(users->reload());
        CHECK(accepted(log_on(*users, alice)));
    }
}

TEST_CASE("keys change with a reload, and not before") {
    const TemporaryFolder folder;
    auto options = server_options();
    options.ntlm_users.clear();
    options.keytab = folder.write("keytab", content_of(RealmProcess::shared().folder() + "/foreign.keytab"));
    const auto users = server(options);
    CHECK(refused(log_on(*users, by_kerberos())));
    static_cast<void>(folder.write("keytab", content_of(server_options().keytab)));
    CHECK(refused(log_on(*users, by_kerberos())));
    REQUIRE(users->reload());
    CHECK(accepted(log_on(*users, by_kerberos())));
    std::filesystem::remove(options.keytab);
    CHECK_FALSE(users->reload());
    CHECK(accepted(log_on(*users, by_kerberos())));
}

TEST_CASE("a log-on goes on through a reload that takes its user away") {
    const TemporaryFolder folder;
    auto options = server_options();
    options.ntlm_users = folder.write("users", "TINTYPE:alice:Passw0rd!\n");
    const auto users = server(options);
    Handshake handshake{client(raw(by_ntlm())), users->begin(NegotiateScheme::negotiate, {})};
    const auto challenge = handshake.server->accept(*handshake.client->step({}));
    REQUIRE(challenge.outcome == NegotiateStep::Outcome::more);
    static_cast<void>(folder.write("users", "TINTYPE:bob:x\n"));
    REQUIRE(users->reload());
    CHECK(handshake.server->accept(*handshake.client->step(challenge.token)).outcome ==
          NegotiateStep::Outcome::accepted);
}

TEST_CASE("used tickets are noted where the server says") {
    const TemporaryFolder folder;
    auto options = server_options();
    options.replay_cache = folder.path("replays");
    const auto users = server(options);
    CHECK(accepted(log_on(*users, by_kerberos())));
    CHECK(std::filesystem::file_size(options.replay_cache) > 0);
    CHECK(std::filesystem::status(options.replay_cache).permissions() == std::filesystem::perms(0600));
}

TEST_CASE("a place for used tickets that can't be written lets no ticket in") {
    auto options = server_options();
    options.replay_cache = "/proc/nowhere/replays";
    const auto opened = open_negotiate(options);
    if (opened) CHECK(refused(log_on(**opened, by_kerberos())));
}

TEST_CASE("what is read is told to the log, without a secret") {
    auto options = server_options();
    std::string log;
    options.log = [&log](LogLevel, std::string_view line) { log += line; };
    const auto users = server(options);
    CHECK(log == "Negotiate: Kerberos by " + options.keytab + ", 2 NTLM users");
}

}  // namespace
}  // namespace tintype::security
