#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "security/hashes.hpp"
#include "security/temporary_folder.hpp"
#include "tintype/authenticator.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

::mode_t mode_of(const std::string& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777U;
}

std::ptrdiff_t files_in(const std::string& folder) {
    return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
}

}  // namespace

TEST_CASE("put_user makes the file with mode 0600 and a user who can log on") {
    const TemporaryFolder folder;
    const auto path = folder.path("users");
    REQUIRE(put_user(path, "\xC3\xA9mile", "pass:word \xC2\xA3"));
    CHECK(mode_of(path) == 0600);
    CHECK(content_of(path).starts_with("\xC3\xA9mile:$y$"));
    const auto users = open_users_file(path);
    REQUIRE(users);
    CHECK((*users)->verify("\xC3\xA9mile", "pass:word \xC2\xA3"));
    CHECK_FALSE((*users)->verify("\xC3\xA9mile", "pass"));
}

TEST_CASE("put_user replaces one user's line and keeps comments, order and the others") {
    const TemporaryFolder folder;
    const std::string bob = std::string("bob:") + sha512_hash;
    const auto path = folder.write("users", "# staff\n\nalice:" + std::string(sha256_hash) + "\n" + bob, 0644);
    REQUIRE(put_user(path, "alice", "new"));
    const auto text = content_of(path);
    CHECK(text.starts_with("# staff\n\nalice:$y$"));
    CHECK(text.ends_with("\n" + bob + "\n"));
    CHECK(mode_of(path) == 0600);
    const auto users = open_users_file(path);
    REQUIRE(users);
    CHECK((*users)->verify("alice", "new"));
    CHECK_FALSE((*users)->verify("alice", "secret"));
    CHECK((*users)->verify("bob", "secret"));
    CHECK(files_in(folder.path("")) == 1);
}

TEST_CASE("put_user refuses what could not be read back, and leaves the file alone") {
    const TemporaryFolder folder;
    const auto path = folder.write("users", "# staff\n");
    for (const std::string& name : {std::string(), std::string("a:b"), std::string("a\nb"), std::string("#a")}) {
        CHECK_FALSE(put_user(path, name, "secret"));
    }
    for (const std::string& password :
         {std::string(), std::string("a\nb"), std::string("a\0b", 3), std::string(512, 'x')}) {
        CHECK_FALSE(put_user(path, "alice", password));
    }
    CHECK(content_of(path) == "# staff\n");
    CHECK(put_user(folder.path("missing/users"), "alice", "secret").error().find("No such file") != std::string::npos);
    const auto broken = folder.write("broken", "alice\n");
    CHECK(put_user(broken, "bob", "secret").error() == broken + ": line 1: has no colon; expected name:hash");
    CHECK(files_in(folder.path("")) == 2);
}

TEST_CASE("put_user through a symbolic link replaces what it names") {
    const TemporaryFolder folder;
    const auto path = folder.write("real", "# staff\n");
    std::filesystem::create_symlink(path, folder.path("users"));
    REQUIRE(put_user(folder.path("users"), "alice", "secret"));
    CHECK(std::filesystem::is_symlink(folder.path("users")));
    CHECK(content_of(path).starts_with("# staff\nalice:$y$"));
}

TEST_CASE("users put at the same time are all there afterwards") {
    const TemporaryFolder folder;
    const auto path = folder.path("users");
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&path, number] {
            const auto put = put_user(path, "user" + std::to_string(number), "secret");
            CHECK_MESSAGE(put, (put ? "" : put.error()));
        });
    }
    for (auto& thread : threads) thread.join();
    const auto text = content_of(path);
    for (int number = 0; number < 4; ++number) {
        CHECK(text.find("user" + std::to_string(number) + ":$y$") != std::string::npos);
    }
}
