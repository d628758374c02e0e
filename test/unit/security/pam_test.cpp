// Log-ons by a real PAM, with services of a folder of the test's own and pam_pwdfile's passwords.
#ifdef TINTYPE_WITH_PAM
#include "tintype/pam.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "security/hashes.hpp"
#include "security/temporary_folder.hpp"

namespace tintype {
namespace {

class PamFolder {
  public:
    PamFolder() {
        write_passwords(std::string("alice:") + test::sha512_hash + "\nbob:" + test::sha512_hash + "\n");
        put("account required pam_permit.so\n");
    }
    /// \param more further lines of the service, after the password's.
    void put(const std::string& more, const std::string& before = {}) const {
        write("tintype-test",
              before + "auth required pam_pwdfile.so pwdfile=" + folder_.path("passwords") + "\n" + more);
    }
    void write(const std::string& service, const std::string& text) const {
        static_cast<void>(folder_.write(service, text));
    }
    void write_passwords(const std::string& text) const { write("passwords", text); }
    [[nodiscard]] std::unique_ptr<PasswordAuthenticator> open() const {
        PamOptions options;
        options.service = "tintype-test";
        options.configuration = path();
        auto opened = open_pam(options);
        REQUIRE(opened);
        return *std::move(opened);
    }
    [[nodiscard]] std::string path() const { return folder_.path(""); }

  private:
    test::TemporaryFolder folder_;
};

TEST_CASE("PAM's users log on with their passwords and nobody else does") {
    const PamFolder pam;
    const auto users = pam.open();
    const auto alice = users->verify("alice", test::hashed_password);
    REQUIRE(alice);
    CHECK(alice->name == "alice");
    CHECK(alice->scheme == "Basic");
    CHECK(alice->authenticated);
    for (const auto& credentials :
         std::vector<std::pair<std::string, std::string>>{{"alice", "wrong"},
                                                          {"alice", ""},
                                                          {"", test::hashed_password},
                                                          {"", ""},
                                                          {"eve", "wrong"},
                                                          {"eve", test::hashed_password},
                                                          {"alic", test::hashed_password},
                                                          {"alice2", test::hashed_password},
                                                          {"Alice", test::hashed_password},
                                                          {"alice", std::string(test::hashed_password) + "x"},
                                                          {"alice", std::string(test::hashed_password, 3)},
                                                          {"alice", std::string(100'000, 'x')}}) {
        const auto& name = credentials.first;
        const auto& password = credentials.second;
        CAPTURE(name);
        CHECK_FALSE(users->verify(name, password));
        CHECK_FALSE(users->recall(name, password));
    }
}

TEST_CASE("credentials that PAM took are recalled until PAM is read again") {
    const PamFolder pam;
    const auto users = pam.open();
    CHECK_FALSE(users->recall("alice", test::hashed_password));
    REQUIRE(users->verify("alice", test::hashed_password));
    CHECK(users->recall("alice", test::hashed_password));
    CHECK_FALSE(users->recall("alice", "wrong"));
    CHECK_FALSE(users->recall("bob", test::hashed_password));
    REQUIRE(users->reload());
    CHECK_FALSE(users->recall("alice", test::hashed_password));
}

TEST_CASE("a user whom PAM's account modules don't let in stays out") {
    const PamFolder pam;
    pam.put("account required pam_deny.so\n");
    const auto users = pam.open();
    CHECK_FALSE(users->verify("alice", test::hashed_password));
    CHECK_FALSE(users->recall("alice", test::hashed_password));
}

TEST_CASE("what keeps PAM from deciding is told to the log, and lets nobody in") {
    const PamFolder pam;
    pam.put("account required no_such_module.so\n");
    const auto users = pam.open();
    CHECK_THROWS_AS(static_cast<void>(users->verify("alice", test::hashed_password)), std::runtime_error);
    CHECK_FALSE(users->recall("alice", test::hashed_password));
}

TEST_CASE("a user without a password in PAM's file can't log on with an empty one") {
    const PamFolder pam;
    pam.write_passwords("carol:\n");
    const auto users = pam.open();
    CHECK_FALSE(users->verify("carol", ""));
    CHECK_FALSE(users->verify("carol", "x"));
}

TEST_CASE("PAM's own delay of a failure holds no thread") {
    const PamFolder pam;
    pam.put("account required pam_permit.so\n", "auth optional pam_faildelay.so delay=60000000\n");
    const auto users = pam.open();
    const auto begun = std::chrono::steady_clock::now();
    CHECK_FALSE(users->verify("alice", "wrong"));
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
    CHECK(users->refusal_time() > std::chrono::milliseconds(0));
}

TEST_CASE("PAM is asked on several threads at once") {
    const PamFolder pam;
    const auto users = pam.open();
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (int number = 0; number < 8; ++number) {
        threads.emplace_back([&, number] {
            for (int i = 0; i < 5; ++i) {
                const bool taken =
                    users->verify(number % 2 == 0 ? "alice" : "bob", i % 2 == 0 ? test::hashed_password : "no")
                        .has_value();
                if (taken == (i % 2 == 0)) ++right;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(right == 40);
}

TEST_CASE("a service that PAM doesn't have is an error and not PAM's `other`") {
    const PamFolder pam;
    pam.write("other", "auth required pam_permit.so\naccount required pam_permit.so\n");
    for (const char* name : {"", "nonesuch", "../tintype-test", "a/b", "Tintype-Test"}) {
        CAPTURE(name);
        PamOptions options;
        options.service = name;
        options.configuration = pam.path();
        const auto opened = open_pam(options);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().find("PAM service") != std::string::npos);
    }
}

}  // namespace
}  // namespace tintype
#endif
