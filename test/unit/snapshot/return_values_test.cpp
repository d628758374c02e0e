// Every return value of the methods' pages that can happen here, and the ErrorCode of jobs that fail.
#include "snapshot/return_values.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <vector>

#include "snapshot/methods_support.hpp"

namespace {

using namespace test;
using namespace tintype;
using namespace tintype::snapshot;

struct TaskCodes {
    const SnapshotTask* task;
    std::int64_t not_supported, failed, timed_out, invalid_parameter, in_use, invalid_state, invalid_type, unavailable;
};

const std::vector<TaskCodes>& all_tasks() {
    static const std::vector<TaskCodes> codes{
        {&destroy_snapshot(), 1, 2, 3, 4, 5, 5, 6, 2},
        {&apply_snapshot(), 1, 2, 3, 32773, 32775, 32775, 6, 2},
        {&destroy_snapshot_tree(), 32770, 32768, 32772, 32773, 32774, 32775, 32776, 32777},
        {&clear_snapshot_state(), 32770, 32768, 32772, 32773, 32774, 32775, 32776, 32777},
    };
    return codes;
}

TEST_CASE_FIXTURE(MethodsFixture, "each method that takes a snapshot tells apart what it can't work on") {
    for (const auto& codes : all_tasks()) {
        CAPTURE(codes.task->description().caption);
        CHECK(run(*codes.task, nobody_id) == codes.invalid_parameter);
        auto no_id = settings(root_id);
        no_id.keys.front().value = "Microsoft:X";
        CHECK(run(*codes.task, no_id) == codes.invalid_parameter);
        CHECK(run(*codes.task, machine_id) == codes.invalid_state);
        CHECK(run(*codes.task, machine_path(machine_id)) == codes.invalid_type);
        CHECK(run(*codes.task, job_path(nobody_id)) == codes.invalid_type);
        CHECK(run(*codes.task, service_path("HV01")) == codes.invalid_type);
        CHECK(run(*codes.task, management_service_path("HV01")) == codes.invalid_type);
        CHECK(run(*codes.task, snapshot_capabilities_path(machine_id)) == codes.invalid_type);
        auto unknown = settings(root_id);
        unknown.class_name = "Msvm_NoSuchClass";
        CHECK(run(*codes.task, unknown) == -1);
        CHECK(last.error().message.find("Msvm_NoSuchClass") != std::string::npos);
        auto no_key = settings(root_id);
        no_key.keys.clear();
        CHECK(run(*codes.task, no_key) == -1);
        CHECK(wsman::fault_name(last.error()) == "w:InvalidParameter");
        auto superclass = settings(nobody_id);
        superclass.class_name = "CIM_VirtualSystemSettingData";
        CHECK(run(*codes.task, superclass) == codes.invalid_parameter);
    }
    CHECK(jobs.page("", 10).empty());
}

TEST_CASE_FIXTURE(MethodsFixture, "a storage that can't be read is a return value where the table has one") {
    for (const auto& codes : all_tasks()) {
        CAPTURE(codes.task->description().caption);
        backend.unreadable = BackendError{BackendErrorCode::timed_out, "slow"};
        CHECK(run(*codes.task, root_id) == codes.timed_out);
        CHECK(last->why == "slow");
        backend.unreadable = BackendError{BackendErrorCode::in_use, "locked"};
        CHECK(run(*codes.task, root_id) == codes.in_use);
        backend.unreadable = BackendError{BackendErrorCode::unavailable, "gone"};
        const bool has_number = codes.task->description().table == ReturnTable::vendor;
        CHECK(run(*codes.task, root_id) == (has_number ? codes.unavailable : -1));
        backend.unreadable = BackendError{BackendErrorCode::failed, "broken"};
        CHECK(run(*codes.task, root_id) == -1);
    }
    CHECK(create(machine_id) == -1);
    backend.unreadable = BackendError{BackendErrorCode::timed_out, "slow"};
    CHECK(create(machine_id) == 3);
    CHECK(convert(settings(leaf_id)) == 3);
}

TEST_CASE_FIXTURE(MethodsFixture,
                  "a job that fails has the number of its method's table as ErrorCode, and both sentences") {
    using enum BackendErrorCode;
    for (const auto& codes : all_tasks()) {
        CAPTURE(codes.task->description().caption);
        const std::vector<std::pair<BackendErrorCode, std::int64_t>> expected{{not_found, codes.invalid_parameter},
                                                                              {in_use, codes.in_use},
                                                                              {not_supported, codes.not_supported},
                                                                              {invalid, codes.invalid_state},
                                                                              {timed_out, codes.timed_out},
                                                                              {unavailable, codes.unavailable},
                                                                              {no_space, codes.failed},
                                                                              {failed, codes.failed}};
        for (const auto& [code, number] : expected) {
            failure = code;
            REQUIRE(run(*codes.task, saved_id) == 4096);
            const auto record = finished_job();
            CHECK(record.state == JobState::exception);
            CHECK(record.error_code == number);
            CHECK(record.error_description == "the storage says so");
            CHECK(record.error_summary.find("'saved'") != std::string::npos);
        }
        failure = cancelled;
        REQUIRE(run(*codes.task, saved_id) == 4096);
        CHECK(finished_job().state == JobState::terminated);
    }
    failure = no_space;
    REQUIRE(create(machine_id) == 4096);
    CHECK(finished_job().error_code == 2);
    CHECK(job().affected.empty());
}

TEST_CASE_FIXTURE(MethodsFixture, "what a backend can't do is refused before a job is started") {
    backend.can = {};
    CHECK(run(apply_snapshot(), root_id) == 1);
    CHECK(run(clear_snapshot_state(), saved_id) == 32770);
    for (const auto type : std::initializer_list<std::uint16_t>{2, 3, 32768}) CHECK(create(machine_id, type) == 1);
    backend.can = {.creates_full = true, .applies = true, .clears_saved_state = true};
    CHECK(create(machine_id, 3) == 1);
    CHECK(create(machine_id, 2,
                 "<INSTANCE CLASSNAME=\"Msvm_VirtualSystemSnapshotSettingData\"><PROPERTY NAME=\"ConsistencyLevel\" "
                 "TYPE=\"uint8\"><VALUE>1</VALUE></PROPERTY></INSTANCE>") == 1);
    CHECK(create(running_id) == 5);
    CHECK(run(apply_snapshot(), saved_id) == 32775);
    CHECK(run(destroy_snapshot(), saved_id) == 5);
    CHECK(run(destroy_snapshot_tree(), saved_id) == 32775);
    CHECK(jobs.page("", 10).empty());
}

TEST_CASE_FIXTURE(MethodsFixture, "a second job on a snapshot is refused, whichever method asks") {
    for (const auto& first : all_tasks()) {
        CAPTURE(first.task->description().caption);
        REQUIRE(run(*first.task, saved_id) == 4096);
        const auto id = last->job;
        for (const auto& second : all_tasks()) CHECK(run(*second.task, saved_id) == second.in_use);
        REQUIRE(jobs.request_stop(id));
        executor.run_all();
    }
}

TEST_CASE_FIXTURE(MethodsFixture, "destroying a tree holds every snapshot in it, and waits for none that is held") {
    REQUIRE(run(destroy_snapshot_tree(), middle_id) == 4096);
    CHECK(job().subjects == std::vector<std::string>{middle_id, leaf_id});
    CHECK(run(apply_snapshot(), leaf_id) == 32775);
    CHECK(run(destroy_snapshot_tree(), root_id) == 32774);
    CHECK(run(destroy_snapshot(), root_id) == 4096);
    CHECK(create(machine_id) == 4096);
}

TEST_CASE_FIXTURE(MethodsFixture, "a backend that takes dependants along holds them too") {
    backend.can.keeps_dependants = false;
    REQUIRE(run(destroy_snapshot(), middle_id) == 4096);
    CHECK(job().subjects == std::vector<std::string>{middle_id, leaf_id});
}

TEST_CASE_FIXTURE(MethodsFixture, "a snapshot without saved state has nothing to clear, whatever the backend can") {
    CHECK(run(clear_snapshot_state(), root_id) == 0);
    backend.can.clears_saved_state = false;
    CHECK(run(clear_snapshot_state(), root_id) == 0);
    CHECK(jobs.page("", 10).empty());
}

TEST_CASE_FIXTURE(MethodsFixture, "only a recovery snapshot could become a reference point, and no backend has any") {
    CHECK(convert(settings(leaf_id)) == 1);
    CHECK(convert(settings(root_id)) == 5);
    CHECK(convert(settings(machine_id)) == 5);
    CHECK(convert(settings(nobody_id)) == 4);
    CHECK(convert(machine_path(machine_id)) == 6);
}

TEST_CASE("the service is enabled and can't be anything else") {
    CHECK(request_state_change(2) == Outcome::completed);
    for (const auto state : std::initializer_list<std::uint16_t>{0, 3, 4, 6, 11, 32768})
        CHECK(request_state_change(state) == Outcome::not_supported);
    CHECK(request_state_change(std::nullopt) == Outcome::not_supported);
}

TEST_CASE_FIXTURE(MethodsFixture, "CreateSnapshot tells apart what it can't take") {
    CHECK(create(nobody_id) == 4);
    CHECK(create("HV01") == 4);  // the host is no machine
    last = methods.create({settings(root_id), "", 2}, "alice");
    CHECK(value(last, ReturnTable::cim) == 6);
    auto unknown = machine_path(machine_id);
    unknown.class_name = "Msvm_NoSuchClass";
    CHECK_FALSE(methods.create({unknown, "", 2}, "alice"));
    for (const auto type : std::initializer_list<std::uint16_t>{0, 1, 4, 32767, 32769, 65535})
        CHECK(create(machine_id, type) == 4);
    CHECK(create(machine_id, std::nullopt) == 4);
    CHECK(create(machine_id, 2, "not CIM-XML") == 4);
    CHECK_FALSE(last->why.empty());
    CHECK(create(machine_id, 2, "<INSTANCE CLASSNAME=\"Msvm_ConcreteJob\"/>") == 6);
    CHECK(jobs.page("", 10).empty());
}

}  // namespace
