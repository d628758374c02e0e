#include "signals.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <string>

using namespace std::chrono_literals;
using tintype::daemon::SignalHandlers;
using tintype::daemon::Signals;

namespace {

/// What was called, in order.
class Calls {
  public:
    void add(const std::string& name) {
        const std::lock_guard lock(mutex_);
        names_ += name;
        changed_.notify_all();
    }

    /// Waits until so many calls came, or for so long that it is a failure.
    std::string first(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, 30s, [&] { return names_.size() >= count; });
        return names_;
    }

    SignalHandlers handlers() {
        return {.stop = [this] { add("s"); }, .stop_at_once = [this] { add("!"); }, .reload = [this] { add("r"); }};
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string names_;
};

}  // namespace

TEST_CASE("SIGHUP reloads as often as it comes, the first SIGTERM or SIGINT stops, the next stops at once") {
    Calls calls;
    Signals signals;
    signals.watch(calls.handlers());
    std::string expected;
    const auto send = [&](int signal, const char* call) {
        expected += call;
        std::raise(signal);
        CHECK(calls.first(expected.size()) == expected);
    };
    send(SIGHUP, "r");
    send(SIGHUP, "r");
    SUBCASE("SIGTERM, then SIGINT") {
        send(SIGTERM, "s");
        send(SIGINT, "!");
    }
    SUBCASE("SIGINT, then SIGTERM") {
        send(SIGINT, "s");
        send(SIGTERM, "!");
    }
}

TEST_CASE("a signal that comes before anybody watches is not lost") {
    Calls calls;
    Signals signals;
    std::raise(SIGTERM);
    signals.watch(calls.handlers());
    CHECK(calls.first(1) == "s");
}

TEST_CASE("SIGPIPE does not end the process") {
    const Signals signals;
    std::raise(SIGPIPE);
}
