// Memory that runs out while the SQLite job store reads or writes: what it says afterwards.

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "failing_allocations.hpp"
#include "tintype/job_store.hpp"

namespace tintype::test {
namespace {

// More than any of these calls takes.
constexpr std::size_t enough = 2'000;

/// A job whose texts all need memory of their own.
JobRecord job(char letter) {
    JobRecord record;
    record.id = std::string("00000000-0000-7000-8000-00000000000") + letter;
    record.owner = std::string("the owner of the job ") + letter;
    record.queue = record.id;
    for (const char* const number : {"one", "two", "three"})
        record.affected.push_back(std::string("an element of the job ") + letter + ", number " + number);
    record.subjects = {std::string("the subject of the job ") + letter};
    return record;
}

struct Store {
    Store() {
        std::filesystem::create_directory(folder);
        auto opened = open_sqlite_job_store(folder + "/jobs.db");
        REQUIRE_MESSAGE(opened, opened.error().message);
        jobs = *std::move(opened);
    }
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store() {
        jobs.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    /// \returns whether an allocation failed.
    template <class Call>
    static bool fail(std::size_t n, const Call& call) {
        const FailingAllocation failing(n);
        try {
            static_cast<void>(call());
        } catch (const std::bad_alloc&) {
        }
        return FailingAllocation::has_failed();
    }

    std::string folder =
        (std::filesystem::temp_directory_path() / ("tintype-memory-" + std::to_string(::getpid()))).string();
    std::unique_ptr<JobStore> jobs;
};

TEST_CASE("when memory runs out while jobs are read, the next readings find each as it was written") {
    const Store store;
    const auto a = job('A');
    const auto b = job('B');
    REQUIRE(store.jobs->insert(a));
    REQUIRE(store.jobs->insert(b));
    const std::vector<JobRecord> both{a, b};
    const auto fail_each = [&](const auto& call) {
        for (std::size_t n = 1; n < enough; ++n) {
            CAPTURE(n);
            const bool failed = Store::fail(n, call);
            // The first reading ends what may have been left open, the second would see what is left of it.
            for (int reading = 0; reading < 2; ++reading) {
                const auto found = store.jobs->find(b.id);
                REQUIRE_MESSAGE(found, found.error().message);
                REQUIRE(*found);
                CHECK(**found == b);
            }
            CHECK((store.jobs->page("", 10).value() == both));
            CHECK((store.jobs->page(a.id, 10).value() == std::vector{b}));
            CHECK((store.jobs->unfinished().value() == both));
            if (!failed) {
                CHECK(n > 5);
                return;
            }
        }
        FAIL("more allocations than expected");
    };
    fail_each([&] { return store.jobs->find(a.id); });
    fail_each([&] { return store.jobs->page("", 10); });
    fail_each([&] { return store.jobs->unfinished(); });
}

TEST_CASE("when memory runs out while a job is written, all of it is there or nothing") {
    const Store store;
    const auto kept = job('K');
    REQUIRE(store.jobs->insert(kept));
    for (std::size_t n = 1; n < enough; ++n) {
        CAPTURE(n);
        const auto written = job('W');
        auto changed = job('W');
        changed.affected.emplace_back("an element that came later than all of the others");
        changed.state = JobState::completed;
        bool failed = Store::fail(n, [&] { return store.jobs->insert(written); });
        const auto inserted = store.jobs->find(written.id);
        REQUIRE(inserted);
        if (*inserted) {
            CHECK(**inserted == written);
        } else {
            CHECK(store.jobs->insert(written));
        }
        failed = Store::fail(n, [&] { return store.jobs->update(changed); }) || failed;
        const auto found = store.jobs->find(written.id);
        REQUIRE(found);
        REQUIRE(*found);
        CHECK((**found == written || **found == changed));
        CHECK(store.jobs->update(changed));
        CHECK((store.jobs->find(kept.id).value() == kept));
        CHECK(store.jobs->remove_finished_before(std::chrono::system_clock::now()));
        if (!failed) return;
    }
    FAIL("more allocations than expected");
}

}  // namespace
}  // namespace tintype::test
