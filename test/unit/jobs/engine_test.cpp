#include "jobs/engine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <stdexcept>

#include "jobs/support.hpp"

using namespace tintype;
using namespace tintype::jobs;
using namespace tintype::jobs::test;
using namespace std::chrono_literals;

namespace {

/// An engine on a memory store whose work runs when the test says so.
struct Fixture {
    std::unique_ptr<JobStore> memory = make_memory_job_store();
    FaultyStore store{*memory};
    ManualExecutor executor;
    TestClock clock;
    Journal journal;
    Options options{
        .retention = 5min, .max_running = 16, .max_unfinished = 10'000, .now = clock.reader(), .log = journal.sink()};

    [[nodiscard]] std::unique_ptr<Engine> engine() { return std::make_unique<Engine>(store, executor, options); }
};

JobState state_of(Engine& engine, const std::string& id) {
    return engine.find(id).value().state;
}

}  // namespace

TEST_CASE("a job is in the store before its work starts") {
    Fixture f;
    const auto engine = f.engine();
    std::optional<JobRecord> seen;
    auto submission = job("vm");
    submission.record.caption = "Destroying";
    submission.record.owner = "EXAMPLE\\alice";
    submission.record.request = "destroy";
    submission.work = [&](Progress&) -> tl::expected<void, JobError> {
        seen = f.memory->unfinished().value().at(0);
        return {};
    };
    const JobRecord record = engine->submit(std::move(submission)).value();
    CHECK(f.memory->find(record.id).value() == record);
    f.executor.run_all();
    CHECK(seen.value().id == record.id);
    CHECK(seen->state == JobState::running);
    CHECK(seen->owner == "EXAMPLE\\alice");
    CHECK(seen->request == "destroy");
}

TEST_CASE("ids are GUIDs in upper case that come in order of time, found in either case") {
    Fixture f;
    const auto engine = f.engine();
    const std::regex form("[0-9A-F]{8}-[0-9A-F]{4}-7[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}");
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = engine->submit(job("vm")).value().id;
        CHECK(std::regex_match(id, form));
        ids.insert(id);
    }
    CHECK(ids.size() == 1000);
    f.clock.advance(1ms);
    CHECK(engine->submit(job("vm")).value().id > *ids.rbegin());
    std::string lower = *ids.begin();
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return static_cast<char>(std::tolower(c)); });
    CHECK(engine->find(lower).value().id == *ids.begin());
    CHECK_FALSE(engine->find("no such job"));
}

TEST_CASE("a job goes from fresh to starting to running to completed") {
    Fixture f;
    f.options.max_running = 1;
    const auto engine = f.engine();
    const JobRecord first = engine->submit(job("vm")).value();
    CHECK(first.state == JobState::fresh);
    CHECK(first.submitted == f.clock.now());
    CHECK(state_of(*engine, first.id) == JobState::starting);

    std::string second;
    second = engine
                 ->submit(job("other", {},
                              [&](Progress&) -> tl::expected<void, JobError> {
                                  CHECK(state_of(*engine, second) == JobState::running);
                                  CHECK(engine->find(second)->started == f.clock.now());
                                  f.clock.advance(2s);
                                  return {};
                              }))
                 .value()
                 .id;
    CHECK(state_of(*engine, second) == JobState::fresh);
    f.executor.run_all();
    const JobRecord end = engine->find(second).value();
    CHECK(end.state == JobState::completed);
    CHECK(end.percent_complete == 100);
    CHECK(end.error_code == 0);
    CHECK(end.last_change == f.clock.now());
    CHECK(end.last_change - end.started.value() == 2s);
}

TEST_CASE("how work ends decides how the job ends") {
    struct Case {
        const char* name;
        Work work;
        JobState state;
        std::uint16_t code;
        std::string description;
    };
    const Case cases[] = {
        {"an error",
         [](Progress&) {
             return tl::make_unexpected(JobError{32774, "in use", "busy"});
         },
         JobState::exception, 32774, "in use"},
        {"an error without a code",
         [](Progress&) {
             return tl::make_unexpected(JobError{0, "odd", ""});
         },
         JobState::exception, 2, "odd"},
        {"stopped",
         [](Progress&) {
             return tl::make_unexpected(JobError{2, "stopped", "", true});
         },
         JobState::terminated, 2, "stopped"},
        {"an exception", [](Progress&) -> tl::expected<void, JobError> { throw std::runtime_error("disk gone"); },
         JobState::exception, 2, "disk gone"},
        {"something else thrown", [](Progress&) -> tl::expected<void, JobError> { throw 5; }, JobState::exception, 2,
         "The work threw something that is no std::exception."},
        {"no work at all", Work{}, JobState::exception, 2, "bad_function_call"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.name);
        Fixture f;
        const auto engine = f.engine();
        const std::string id = engine->submit(job("vm", {"S"}, each.work)).value().id;
        f.executor.run_all();
        const JobRecord end = engine->find(id).value();
        CHECK(end.state == each.state);
        CHECK(end.error_code == each.code);
        CHECK(end.error_description == each.description);
        CHECK_FALSE(engine->is_busy("S"));

        const std::string next = engine->submit(job("vm", {"S"})).value().id;
        f.executor.run_all();
        CHECK(state_of(*engine, next) == JobState::completed);
    }
}

TEST_CASE("jobs of one queue run one after the other, in order of submission") {
    Fixture f;
    const auto engine = f.engine();
    std::vector<int> order;
    for (int i = 0; i < 5; ++i)
        REQUIRE(engine->submit(job(i % 2 == 0 ? "vm-a" : "VM-A", {}, [&order, i](Progress&) {
            order.push_back(i);
            return tl::expected<void, JobError>{};
        })));
    while (f.executor.posted() > 0) {
        CHECK(f.executor.posted() == 1);
        f.executor.run_one();
    }
    CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("several queues run side by side, up to max_running") {
    Fixture f;
    f.options.max_running = 3;
    const auto engine = f.engine();
    for (int i = 0; i < 5; ++i) REQUIRE(engine->submit(job("vm-" + std::to_string(i))));
    CHECK(f.executor.posted() == 3);
    f.executor.run_one();
    CHECK(f.executor.posted() == 3);
    f.executor.run_all();
    for (const JobRecord& record : all_pages(*engine)) CHECK(record.state == JobState::completed);
}

TEST_CASE("a queue with many jobs does not starve others") {
    Fixture f;
    f.options.max_running = 1;
    const auto engine = f.engine();
    std::vector<std::string> order;
    const auto noting = [&](const std::string& name) {
        return job(name, {}, [&order, name](Progress&) {
            order.push_back(name);
            return tl::expected<void, JobError>{};
        });
    };
    for (int i = 0; i < 100; ++i) REQUIRE(engine->submit(noting("crowd")));
    REQUIRE(engine->submit(noting("one")));
    REQUIRE(engine->submit(noting("two")));
    f.executor.run_all();
    const auto place = [&](const char* name) { return std::find(order.begin(), order.end(), name) - order.begin(); };
    CHECK(order.size() == 102);
    CHECK(place("one") <= 3);
    CHECK(place("two") <= 3);
}

TEST_CASE("a subject of an unfinished job is busy, in either case, until the job has ended") {
    Fixture f;
    const auto engine = f.engine();
    REQUIRE(engine->submit(job("vm", {"AB-1", "AB-2", "AB-1"})));
    CHECK(engine->is_busy("ab-1"));
    CHECK(engine->request_about("ab-1") == engine->find(engine->page("", 1).front().id)->request);
    CHECK_FALSE(engine->request_about("XX"));
    CHECK(engine->submit(job("vm", {"ab-2"})).error() == Refusal::subject_busy);
    CHECK(engine->submit(job("other", {"XX", "AB-1"})).error() == Refusal::subject_busy);
    CHECK_FALSE(engine->is_busy("XX"));
    f.executor.run_all();
    CHECK_FALSE(engine->is_busy("AB-1"));
    CHECK_FALSE(engine->request_about("AB-1"));
    CHECK(engine->submit(job("vm", {"AB-2"})));
}

TEST_CASE("more than max_unfinished jobs are refused, and taken again once one has ended") {
    Fixture f;
    f.options.max_unfinished = 2;
    const auto engine = f.engine();
    REQUIRE(engine->submit(job("vm")));
    REQUIRE(engine->submit(job("vm")));
    CHECK(engine->submit(job("vm", {"S"})).error() == Refusal::too_many);
    CHECK_FALSE(engine->is_busy("S"));
    f.executor.run_one();
    CHECK(engine->submit(job("vm")));
}

TEST_CASE("more than max_unfinished_per_owner jobs of one owner are refused, others' are not") {
    Fixture f;
    f.options.max_unfinished_per_owner = 2;
    const auto engine = f.engine();
    const auto submit_as = [&](const char* owner, std::vector<std::string> subjects = {}) {
        auto submission = job("vm", std::move(subjects));
        submission.record.owner = owner;
        return engine->submit(std::move(submission));
    };
    REQUIRE(submit_as("alice"));
    REQUIRE(submit_as("alice"));
    CHECK(submit_as("alice", {"S"}).error() == Refusal::too_many_of_owner);
    CHECK_FALSE(engine->is_busy("S"));
    CHECK(submit_as("bob"));
    f.executor.run_one();
    CHECK(submit_as("alice"));
    CHECK(submit_as("alice").error() == Refusal::too_many_of_owner);
    f.executor.run_all();
    CHECK(submit_as("alice"));
}

TEST_CASE("progress never goes back, stays within 100 and shows at once in find and page") {
    Fixture f;
    const auto engine = f.engine();
    std::string id;
    std::vector<unsigned> seen;
    id = engine
             ->submit(job("vm", {},
                          [&](Progress& progress) {
                              for (const unsigned percent : {10U, 40U, 30U, 1000U}) {
                                  progress.percent(percent);
                                  seen.push_back(engine->find(id).value().percent_complete);
                                  CHECK(engine->page("", 10).at(0).percent_complete == seen.back());
                              }
                              return tl::expected<void, JobError>{};
                          }))
             .value()
             .id;
    f.executor.run_all();
    CHECK(seen == std::vector<unsigned>{10, 40, 40, 100});
}

TEST_CASE("progress alone is written every five seconds, not at every percent") {
    Fixture f;
    const auto engine = f.engine();
    REQUIRE(engine->submit(job("vm", {}, [&](Progress& progress) {
        const int before = f.store.updates;
        for (unsigned percent = 1; percent <= 50; ++percent) progress.percent(percent);
        CHECK(f.store.updates == before);
        f.clock.advance(5s);
        for (unsigned percent = 51; percent <= 80; ++percent) progress.percent(percent);
        CHECK(f.store.updates == before + 1);
        CHECK(f.memory->unfinished().value().at(0).percent_complete == 51);
        return tl::expected<void, JobError>{};
    })));
    f.executor.run_all();
    CHECK(f.store.updates == 3);  // running, 51 %, completed
}

TEST_CASE("a store that goes with the process hears of a job's end only, and the job is shown as it is") {
    Fixture f;
    f.store.durable = false;
    const auto engine = f.engine();
    std::string id;
    const auto submitted = engine->submit(job("vm", {}, [&](Progress& progress) {
        f.clock.advance(10s);
        progress.percent(40);
        CHECK(f.store.updates == 0);
        CHECK(engine->find(id)->percent_complete == 40);
        CHECK(state_of(*engine, id) == JobState::running);
        CHECK(all_pages(*engine).at(0).percent_complete == 40);
        return tl::expected<void, JobError>{};
    }));
    id = submitted.value().id;
    f.executor.run_all();
    CHECK(f.store.updates == 1);
    CHECK(f.memory->find(id).value()->state == JobState::completed);
    CHECK(f.memory->find(id).value()->started.has_value());
}

TEST_CASE("an executor that runs work at once does so while its caller submits, and each keeps its own record") {
    struct : Executor {
        void post(std::function<void()> work) override { work(); }
    } at_once;
    const auto memory = make_memory_job_store();
    Engine engine(*memory, at_once, {});
    std::string inner;
    const auto outer = engine.submit(job("outer", {"A"}, [&](Progress& progress) {
        auto submission = job("inner", {"B"});
        submission.record.caption = "inner";
        inner = engine.submit(std::move(submission)).value().id;
        progress.affects("A");
        return tl::expected<void, JobError>{};
    }));
    const auto outside = engine.find(outer.value().id).value();
    CHECK(outside.state == JobState::completed);
    CHECK(outside.subjects == std::vector<std::string>{"A"});
    CHECK(outside.affected == std::vector<std::string>{"A"});
    CHECK(outside.caption.empty());
    const auto inside = engine.find(inner).value();
    CHECK(inside.state == JobState::completed);
    CHECK(inside.subjects == std::vector<std::string>{"B"});
    CHECK(inside.affected.empty());
    CHECK(inside.caption == "inner");
}

TEST_CASE("what a job touched is noted once each, however much it is") {
    Fixture f;
    const auto engine = f.engine();
    std::vector<std::string> touched;
    for (int i = 0; i < 100; ++i) touched.push_back("S" + std::to_string(i));
    const std::string id = engine
                               ->submit(job("vm", {},
                                            [&](Progress& progress) {
                                                for (int again = 0; again < 2; ++again)
                                                    for (const auto& each : touched) progress.affects(each);
                                                for (const auto& each : touched) progress.affects("s" + each.substr(1));
                                                return tl::expected<void, JobError>{};
                                            }))
                               .value()
                               .id;
    f.executor.run_all();
    CHECK(engine->find(id)->affected == touched);
}

TEST_CASE("what a job touched is noted once each") {
    Fixture f;
    const auto engine = f.engine();
    auto submission = job("vm", {}, [](Progress& progress) {
        for (const char* id : {"A", "B", "a", "B", "C"}) progress.affects(id);
        return tl::expected<void, JobError>{};
    });
    submission.record.affected = {"A"};
    const std::string id = engine->submit(std::move(submission)).value().id;
    f.executor.run_all();
    CHECK(engine->find(id)->affected == std::vector<std::string>{"A", "B", "C"});
}

TEST_CASE("a page has live and stored jobs in ascending order, each once") {
    Fixture f;
    const auto engine = f.engine();
    for (int i = 0; i < 10; ++i) REQUIRE(engine->submit(job("done")));
    f.executor.run_all();
    for (int i = 0; i < 7; ++i) REQUIRE(engine->submit(job("waits")));
    const auto all = all_pages(*engine);
    CHECK(all.size() == 17);
    CHECK(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id <= b.id; }));
    CHECK(std::count_if(all.begin(), all.end(), [](const auto& r) { return is_finished(r.state); }) == 10);
    CHECK(std::count_if(all.begin(), all.end(), [](const auto& r) { return r.state == JobState::starting; }) == 1);
    CHECK(engine->page(all.back().id, 5).empty());
    CHECK(engine->page("", 0).empty());
    std::string lower = all[3].id;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return static_cast<char>(std::tolower(c)); });
    CHECK(engine->page(lower, 1).at(0).id == all[4].id);
}

TEST_CASE("a finished job can be seen for its retention, and not longer") {
    Fixture f;
    const auto engine = f.engine();
    const std::string id = engine->submit(job("vm")).value().id;
    f.clock.advance(1h);  // waiting does not count
    f.executor.run_all();
    const std::string waiting = engine->submit(job("vm")).value().id;
    f.clock.advance(5min);
    CHECK(engine->find(id));
    f.clock.advance(1ms);
    CHECK_FALSE(engine->find(id));
    CHECK(engine->find(waiting));
    const auto page = engine->page("", 1);
    REQUIRE(page.size() == 1);
    CHECK(page[0].id == waiting);
    CHECK(f.memory->find(id).value());
    engine->expire();
    CHECK_FALSE(f.memory->find(id).value());
    CHECK(f.memory->find(waiting).value());
}

TEST_CASE("expire() does not ask the store when nothing is over its retention") {
    Fixture f;
    const auto engine = f.engine();
    REQUIRE(engine->submit(job("vm")));
    f.executor.run_all();
    for (int i = 0; i < 100; ++i) engine->expire();
    CHECK(f.store.removals == 0);
    f.clock.advance(6min);
    for (int i = 0; i < 100; ++i) engine->expire();
    CHECK(f.store.removals == 1);
}

TEST_CASE("submit() removes old jobs now and then, many at a time") {
    Fixture f;
    const auto engine = f.engine();
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(engine->submit(job("vm")));
        f.executor.run_all();
        f.clock.advance(3s);
    }
    CHECK(f.store.removals <= 45);
    CHECK(f.memory->page("", 10'000).value().size() < 150);
}

TEST_CASE("a job that can't be written down is refused and leaves nothing behind") {
    for (const bool throws : {false, true}) {
        Fixture f;
        const auto engine = f.engine();
        f.store.throws = throws;
        f.store.insert_fails = true;
        CHECK(engine->submit(job("vm", {"S"})).error() == Refusal::store_failed);
        CHECK(f.executor.posted() == 0);
        CHECK_FALSE(engine->is_busy("S"));
        CHECK(engine->page("", 10).empty());
        CHECK(f.journal.has(LogLevel::error, "the disk is on fire"));
        f.store.insert_fails = false;
        CHECK(engine->submit(job("vm", {"S"})));
    }
}

TEST_CASE("an end that can't be written down is shown all the same and written later") {
    Fixture f;
    const auto engine = f.engine();
    const std::string id = engine->submit(job("vm", {"S"})).value().id;
    f.store.update_fails = true;
    f.executor.run_all();
    CHECK(state_of(*engine, id) == JobState::completed);
    CHECK(engine->page("", 5).at(0).state == JobState::completed);
    CHECK_FALSE(engine->is_busy("S"));
    CHECK(f.memory->find(id).value()->state == JobState::fresh);
    CHECK(f.journal.has(LogLevel::error, "the disk is on fire"));
    engine->expire();
    CHECK(f.memory->find(id).value()->state == JobState::fresh);

    SUBCASE("at expire()") {
        f.store.update_fails = false;
        engine->expire();
    }
    SUBCASE("at the next submit() after a second") {
        f.store.update_fails = false;
        f.clock.advance(2s);
        REQUIRE(engine->submit(job("vm")));
    }
    SUBCASE("at drain()") {
        f.store.update_fails = false;
        CHECK(engine->drain(0s));
    }
    CHECK(f.memory->find(id).value()->state == JobState::completed);
    CHECK(state_of(*engine, id) == JobState::completed);
}

TEST_CASE("unfinished jobs are shown even when the store can't be read") {
    Fixture f;
    const auto engine = f.engine();
    REQUIRE(engine->submit(job("done")));
    f.executor.run_all();
    const std::string id = engine->submit(job("vm")).value().id;
    f.store.read_fails = true;
    REQUIRE(engine->page("", 5).size() == 1);
    CHECK(engine->page("", 5)[0].id == id);
    CHECK(engine->find(id));
    CHECK(f.journal.has(LogLevel::error, "the disk is on fire"));
}

TEST_CASE("a job that ends between reading the store and reading the live ones is shown as ended") {
    Fixture f;
    std::unique_ptr<Engine> engine = f.engine();
    const std::string id = engine->submit(job("vm")).value().id;
    // The end is being written: the store has it, the engine shows it as running until the write is done.
    f.store.before_update = [&](const JobRecord& record) {
        if (is_finished(record.state)) CHECK(engine->page("", 5).at(0).state == JobState::running);
    };
    f.executor.run_all();
    CHECK(engine->page("", 5).at(0).state == JobState::completed);
}

TEST_CASE("an executor that takes no work delays a job and does not lose it") {
    Fixture f;
    const auto engine = f.engine();
    f.executor.refuses = true;
    const std::string id = engine->submit(job("vm")).value().id;
    CHECK(state_of(*engine, id) == JobState::fresh);
    CHECK(f.journal.has(LogLevel::error, "no room"));
    f.executor.refuses = false;
    SUBCASE("until expire()") {
        engine->expire();
    }
    SUBCASE("until anybody asks for a job") {
        CHECK_FALSE(engine->find("another"));
    }
    SUBCASE("until anybody asks for all") {
        CHECK(engine->page("", 5).size() == 1);
    }
    SUBCASE("until there is another") {
        REQUIRE(engine->submit(job("vm")));
    }
    CHECK(f.executor.posted() == 1);
    f.executor.run_all();
    CHECK(state_of(*engine, id) == JobState::completed);
}

TEST_CASE("of the jobs whose turn it is an executor may take some, and the others wait in their order") {
    Fixture f;
    const auto engine = f.engine();
    f.executor.refuses = true;
    std::string began;
    for (const char* const vm : {"a", "b", "c", "d"}) {
        auto submission = job(vm);
        submission.work = [&began, vm](Progress&) -> tl::expected<void, JobError> {
            began += vm;
            return {};
        };
        REQUIRE(engine->submit(std::move(submission)));
    }
    f.executor.refuses = false;
    f.executor.room = 2;
    engine->expire();
    CHECK(f.executor.posted() == 2);
    std::size_t starting = 0;
    for (const auto& record : engine->page("", 5)) starting += record.state == JobState::starting ? 1U : 0U;
    CHECK(starting == 2);
    f.executor.run_all();
    CHECK(began == "abcd");
    for (const auto& record : engine->page("", 5)) CHECK(record.state == JobState::completed);
}

TEST_CASE("stopping") {
    Fixture f;
    const auto engine = f.engine();
    bool ran = false;
    SUBCASE("a waiting job ends as terminated at once and never runs") {
        REQUIRE(engine->submit(job("vm")));
        const std::string id = engine
                                   ->submit(job("vm", {"S"},
                                                [&](Progress&) {
                                                    ran = true;
                                                    return tl::expected<void, JobError>{};
                                                }))
                                   .value()
                                   .id;
        CHECK(engine->request_stop(id).value() == JobState::terminated);
        CHECK(state_of(*engine, id) == JobState::terminated);
        CHECK_FALSE(engine->is_busy("S"));
        CHECK(engine->request_stop(id).error() == StopRefusal::finished);
        f.executor.run_all();
        CHECK_FALSE(ran);
        CHECK(engine->drain(0s));
    }
    SUBCASE("a job that was handed over but has not begun never runs") {
        const std::string id = engine
                                   ->submit(job("vm", {},
                                                [&](Progress&) {
                                                    ran = true;
                                                    return tl::expected<void, JobError>{};
                                                }))
                                   .value()
                                   .id;
        CHECK(engine->request_stop(id).value() == JobState::shutting_down);
        f.executor.run_all();
        CHECK_FALSE(ran);
        CHECK(state_of(*engine, id) == JobState::terminated);
    }
    SUBCASE("running work hears of it") {
        std::string id;
        id = engine
                 ->submit(job("vm", {},
                              [&](Progress& progress) -> tl::expected<void, JobError> {
                                  CHECK_FALSE(progress.stop_requested());
                                  CHECK(engine->request_stop(id).value() == JobState::shutting_down);
                                  CHECK(state_of(*engine, id) == JobState::shutting_down);
                                  CHECK(progress.stop_requested());
                                  return tl::make_unexpected(JobError{2, "stopped", "", true});
                              }))
                 .value()
                 .id;
        f.executor.run_all();
        CHECK(state_of(*engine, id) == JobState::terminated);
    }
    SUBCASE("work that doesn't stop, or is not there, refuses") {
        std::string id;
        auto submission = job("vm", {}, [&](Progress& progress) -> tl::expected<void, JobError> {
            CHECK(engine->request_stop(id).error() == StopRefusal::not_cancellable);
            CHECK_FALSE(progress.stop_requested());
            return {};
        });
        submission.record.cancellable = false;
        id = engine->submit(std::move(submission)).value().id;
        CHECK(engine->request_stop("nothing").error() == StopRefusal::not_found);
        f.executor.run_all();
        CHECK(state_of(*engine, id) == JobState::completed);
    }
    SUBCASE("but while it waits it is stopped all the same") {
        engine->submit(job("vm")).value();
        auto submission = job("vm", {}, [&](Progress&) {
            ran = true;
            return tl::expected<void, JobError>{};
        });
        submission.record.cancellable = false;
        const std::string id = engine->submit(std::move(submission)).value().id;
        CHECK(engine->request_stop(id).value() == JobState::terminated);
        f.executor.run_all();
        CHECK_FALSE(ran);
    }
    SUBCASE("one that is killed ends as killed, waiting or running") {
        std::string id;
        id = engine
                 ->submit(job("vm", {},
                              [&](Progress& progress) -> tl::expected<void, JobError> {
                                  CHECK(engine->request_stop(id).value() == JobState::shutting_down);
                                  CHECK(engine->request_stop(id, Stop::kill).value() == JobState::shutting_down);
                                  CHECK(progress.stop_requested());
                                  return tl::make_unexpected(JobError{2, "stopped", "", true});
                              }))
                 .value()
                 .id;
        const std::string waiting = engine->submit(job("vm")).value().id;
        CHECK(engine->request_stop(waiting, Stop::kill).value() == JobState::killed);
        f.executor.run_all();
        CHECK(state_of(*engine, id) == JobState::killed);
        CHECK(state_of(*engine, waiting) == JobState::killed);
    }
}

TEST_CASE("recover() settles exactly what was left unfinished") {
    Fixture f;
    std::string done;
    std::string left;
    {
        const auto engine = f.engine();
        done = engine->submit(job("vm")).value().id;
        f.executor.run_all();
        left = engine->submit(job("vm", {"S"})).value().id;
    }
    f.executor.run_all();
    CHECK(f.memory->find(left).value()->state == JobState::fresh);

    const auto engine = f.engine();
    std::vector<std::string> asked;
    SUBCASE("as completed") {
        const auto count = engine->recover([&](const JobRecord& record) {
            asked.push_back(record.id);
            return Settlement{JobState::completed, 9, "", {"S", "T", "s"}};
        });
        CHECK(count.value() == 1);
        CHECK(asked == std::vector<std::string>{left});
        const JobRecord end = engine->find(left).value();
        CHECK(end.state == JobState::completed);
        CHECK(end.percent_complete == 100);
        CHECK(end.error_code == 0);
        CHECK(end.affected == std::vector<std::string>{"S", "T"});
        CHECK(engine->recover([](const JobRecord&) { return Settlement{}; }).value() == 0);
    }
    SUBCASE("as an exception when the question itself fails") {
        CHECK(engine->recover([](const JobRecord&) -> Settlement { throw std::runtime_error("no backend"); }).value() ==
              1);
        CHECK(engine->find(left)->state == JobState::exception);
        CHECK(engine->find(left)->error_description == "What became of it can't be told: no backend");
    }
    SUBCASE("and never as unfinished") {
        CHECK(engine->recover([](const JobRecord&) { return Settlement{JobState::running, 2, "?", {}}; }).value() == 1);
        CHECK(engine->find(left)->state == JobState::exception);
    }
    SUBCASE("or says that the store fails") {
        f.store.update_fails = true;
        CHECK(engine->recover([](const JobRecord&) { return Settlement{}; }).error().message == "the disk is on fire");
        f.store.update_fails = false;
        CHECK(engine->recover([](const JobRecord&) { return Settlement{}; }).value() == 1);
    }
    CHECK(engine->find(done)->state == JobState::completed);
    f.clock.advance(6min);
    engine->expire();
    CHECK(f.memory->page("", 10).value().empty());
}

TEST_CASE("drain() takes no more jobs, and leaves what has not begun to the next process") {
    Fixture f;
    const auto engine = f.engine();
    const std::string id = engine->submit(job("vm")).value().id;
    CHECK_FALSE(engine->drain(0s));
    CHECK(engine->submit(job("vm")).error() == Refusal::stopping);
    f.executor.run_all();
    CHECK(state_of(*engine, id) == JobState::fresh);
    CHECK(f.memory->unfinished().value().size() == 1);
}

TEST_CASE("drain() waits for running and waiting jobs") {
    Fixture f;
    Pool pool(2);
    Engine engine(f.store, pool, f.options);
    Gate gate;
    for (int i = 0; i < 4; ++i)
        REQUIRE(engine.submit(job("vm", {}, [&](Progress&) {
            gate.wait();
            return tl::expected<void, JobError>{};
        })));
    std::thread drainer([&] { CHECK(engine.drain(1min)); });
    gate.open();
    drainer.join();
    for (const JobRecord& record : all_pages(engine)) CHECK(record.state == JobState::completed);
}

TEST_CASE("the destructor waits for running work and starts no other") {
    Fixture f;
    Pool pool(2);
    Gate begun;
    Gate go_on;
    std::atomic<int> ended{0};
    {
        Engine engine(f.store, pool, f.options);
        for (int i = 0; i < 3; ++i)
            REQUIRE(engine.submit(job("vm", {}, [&](Progress&) {
                begun.open();
                go_on.wait();
                ++ended;
                return tl::expected<void, JobError>{};
            })));
        begun.wait();
        REQUIRE_FALSE(engine.drain(0s));
        go_on.open();
    }
    CHECK(ended == 1);
    CHECK(f.memory->unfinished().value().size() == 2);
}

TEST_CASE("many threads submit, read and stop at once: every job is accounted for") {
    Fixture f;
    f.options.now = {};
    Pool pool(4);
    Engine engine(f.store, pool, f.options);
    constexpr int threads = 4;
    constexpr int each = 300;
    std::atomic<int> ran{0};
    std::atomic<int> taken{0};
    std::atomic<int> stopped{0};
    std::array<std::atomic<int>, 8> in_queue{};
    std::vector<std::thread> clients;
    for (int t = 0; t < threads; ++t)
        clients.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                const auto queue = static_cast<std::size_t>(i + t) % in_queue.size();
                const auto record = engine.submit(
                    job(std::to_string(queue), {"subject " + std::to_string(i % 50)}, [&, queue](Progress& progress) {
                        CHECK(in_queue.at(queue).fetch_add(1) == 0);
                        progress.percent(50);
                        progress.affects("X");
                        ++ran;
                        in_queue.at(queue).fetch_sub(1);
                        return tl::expected<void, JobError>{};
                    }));
                if (!record) continue;
                ++taken;
                CHECK(engine.find(record->id));
                if (i % 10 == 0 && engine.request_stop(record->id) == JobState::terminated) ++stopped;
                if (i % 50 == 0) {
                    const auto page = engine.page("", 200);
                    CHECK(std::is_sorted(page.begin(), page.end(),
                                         [](const auto& a, const auto& b) { return a.id <= b.id; }));
                }
            }
        });
    for (std::thread& client : clients) client.join();
    CHECK(engine.drain(1min));
    const auto all = all_pages(engine, 100);
    CHECK(static_cast<int>(all.size()) == taken);
    const auto terminated =
        std::count_if(all.begin(), all.end(), [](const auto& r) { return r.state == JobState::terminated; });
    CHECK(ran == taken - terminated);
    CHECK(terminated >= stopped);
    for (const JobRecord& record : all) CHECK(is_finished(record.state));
    CHECK(f.memory->unfinished().value().empty());
}
