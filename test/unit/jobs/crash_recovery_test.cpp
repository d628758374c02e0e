// A process dies in the middle of a job; the next one accounts for it.

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "jobs/support.hpp"

using namespace tintype;
using namespace tintype::jobs;
using namespace tintype::jobs::test;

namespace {

/// The life of the process that dies: one job done, one in the middle of its work, one waiting behind it.
[[noreturn]] void serve_until_killed(const std::string& path, int report) {
    auto store = open_sqlite_job_store(path);
    if (!store) ::_exit(1);
    Pool pool(2);
    Engine engine(**store, pool, {});
    Gate first_done;
    auto done = engine.submit(job("vm", {}, [&](Progress&) {
        first_done.open();
        return tl::expected<void, JobError>{};
    }));
    first_done.wait();
    while (engine.find(done->id)->state != JobState::completed) std::this_thread::yield();
    auto interrupted = job("vm", {"SNAPSHOT"}, [report](Progress& progress) -> tl::expected<void, JobError> {
        progress.percent(40);
        if (::write(report, "!", 1) != 1) ::_exit(1);
        for (;;) ::pause();
    });
    interrupted.record.request = "destroy SNAPSHOT";
    if (!engine.submit(std::move(interrupted)) || !engine.submit(job("vm", {"OTHER"}))) ::_exit(1);
    for (;;) ::pause();
}

}  // namespace

TEST_CASE("after SIGKILL in the middle of a job, recover() settles exactly what was unfinished") {
    const TemporaryFolder folder;
    const std::string path = folder.file("jobs.db");
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) serve_until_killed(path, pipe[1]);
    ::close(pipe[1]);
    char begun = 0;
    REQUIRE(::read(pipe[0], &begun, 1) == 1);
    ::close(pipe[0]);

    CHECK_FALSE(open_sqlite_job_store(path));  // it lives, so the database is its own
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    const auto store = open_sqlite_job_store(path).value();
    Pool pool(1);
    Engine engine(*store, pool, {});
    std::vector<JobRecord> asked;
    const auto settled = engine.recover([&](const JobRecord& record) {
        asked.push_back(record);
        return Settlement{JobState::exception, 2, "The endpoint stopped while the job ran.", {}};
    });
    const auto all = all_pages(engine);
    int completed = 0;
    for (const JobRecord& record : all) {
        CHECK(is_finished(record.state));
        if (record.state == JobState::completed) ++completed;
    }
    CHECK(completed == 1);
    CHECK(settled.value() == all.size() - 1);
    const auto interrupted =
        std::find_if(asked.begin(), asked.end(), [](const JobRecord& r) { return r.request == "destroy SNAPSHOT"; });
    REQUIRE(interrupted != asked.end());
    CHECK(interrupted->state == JobState::running);
    CHECK(interrupted->subjects == std::vector<std::string>{"SNAPSHOT"});
    CHECK(engine.find(interrupted->id)->error_description == "The endpoint stopped while the job ran.");
    CHECK(engine.recover([](const JobRecord&) { return Settlement{}; }).value() == 0);
    CHECK(engine.submit(job("vm", {"SNAPSHOT"})));
    CHECK(engine.drain(std::chrono::minutes(1)));
}
