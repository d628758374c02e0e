#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "security/hashes.hpp"
#include "security/private_file.hpp"
#include "security/temporary_folder.hpp"
#include "tintype/authenticator.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

std::string line(const std::string& name, const char* hash) {
    return name + ":" + hash + "\n";
}

}  // namespace

TEST_CASE("a verified user is remembered, anybody else is not") {
    const TemporaryFolder folder;
    const auto users = open_users_file(folder.write("users", line("alice", yescrypt_hash) + line("bob", sha512_hash)));
    REQUIRE(users);
    CHECK_FALSE((*users)->recall("alice", "secret"));
    const auto alice = (*users)->verify("alice", "secret");
    REQUIRE(alice);
    CHECK(alice->name == "alice");
    CHECK(alice->scheme == "Basic");
    CHECK(alice->authenticated);
    CHECK((*users)->recall("alice", "secret"));
    CHECK_FALSE((*users)->recall("alice", "Secret"));
    CHECK_FALSE((*users)->recall("alice", ""));
    CHECK_FALSE((*users)->recall("bob", "secret"));
    CHECK_FALSE((*users)->recall("carol", "secret"));
}

TEST_CASE("a wrong password, an unknown user and an empty password are refused and not remembered") {
    const TemporaryFolder folder;
    const auto users = open_users_file(folder.write("users", line("alice", sha512_hash)));
    REQUIRE(users);
    CHECK_FALSE((*users)->verify("alice", "wrong"));
    CHECK_FALSE((*users)->verify("Alice", "secret"));
    CHECK_FALSE((*users)->verify("carol", "secret"));  // the decoy's own password
    CHECK_FALSE((*users)->verify("carol", ""));
    CHECK_FALSE((*users)->verify("", ""));
    CHECK_FALSE((*users)->recall("alice", "wrong"));
    CHECK_FALSE((*users)->recall("carol", "secret"));
}

TEST_CASE("nobody logs on by an empty users file, however right the decoy's password") {
    const TemporaryFolder folder;
    const auto users = open_users_file(folder.write("users", "# none yet\n"));
    REQUIRE(users);
    CHECK_FALSE((*users)->verify("alice", "decoy"));
}

TEST_CASE("credentials are not remembered when the memory is none") {
    const TemporaryFolder folder;
    const auto users = open_users_file(folder.write("users", line("alice", sha512_hash)), std::chrono::seconds(0));
    REQUIRE(users);
    CHECK((*users)->verify("alice", "secret"));
    CHECK_FALSE((*users)->recall("alice", "secret"));
}

TEST_CASE("reading the file again forgets who was verified and lets new users in") {
    const TemporaryFolder folder;
    const auto path = folder.write("users", line("alice", sha512_hash));
    const auto users = open_users_file(path);
    REQUIRE(users);
    REQUIRE((*users)->verify("alice", "secret"));
    CHECK(std::filesystem::exists(folder.write("users", line("bob", sha256_hash))));
    REQUIRE((*users)->reload());
    CHECK_FALSE((*users)->recall("alice", "secret"));
    CHECK_FALSE((*users)->verify("alice", "secret"));
    CHECK((*users)->verify("bob", "secret"));
}

TEST_CASE("a reload that fails leaves what was in force and says why") {
    const TemporaryFolder folder;
    const auto path = folder.write("users", line("alice", sha512_hash));
    const auto users = open_users_file(path);
    REQUIRE(users);
    REQUIRE((*users)->verify("alice", "secret"));
    CHECK(std::filesystem::exists(folder.write("users", "alice\n")));
    const auto reloaded = (*users)->reload();
    REQUIRE_FALSE(reloaded);
    CHECK(reloaded.error() == path + ": line 1: has no colon; expected name:hash");
    CHECK((*users)->recall("alice", "secret"));
    CHECK((*users)->verify("alice", "secret"));
}

TEST_CASE("a users file that others may read or write, or that is no file, is refused") {
    const TemporaryFolder folder;
    for (const ::mode_t mode : {0640U, 0604U, 0620U, 0602U, 0666U}) {
        CAPTURE(mode);
        const auto users = open_users_file(folder.write("users", line("alice", sha512_hash), mode));
        REQUIRE_FALSE(users);
        CHECK(users.error().find("lets others than its owner in") != std::string::npos);
    }
    CHECK(open_users_file(folder.write("users", line("alice", sha512_hash), 0400)));
    CHECK(open_users_file(folder.path("missing")).error().find("No such file") != std::string::npos);
    CHECK(open_users_file(folder.path("")).error().find("is not a regular file") != std::string::npos);
    REQUIRE(::mkfifo(folder.path("fifo").c_str(), 0600) == 0);
    CHECK(open_users_file(folder.path("fifo")).error().find("is not a regular file") != std::string::npos);
    CHECK_FALSE(security::read_private_file(folder.write("long", "12345"), 4));
    CHECK(security::read_private_file(folder.write("long", "12345"), 5));
}

TEST_CASE("an unknown user costs as much time as a wrong password") {
    // Only that a hash is computed at all can be told reliably on a busy machine: at full yescrypt cost it takes tens
    // of milliseconds of processor time, a lookup alone takes microseconds.
    const TemporaryFolder folder;
    const auto path = folder.path("users");
    REQUIRE(put_user(path, "alice", "secret"));
    const auto users = open_users_file(path);
    REQUIRE(users);
    const auto time_of = [&](const char* name) {
        const std::clock_t start = std::clock();
        CHECK_FALSE((*users)->verify(name, "wrong"));
        return std::clock() - start;
    };
    CHECK(time_of("mallory") * 10 > time_of("alice"));
}

TEST_CASE("threads verify, recall and reload side by side") {
    const TemporaryFolder folder;
    const auto users = open_users_file(folder.write("users", line("alice", sha256_hash) + line("bob", sha512_hash)));
    REQUIRE(users);
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&, number] {
            for (int round = 0; round < 50; ++round) {
                if (number == 0) static_cast<void>((*users)->reload());
                static_cast<void>((*users)->verify(number % 2 == 0 ? "alice" : "bob", "secret"));
                static_cast<void>((*users)->recall("alice", "secret"));
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK((*users)->verify("alice", "secret"));
}
