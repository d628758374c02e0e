#include <atomic>
#include <future>
#include <vector>

#include "desk_lamps.hpp"

using namespace test;
using namespace test::desk;
using std::chrono::steady_clock;

namespace {

struct Log {
    void add(std::string_view line) {
        const std::lock_guard guard(lock);
        lines.emplace_back(line);
        written.open();
    }
    std::mutex lock;
    std::vector<std::string> lines;
    Gate written;
};

tintype::EndpointOptions logging_to(Log& log) {
    tintype::EndpointOptions options;
    options.log = [&log](tintype::LogLevel, std::string_view line) { log.add(line); };
    return options;
}

tintype::Request about_slow(std::string timeout = "PT20S") {
    Message message{.action = std::string(get), .resource = std::string(lamps) + "Test_Slow"};
    message.headers = "<w:OperationTimeout>" + timeout + "</w:OperationTimeout>";
    return {message.text(), "application/soap+xml", {"alice", "Basic", true}, "peer"};
}

// The answers to one request, of which there must be one.
struct Answers {
    std::function<void(tintype::Response)> done() {
        return [this](tintype::Response response) {
            ++count;
            first.set_value(std::move(response));
        };
    }
    std::atomic<int> count = 0;
    std::promise<tintype::Response> first;
};

/// Keeps what it is handed until it is told to run it.
class HeldWork final : public tintype::Executor {
  public:
    void post(std::function<void()> work) override { work_.push_back(std::move(work)); }
    void run() {
        for (auto& work : std::exchange(work_, {})) work();
    }

  private:
    std::vector<std::function<void()>> work_;
};

}  // namespace

TEST_CASE("a request whose time is over while a worker is at it is answered TimedOut, once; the rest goes to the log") {
    Log log;
    LampFixture fixture(logging_to(log));
    tintype::WorkerPool workers(1);
    Answers answers;
    const auto before = steady_clock::now();
    const auto pending = fixture.endpoint->handle(about_slow(), workers, answers.done());
    REQUIRE(pending.time_out);
    CHECK(pending.deadline >= before + std::chrono::seconds(20));
    CHECK(pending.deadline <= steady_clock::now() + std::chrono::seconds(20));
    fixture.here.wait();
    CHECK(answers.count == 0);
    pending.time_out();
    const auto answer = answers.first.get_future().get();
    CHECK(fault_of(answer) == "500 w:TimedOut");
    CHECK(inside(answer.body, "a:RelatesTo") == "uuid:1");
    CHECK(answer.summary == "Get Test_Slow -> w:TimedOut");

    fixture.gate.open();
    log.written.wait();
    workers.join();
    pending.time_out();
    CHECK(answers.count == 1);
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines.front().find("Get Test_Slow") != std::string::npos);
}

TEST_CASE("an answer that is in time leaves nothing to time out") {
    Log log;
    LampFixture fixture(logging_to(log));
    tintype::WorkerPool workers(1);
    Answers answers;
    const auto pending = fixture.endpoint->handle(about_slow(), workers, answers.done());
    fixture.gate.open();
    CHECK(answers.first.get_future().get().status == 200);
    workers.join();
    pending.time_out();
    CHECK(answers.count == 1);
    CHECK(log.lines.empty());
}

TEST_CASE("work that nobody began before its time was over is not done") {
    Log log;
    LampFixture fixture(logging_to(log));
    fixture.gate.open();
    HeldWork workers;
    Answers answers;
    const auto pending = fixture.endpoint->handle(about_slow(), workers, answers.done());
    pending.time_out();
    CHECK(fault_of(answers.first.get_future().get()) == "500 w:TimedOut");
    workers.run();
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines.front().find("before it was begun") != std::string::npos);
    CHECK(answers.count == 1);
}

TEST_CASE("an endpoint that goes waits for the worker that has a request of its, answered or not") {
    Log log;
    LampFixture fixture(logging_to(log));
    fixture.gate.open();
    HeldWork workers;
    Answers answers;
    const auto pending = fixture.endpoint->handle(about_slow(), workers, answers.done());
    pending.time_out();
    auto gone = std::async(std::launch::async, [&] { fixture.endpoint.reset(); });
    CHECK(gone.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
    workers.run();
    gone.get();
    CHECK(log.lines.size() == 1);
}

TEST_CASE("time out and answer may meet: one of them counts") {
    LampFixture fixture;
    fixture.gate.open();
    tintype::WorkerPool workers(2);
    for (int i = 0; i < 200; ++i) {
        Answers answers;
        std::promise<void> timed_out;
        const auto pending = fixture.endpoint->handle(about_slow(), workers, answers.done());
        workers.post([&] {
            pending.time_out();
            timed_out.set_value();
        });
        answers.first.get_future().get();
        timed_out.get_future().get();
        CHECK(answers.count == 1);
    }
}

TEST_CASE("what needs no worker leaves nothing pending") {
    LampFixture fixture;
    tintype::WorkerPool workers(1);
    Answers answers;
    const auto text = about_lamp("Get").text();
    const auto pending = fixture.endpoint->handle({text, "application/soap+xml", {"alice", "Basic", true}, "peer"},
                                                  workers, answers.done());
    CHECK_FALSE(pending.time_out);
    CHECK(answers.count == 1);
}
