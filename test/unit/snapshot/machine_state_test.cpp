// Msvm_ComputerSystem.RequestStateChange: which numbers ask for what, every answer, and how its jobs are settled.
#include "snapshot/machine_state.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "snapshot/methods_support.hpp"

namespace {

using namespace test;
using namespace tintype;
using namespace tintype::snapshot;

struct StateFixture : MethodsFixture {
    void put(MachineState state) { memory->put_machine({.id = machine_id, .name = "vm", .state = state}); }
    std::int64_t ask(std::optional<std::uint16_t> number, std::string_view machine = machine_id) {
        last = methods.change_machine_state(machine, number, "alice");
        return value(last, ReturnTable::vendor);
    }
    MachineState state() { return memory->machine(machine_id)->state; }
    jobs::Settlement settle() {
        auto record = job();
        record.started = std::chrono::system_clock::now();
        return methods.settle(record);
    }
};

struct Row {
    std::vector<std::uint16_t> numbers;
    MachineState from, to;
    std::uint16_t type;
    std::string caption;
};

const std::vector<Row>& rows() {
    using enum MachineState;
    static const std::vector<Row> all{{{2, 10}, off, running, 12, "Starting Virtual Machine"},
                                      {{2, 10}, saved, running, 15, "Restoring Virtual Machine"},
                                      {{2, 32777}, paused, running, 27, "Resuming Virtual Machine"},
                                      {{3}, running, off, 13, "Turning Off Virtual Machine"},
                                      {{3}, paused, off, 13, "Turning Off Virtual Machine"},
                                      {{4}, running, off, 16, "Shutting Down Virtual Machine"},
                                      {{6, 32773, 32779, 32780}, running, saved, 14, "Saving Virtual Machine"},
                                      {{6, 32773, 32779, 32780}, paused, saved, 14, "Saving Virtual Machine"},
                                      {{9, 32776}, running, paused, 26, "Pausing Virtual Machine"},
                                      {{11}, running, running, 28, "Resetting Virtual Machine"}};
    return all;
}

TEST_CASE_FIXTURE(StateFixture, "each number of the page leads where it says, as a job of its own type") {
    for (const auto& row : rows()) {
        for (const auto number : row.numbers) {
            CAPTURE(row.caption);
            CAPTURE(number);
            put(row.from);
            REQUIRE(ask(number) == 4096);
            CHECK(job().type == row.type);
            CHECK(job().caption == row.caption);
            CHECK(job().description.find("the machine 'vm'") != std::string::npos);
            CHECK(job().owner == "alice");
            CHECK(job().queue == machine_id);
            CHECK(job().cancellable);
            CHECK(requested_state(jobs, machine_id) == number);
            CHECK(finished_job().state == JobState::completed);
            CHECK(state() == row.to);
            CHECK(requested_state(jobs, machine_id) == 12);
        }
    }
}

TEST_CASE_FIXTURE(StateFixture, "whatever leads nowhere from where the machine is, is refused without a job") {
    using enum MachineState;
    for (const auto from : {off, saved, paused, running}) {
        put(from);
        for (std::uint32_t number = 0; number <= 65535; ++number) {
            bool leads = false;
            for (const auto& row : rows())
                for (const auto one : row.numbers) leads = leads || (one == number && row.from == from);
            if (leads) continue;
            CAPTURE(number);
            REQUIRE(ask(static_cast<std::uint16_t>(number)) == 32775);
        }
    }
    CHECK(jobs.page("", 10).empty());
}

TEST_CASE_FIXTURE(StateFixture, "a machine in an unknown state is asked all the same, and its backend answers") {
    put(MachineState::unknown);
    REQUIRE(ask(9) == 4096);
    CHECK(finished_job().state == JobState::exception);
    CHECK(job().error_code == 32775);
    CHECK(job().error_summary == "The machine 'vm' was not paused.");
}

TEST_CASE_FIXTURE(StateFixture, "every refusal has its number") {
    CHECK(ask(std::nullopt) == 32773);
    CHECK(ask(2, nobody_id) == -1);
    CHECK(wsman::fault_name(last.error()) == "a:DestinationUnreachable");
    backend.unreadable = BackendError{BackendErrorCode::timed_out, "slow"};
    CHECK(ask(2) == 32772);
    backend.unreadable = BackendError{BackendErrorCode::in_use, "locked"};
    CHECK(ask(2) == 32774);
    backend.unreadable = BackendError{BackendErrorCode::unavailable, "gone"};
    CHECK(ask(2) == 32777);
    backend.unreadable = BackendError{BackendErrorCode::failed, "broken"};
    CHECK(ask(2) == -1);
    backend.unreadable.reset();
    CHECK(jobs.page("", 10).empty());

    REQUIRE(ask(2) == 4096);
    CHECK(ask(2) == 32774);  // before it is done
    CHECK(ask(3) == 32774);
    REQUIRE(ask(9, running_id) == 4096);
    executor.run_all();
    CHECK(ask(3) == 4096);

    backend.can.changes_state = false;
    CHECK(ask(2) == 32770);
    CHECK(ask(7) == 32770);
}

TEST_CASE_FIXTURE(StateFixture, "a change that fails has the backend's words and the number of the page") {
    using enum BackendErrorCode;
    const std::vector<std::pair<BackendErrorCode, std::int64_t>> expected{
        {not_found, 32773}, {in_use, 32774},      {not_supported, 32770}, {invalid, 32775},
        {timed_out, 32772}, {unavailable, 32777}, {no_space, 32768},      {failed, 32768}};
    for (const auto& [code, number] : expected) {
        failure = code;
        REQUIRE(ask(2) == 4096);
        const auto record = finished_job();
        CHECK(record.state == JobState::exception);
        CHECK(record.error_code == number);
        CHECK(record.error_description == "the storage says so");
        CHECK(record.error_summary == "The machine 'vm' was not started.");
    }
    failure = cancelled;
    REQUIRE(ask(2) == 4096);
    CHECK(finished_job().state == JobState::terminated);
    CHECK(state() == MachineState::off);
}

TEST_CASE_FIXTURE(StateFixture, "a snapshot's job and a change of state take turns on one machine") {
    REQUIRE(ask(2) == 4096);
    REQUIRE(create(machine_id) == 4096);
    executor.run_all();
    CHECK(memory->snapshot(job().affected.front())->holds_memory);  // it was taken once the machine ran
}

TEST_CASE_FIXTURE(StateFixture, "the states that can be asked for are those that lead somewhere") {
    using enum MachineState;
    const auto available = [](MachineState state) {
        std::string text;
        const auto states = available_requested_states(state);
        for (const auto& one : std::get<cim::Array>(states)) text += (text.empty() ? "" : ",") + cim::to_text(one);
        return text;
    };
    CHECK(available(off) == "2");
    CHECK(available(saved) == "2");
    CHECK(available(paused) == "2,3,6");
    CHECK(available(running) == "3,4,6,9,11");
    CHECK(std::holds_alternative<std::monostate>(available_requested_states(unknown)));
}

TEST_CASE_FIXTURE(StateFixture, "after a crash a change of state is what the machine's state says") {
    for (const auto& row : rows()) {
        if (row.from == row.to) continue;
        for (const auto number : row.numbers) {
            CAPTURE(number);
            put(row.from);
            REQUIRE(ask(number) == 4096);
            CHECK(methods.settle(job()).error_description.find("had not begun") != std::string::npos);
            CHECK(settle().state == JobState::exception);
            CHECK(settle().error_code == 32768);
            CHECK(settle().error_description.find("not in the state asked for") != std::string::npos);
            executor.run_all();
            CHECK(settle().state == JobState::completed);
            CHECK(settle().error_code == 0);
        }
    }
    put(MachineState::unknown);
    CHECK(settle().error_description.find("can't be told") != std::string::npos);
    put(MachineState::running);
    REQUIRE(ask(11) == 4096);
    CHECK(settle().error_description.find("can't be told") != std::string::npos);
    backend.unreadable = BackendError{BackendErrorCode::unavailable, "no such luck"};
    CHECK(settle().error_description.find("no such luck") != std::string::npos);
    backend.unreadable = BackendError{BackendErrorCode::not_found, "gone"};
    CHECK(settle().error_description.find("not there any more") != std::string::npos);
    auto record = job();
    for (const auto* request : {"request-state-change ", "request-state-change x", "request-state-change x 7"}) {
        record.request = request;
        CHECK(methods.settle(record).error_description.find("not known") != std::string::npos);
    }
}

}  // namespace
