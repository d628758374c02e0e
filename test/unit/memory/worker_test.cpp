// Memory that runs out on a worker, where nobody is left to catch what is thrown.

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine_fixture.hpp"
#include "failing_allocations.hpp"

namespace tintype::test {
namespace {

constexpr std::size_t enough = 20'000;

/// Kept in memory, and asked as if it were on a disk: on a worker.
class SlowStore final : public JobStore {
  public:
    [[nodiscard]] bool answers_from_memory() const noexcept override { return false; }
    JobStoreResult<void> insert(const JobRecord& record) override { return in_->insert(record); }
    JobStoreResult<void> update(const JobRecord& record) override { return in_->update(record); }
    JobStoreResult<std::optional<JobRecord>> find(std::string_view id) override { return in_->find(id); }
    JobStoreResult<std::vector<JobRecord>> page(std::string_view after, std::size_t limit) override {
        return in_->page(after, limit);
    }
    JobStoreResult<std::vector<JobRecord>> unfinished() override { return in_->unfinished(); }
    JobStoreResult<std::size_t> remove_finished_before(std::chrono::system_clock::time_point time) override {
        return in_->remove_finished_before(time);
    }

  private:
    std::unique_ptr<JobStore> in_ = make_memory_job_store();
};

/// \param audit what the sink does besides counting.
void fail_each(const std::function<void()>& audit) {
    const auto backend = make_memory_backend({});
    SlowStore jobs;
    bench::Postponed workers;
    SnapshotService service(*backend, jobs, workers, {});
    std::size_t told = 0;
    std::size_t logged = 0;
    EndpointOptions options;
    options.audit = [&](const AuditEvent& event) {
        audit();
        CHECK(event.kind == AuditKind::access_allowed);
        ++told;
    };
    options.log = [&](LogLevel level, std::string_view line) {
        CAPTURE(line);
        CHECK(level == LogLevel::error);
        CHECK(line.find("missing in the audit: access Invoke DestroySnapshot by ") != std::string_view::npos);
        ++logged;
    };
    Endpoint endpoint(service, options);
    // Of no snapshot, so that each is as the one before.
    const auto body = bench::destroy_request("Microsoft:00000000-0000-4000-8000-0000000000FF");
    std::size_t lost = 0;
    for (std::size_t n = 1; n < enough; ++n) {
        CAPTURE(n);
        told = logged = 0;
        std::size_t answers = 0;
        unsigned status = 0;
        auto request = bench::Engine::request(body);
        // Longer than what it takes the place of in the thread's event of the audit.
        request.peer = "192.0.2.1:50123" + std::string(n, ' ');
        endpoint.handle(std::move(request), workers, [&](const Response& response) {
            ++answers;
            status = response.status;
        });
        REQUIRE(answers == 0);
        bool failed = false;
        {
            const FailingAllocation failing(n);
            CHECK_NOTHROW(workers.run_all());
            failed = FailingAllocation::has_failed();
        }
        CHECK(answers == 1);
        CHECK((status == 500 || status == 200));
        CHECK(told + logged == 1);
        lost += logged;
        if (!failed) {
            CHECK(told == 1);
            CHECK(lost > 0);
            return;
        }
    }
    FAIL("more allocations than expected");
}

TEST_CASE("when memory runs out on a worker, the request is answered, and the audit told of it or the log") {
    SUBCASE("as the event is made") {
        fail_each([] {});
    }
    SUBCASE("as the sink writes it") {
        fail_each([] { const auto line = std::make_unique<char[]>(64); });
    }
}

}  // namespace
}  // namespace tintype::test
