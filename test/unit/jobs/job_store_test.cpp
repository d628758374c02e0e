#include "tintype/job_store.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "jobs/support.hpp"

using namespace tintype;
using namespace tintype::jobs::test;
using namespace std::chrono_literals;

namespace {

JobRecord record(std::string id, JobState state = JobState::fresh) {
    JobRecord record;
    record.id = std::move(id);
    record.state = state;
    return record;
}

JobRecord full_record() {
    JobRecord record;
    record.id = "0A000000-0000-4000-8000-000000000001";
    record.type = 72;
    record.caption = "Destroying a snapshot";
    record.description = std::string("a zero \0 and 'quotes'; --", 25);
    record.element_name = "Schnappschuß \xF0\x9F\x93\xB7";
    record.owner = "EXAMPLE\\alice";
    record.queue = "4D454D00-0000-4000-8000-000000000001";
    record.subjects = {"S2", "S1", ""};
    record.request = "{\"destroy\":\"S1\"}";
    record.affected = {"S1", "M1"};
    record.cancellable = true;
    record.state = JobState::completed_with_warnings;
    record.percent_complete = 100;
    record.submitted = std::chrono::system_clock::time_point(1'790'000'000'123'456'789ns);
    record.started = record.submitted + 1ns;
    record.last_change = record.submitted + 2h;
    record.error_code = 65535;
    record.error_description = "error";
    record.error_summary = "summary";
    return record;
}

std::vector<std::string> ids(const std::vector<JobRecord>& records) {
    std::vector<std::string> ids;
    for (const JobRecord& each : records) ids.push_back(each.id);
    return ids;
}

/// Each claim holds for every store.
template <class Claim>
void for_each_store(Claim&& claim) {
    {
        INFO("memory");
        const auto store = make_memory_job_store();
        claim(*store);
    }
    {
        INFO("SQLite");
        const TemporaryFolder folder;
        const auto store = open_sqlite_job_store(folder.file("jobs.db")).value();
        claim(*store);
    }
}

}  // namespace

TEST_CASE("a store gives back every member as it was") {
    for_each_store([](JobStore& store) {
        JobRecord full = full_record();
        REQUIRE(store.insert(full));
        CHECK(store.find(full.id).value() == full);
        CHECK(store.page("", 1).value().at(0) == full);

        full.subjects.clear();
        full.affected = {"M1", "S1", "S3"};
        full.started.reset();
        full.caption.clear();
        REQUIRE(store.update(full));
        CHECK(store.find(full.id).value() == full);
        REQUIRE(store.insert(record("B")));
        CHECK(store.find("B").value() == record("B"));

        // What running a job changes, there and back.
        JobRecord running = full;
        running.state = JobState::exception;
        running.percent_complete = 70;
        running.error_code = 32768;
        running.error_description = "It is full.";
        running.error_summary = "Nothing was destroyed.";
        running.affected.clear();
        running.last_change += 1h;
        for (const auto& each : {running, full, running}) {
            REQUIRE(store.update(each));
            CHECK(store.find(full.id).value() == each);
        }
    });
}

TEST_CASE("ids that begin alike or are short are told apart, and come in order") {
    for_each_store([](JobStore& store) {
        const std::vector<std::string> sorted{"A",          "AAAAAAA",  "AAAAAAAA",          "AAAAAAAA-1",
                                              "AAAAAAAA-2", "AAAAAAAB", "AAAAAAAB-\xC3\xA9", "B"};
        for (auto id = sorted.rbegin(); id != sorted.rend(); ++id) REQUIRE(store.insert(record(*id)));
        CHECK(ids(store.page("", 100).value()) == sorted);
        CHECK(ids(store.page("AAAAAAAA", 2).value()) == std::vector<std::string>{"AAAAAAAA-1", "AAAAAAAA-2"});
        for (const auto& id : sorted) CHECK(store.find(id).value()->id == id);
        CHECK_FALSE(store.find("AAAAAAAA-").value());
    });
}

TEST_CASE("a store refuses an id twice, and an update of an unknown one") {
    for_each_store([](JobStore& store) {
        REQUIRE(store.insert(record("A")));
        JobRecord other = record("A", JobState::running);
        other.subjects = {"S"};
        CHECK(store.insert(other).error().message.find("job A is there already") != std::string::npos);
        CHECK(store.find("A").value() == record("A"));
        CHECK(store.update(record("B")).error().message.find("there is no job B") != std::string::npos);
        CHECK_FALSE(store.find("B").value());
        CHECK(store.insert(record("B")));
    });
}

TEST_CASE("a store pages in ascending order of id") {
    for_each_store([](JobStore& store) {
        for (const char* id : {"D", "B", "E", "A", "C"}) REQUIRE(store.insert(record(id)));
        CHECK(ids(store.page("", 2).value()) == std::vector<std::string>{"A", "B"});
        CHECK(ids(store.page("B", 2).value()) == std::vector<std::string>{"C", "D"});
        CHECK(ids(store.page("D", 2).value()) == std::vector<std::string>{"E"});
        CHECK(ids(store.page("BB", 1).value()) == std::vector<std::string>{"C"});
        CHECK(store.page("E", 2).value().empty());
        CHECK(store.page("", static_cast<std::size_t>(-1)).value().size() == 5);
    });
}

TEST_CASE("a store tells the unfinished from the finished in every state") {
    for_each_store([](JobStore& store) {
        int n = 0;
        for (const int state : {2, 3, 4, 5, 6, 7, 8, 9, 10, 32768})
            REQUIRE(store.insert(record(std::string(1, static_cast<char>('A' + n++)), static_cast<JobState>(state))));
        CHECK(ids(store.unfinished().value()) == std::vector<std::string>{"A", "B", "C", "D", "E"});
        REQUIRE(store.update(record("C", JobState::completed)));
        CHECK(store.unfinished().value().size() == 4);
    });
}

TEST_CASE("only finished jobs older than the time are removed") {
    for_each_store([](JobStore& store) {
        const auto now = std::chrono::system_clock::time_point(1000h);
        const auto put = [&](const char* id, JobState state, std::chrono::nanoseconds age) {
            JobRecord each = record(id, state);
            each.last_change = now - age;
            each.subjects = {"S"};
            REQUIRE(store.insert(each));
        };
        put("old", JobState::completed, 10min);
        put("waiting", JobState::fresh, 10min);
        put("young", JobState::exception, 1min);
        put("exact", JobState::terminated, 5min);
        CHECK(store.remove_finished_before(now - 5min).value() == 1);
        CHECK(ids(store.page("", 9).value()) == std::vector<std::string>{"exact", "waiting", "young"});
        CHECK(store.remove_finished_before(now - 5min).value() == 0);
        JobRecord again = record("old");
        REQUIRE(store.insert(again));
        CHECK(store.find("old").value() == again);  // nothing of the removed one is left
        again.state = JobState::completed;
        again.last_change = now;
        REQUIRE(store.update(again));
        again.last_change = now - 1h;
        REQUIRE(store.update(again));
        CHECK(store.remove_finished_before(now - 5min).value() == 1);
    });
}

TEST_CASE("several threads write and read one store at once") {
    for_each_store([](JobStore& store) {
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&store, t] {
                for (int i = 0; i < 25; ++i) {
                    JobRecord each = record(std::to_string(t) + "-" + std::to_string(i));
                    each.subjects = {"S"};
                    CHECK(store.insert(each));
                    each.state = JobState::completed;
                    CHECK(store.update(each));
                    CHECK(store.find(each.id).value() == each);
                    CHECK(store.page("", 10));
                }
            });
        for (std::thread& thread : threads) thread.join();
        CHECK(store.page("", 1000).value().size() == 100);
        CHECK(store.unfinished().value().empty());
    });
}
