// The jobs of the snapshot service: what they say, what they do, and how they are settled after a crash.
#include "snapshot/snapshot_jobs.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "snapshot/methods_support.hpp"
#include "tintype/guid.hpp"

namespace {

using namespace test;
using namespace tintype;
using namespace tintype::snapshot;

TEST_CASE_FIXTURE(MethodsFixture, "creating: the new snapshot is the job's affected element once it is done") {
    REQUIRE(create(machine_id, 3,
                   "<INSTANCE CLASSNAME=\"Msvm_VirtualSystemSnapshotSettingData\"><PROPERTY NAME=\"ElementName\" "
                   "TYPE=\"string\"><VALUE>before the update</VALUE></PROPERTY></INSTANCE>") == 4096);
    const auto waiting = job();
    CHECK(waiting.type == 70);
    CHECK(waiting.caption == "Creating Snapshot");
    CHECK(waiting.description == "Creating the snapshot 'before the update' of 'vm'");
    CHECK(waiting.owner == "alice");
    CHECK(waiting.queue == machine_id);
    CHECK(waiting.subjects.empty());
    CHECK(waiting.affected.empty());
    CHECK(waiting.cancellable);

    const auto done = finished_job();
    CHECK(done.state == JobState::completed);
    REQUIRE(done.affected.size() == 1);
    const auto made = memory->snapshot(done.affected.front());
    REQUIRE(made);
    CHECK(made->name == "before the update");
    CHECK(made->kind == SnapshotKind::disk);
    CHECK(made->parent == leaf_id);
    CHECK(memory->machine(machine_id)->current_snapshot == made->id);
}

TEST_CASE_FIXTURE(MethodsFixture, "creating: two snapshots of one machine are taken one after the other") {
    REQUIRE(create(machine_id) == 4096);
    const auto first = last->job;
    REQUIRE(create(machine_id) == 4096);
    executor.run_all();
    const auto made = jobs.find(first)->affected.front();
    CHECK(memory->snapshot(job().affected.front())->parent == made);
}

TEST_CASE_FIXTURE(MethodsFixture, "applying brings the machine back to the snapshot") {
    REQUIRE(run(apply_snapshot(), root_id) == 4096);
    CHECK(job().type == 71);
    CHECK(job().description == "Applying the snapshot 'root'");
    CHECK(finished_job().state == JobState::completed);
    CHECK(memory->machine(machine_id)->current_snapshot == root_id);
}

TEST_CASE_FIXTURE(MethodsFixture, "destroying a tree names every snapshot that went") {
    REQUIRE(run(destroy_snapshot_tree(), middle_id) == 4096);
    CHECK(job().type == 72);
    auto affected = finished_job().affected;
    std::sort(affected.begin(), affected.end());
    CHECK(affected == std::vector<std::string>{middle_id, leaf_id});
    CHECK(memory->snapshot(root_id));
    CHECK_FALSE(memory->snapshot(leaf_id));
}

TEST_CASE_FIXTURE(MethodsFixture, "clearing a saved state leaves the snapshot without memory") {
    REQUIRE(run(clear_snapshot_state(), saved_id) == 4096);
    CHECK(job().type == 73);
    CHECK(finished_job().state == JobState::completed);
    CHECK_FALSE(memory->snapshot(saved_id)->holds_memory);
}

/// A job that was cut while it ran.
struct Crash : MethodsFixture {
    jobs::Settlement settle() {
        auto record = job();
        record.started = std::chrono::system_clock::now();
        return methods.settle(record);
    }
    void do_it_all_the_same() { executor.run_all(); }
};

bool completed(const jobs::Settlement& settlement) {
    return settlement.state == JobState::completed && settlement.error_code == 0;
}
bool failed(const jobs::Settlement& settlement, std::uint16_t code, std::string_view words) {
    return settlement.state == JobState::exception && settlement.error_code == code &&
           settlement.error_description.find(words) != std::string::npos;
}

TEST_CASE_FIXTURE(Crash, "after a crash a create is completed if the snapshot is there") {
    REQUIRE(create(machine_id) == 4096);
    CHECK(failed(settle(), 2, "was not created"));
    do_it_all_the_same();
    CHECK(completed(settle()));
    CHECK(settle().affected == job().affected);
    backend.unreadable = BackendError{BackendErrorCode::unavailable, "no such luck"};
    CHECK(failed(settle(), 2, "no such luck"));
}

TEST_CASE_FIXTURE(Crash, "after a crash an apply is what the machine's current snapshot says") {
    REQUIRE(run(apply_snapshot(), root_id) == 4096);
    CHECK(failed(methods.settle(job()), 2, "had not begun"));
    CHECK(failed(settle(), 2, "not at the snapshot"));
    do_it_all_the_same();
    CHECK(completed(settle()));
    CHECK(settle().affected == std::vector<std::string>{root_id});
    // Once more: now the machine was at it before.
    REQUIRE(run(apply_snapshot(), root_id) == 4096);
    CHECK(failed(settle(), 2, "can't be told"));
}

TEST_CASE_FIXTURE(Crash, "after a crash a destroyed tree is counted") {
    REQUIRE(run(destroy_snapshot_tree(), root_id) == 4096);
    CHECK(failed(settle(), 32768, "3 are still there"));
    class Nothing final : public Operation {
        void progress(unsigned /*percent*/) override {}
        [[nodiscard]] bool stop_requested() const noexcept override { return false; }
    } operation;
    REQUIRE(memory->destroy_snapshot(leaf_id, operation));
    CHECK(failed(settle(), 32768, "2 are still there"));
    CHECK(settle().affected == std::vector<std::string>{leaf_id});
    REQUIRE(memory->destroy_snapshot_tree(root_id, operation));
    CHECK(completed(settle()));
    CHECK(settle().affected.size() == 3);
    backend.unreadable = BackendError{BackendErrorCode::unavailable, "no such luck"};
    CHECK(failed(settle(), 32768, "no such luck"));
}

TEST_CASE_FIXTURE(Crash, "after a crash a destroyed snapshot is gone or still there") {
    REQUIRE(run(destroy_snapshot(), middle_id) == 4096);
    CHECK(failed(settle(), 2, "still there"));
    do_it_all_the_same();
    CHECK(completed(settle()));
    CHECK(settle().affected == std::vector<std::string>{middle_id});
}

TEST_CASE_FIXTURE(Crash, "after a crash a cleared state is cleared or still there") {
    REQUIRE(run(clear_snapshot_state(), saved_id) == 4096);
    CHECK(failed(settle(), 32768, "still there"));
    do_it_all_the_same();
    CHECK(completed(settle()));
}

TEST_CASE_FIXTURE(Crash, "after a crash a job of an unknown kind is an exception") {
    REQUIRE(create(machine_id) == 4096);
    auto record = job();
    for (const auto* request : {"", "make-coffee", "make-coffee now"}) {
        record.request = request;
        CHECK(failed(methods.settle(record), 2, "not known"));
    }
}

}  // namespace
