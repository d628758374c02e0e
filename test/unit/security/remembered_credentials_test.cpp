#include "security/remembered_credentials.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "security/hashes.hpp"
#include "security/temporary_folder.hpp"
#include "tintype/authenticator.hpp"

using namespace tintype;
using namespace tintype::test;
using namespace std::chrono_literals;
using security::RememberedCredentials;

namespace {

Principal principal(const std::string& name) {
    return {name, "Basic", true};
}

/// Another thread, which lives on between what it is asked to do: what it remembers of its own is there the next time.
class OtherThread {
  public:
    OtherThread() = default;
    OtherThread(const OtherThread&) = delete;
    OtherThread& operator=(const OtherThread&) = delete;
    ~OtherThread() {
        ask(nullptr);
        thread_.join();
    }

    template <class Question>
    auto answer(const Question& question) {
        decltype(question()) answer{};
        const std::function<void()> work = [&] { answer = question(); };
        ask(&work);
        asked_.wait(true);
        return answer;
    }

  private:
    void ask(const std::function<void()>* work) {
        work_ = work;
        asked_ = true;
        asked_.notify_all();
    }
    void run() {
        for (;;) {
            asked_.wait(false);
            if (work_ == nullptr) return;
            (*work_)();
            asked_ = false;
            asked_.notify_all();
        }
    }

    const std::function<void()>* work_ = nullptr;
    std::atomic<bool> asked_{false};
    std::thread thread_{[this] { run(); }};
};

}  // namespace

TEST_CASE("what one thread has verified all remember, and when it is forgotten none does") {
    RememberedCredentials remembered(1h, 10);
    OtherThread other;
    const auto recalled = [&] { return remembered.recall("alice", "secret").has_value(); };
    CHECK_FALSE(other.answer(recalled));
    remembered.remember(remembered.epoch(), "alice", "secret", principal("alice"));
    for (int time = 0; time < 2; ++time) {  // The second time from the thread's own memory.
        CHECK(recalled());
        CHECK(other.answer(recalled));
    }
    CHECK_FALSE(other.answer([&] { return remembered.recall("alice", "Secret").has_value(); }));
    CHECK_FALSE(other.answer([&] { return remembered.recall("Alice", "secret").has_value(); }));
    remembered.forget(10);
    CHECK_FALSE(other.answer(recalled));
    CHECK_FALSE(recalled());
}

TEST_CASE("what was verified before all was forgotten is not remembered after") {
    RememberedCredentials remembered(1h, 10);
    const auto before = remembered.epoch();
    remembered.forget(10);
    remembered.remember(before, "alice", "secret", principal("alice"));
    CHECK_FALSE(remembered.recall("alice", "secret"));
    remembered.remember(remembered.epoch(), "alice", "secret", principal("alice"));
    CHECK(remembered.recall("alice", "secret"));
}

TEST_CASE("newer credentials of a name take the place of the older ones on every thread") {
    RememberedCredentials remembered(1h, 10);
    OtherThread other;
    const auto old = [&] { return remembered.recall("alice", "old").has_value(); };
    remembered.remember(remembered.epoch(), "alice", "old", principal("alice"));
    CHECK(other.answer(old));
    CHECK(other.answer(old));
    remembered.remember(remembered.epoch(), "alice", "new", principal("alice"));
    CHECK_FALSE(other.answer(old));
    CHECK(other.answer([&] { return remembered.recall("alice", "new").has_value(); }));
}

TEST_CASE("over the limit the one remembered longest ago is forgotten on every thread") {
    RememberedCredentials remembered(1h, 2);
    OtherThread other;
    const auto knows = [&](const char* name) {
        return other.answer([&] { return remembered.recall(name, "secret").has_value(); });
    };
    for (const auto* name : {"a", "b"}) remembered.remember(remembered.epoch(), name, "secret", principal(name));
    CHECK((knows("a") && knows("b")));
    remembered.remember(remembered.epoch(), "c", "secret", principal("c"));
    CHECK_FALSE(knows("a"));
    CHECK((knows("b") && knows("c")));
    remembered.forget(0);
    remembered.remember(remembered.epoch(), "a", "secret", principal("a"));
    CHECK_FALSE(knows("a"));
}

TEST_CASE("a thread's own memory of credentials ends when theirs does") {
    RememberedCredentials remembered(1s, 10);
    const auto begin = std::chrono::steady_clock::now();
    remembered.remember(remembered.epoch(), "alice", "secret", principal("alice"));
    while (remembered.recall("alice", "secret")) {
        REQUIRE(std::chrono::steady_clock::now() - begin < 30s);
        std::this_thread::yield();
    }
    CHECK(std::chrono::steady_clock::now() - begin >= 1s);
}

TEST_CASE("credentials that one authenticator remembers are none of another's") {
    RememberedCredentials here(1h, 10);
    RememberedCredentials there(1h, 10);
    here.remember(here.epoch(), "alice", "secret", principal("alice"));
    CHECK(here.recall("alice", "secret"));
    CHECK(here.recall("alice", "secret"));
    CHECK_FALSE(there.recall("alice", "secret"));
    CHECK(here.recall("alice", "secret"));
}

TEST_CASE("once a reload without a user returns, no thread that remembers him takes his credentials") {
    const TemporaryFolder folder;
    const auto with = std::string("alice:") + sha256_hash + "\nbob:" + sha256_hash + "\n";
    const auto without = std::string("bob:") + sha256_hash + "\n";
    const auto users = open_users_file(folder.write("users", with));
    REQUIRE(users);
    std::atomic<unsigned> phase{0};  // Odd: he is revoked.
    std::atomic<bool> end{false};
    std::atomic<bool> wrong{false};
    std::atomic<int> taken{0};
    std::vector<std::thread> threads;
    threads.reserve(3);
    for (int number = 0; number < 3; ++number) {
        threads.emplace_back([&] {
            while (!end) {
                const auto before = phase.load();
                // As a request does: recalled, or else verified, which remembers.
                const bool known = (*users)->recall("alice", "secret") || (*users)->verify("alice", "secret");
                if (known && before % 2 == 1 && phase == before) wrong = true;
                if (known && before % 2 == 0) ++taken;
            }
        });
    }
    for (int round = 0; round < 20; ++round) {
        const auto before = taken.load();
        while (taken < before + 10) std::this_thread::yield();
        static_cast<void>(folder.write("users", without));
        REQUIRE((*users)->reload());
        ++phase;
        CHECK_FALSE((*users)->recall("alice", "secret"));
        for (int look = 0; look < 100; ++look) std::this_thread::yield();
        ++phase;
        static_cast<void>(folder.write("users", with));
        REQUIRE((*users)->reload());
    }
    end = true;
    for (auto& thread : threads) thread.join();
    CHECK_FALSE(wrong);
}
