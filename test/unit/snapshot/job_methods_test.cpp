// The methods of Msvm_ConcreteJob.
#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cim/cim_xml.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/resources.hpp"
#include "snapshot/snapshot_jobs.hpp"
#include "soap/envelope.hpp"
#include "tintype/backends.hpp"
#include "tintype/worker_pool.hpp"

namespace {

using namespace tintype;
using namespace tintype::snapshot;

const std::string machine_id = "11111111-AAAA-4000-8000-000000000001";
const std::string root_id = "5E6F7081-0000-4000-8000-0000000000A0";
const std::string leaf_id = "5E6F7081-0000-4000-8000-0000000000A1";

/// Jobs that destroy snapshots of the memory backend, which waits at `gate` before it begins with one.
struct Fixture {
    Fixture() {
        backend->put_machine({.id = machine_id, .name = "vm"});
        backend->put_snapshot({.id = root_id, .machine = machine_id, .name = "root"});
        backend->put_snapshot({.id = leaf_id, .machine = machine_id, .parent = root_id, .name = "leaf"});
    }

    std::string destroy(const std::string& id, bool cancellable = true) {
        jobs::Submission submission;
        submission.record.queue = machine_id;
        submission.record.subjects = {id};
        submission.record.cancellable = cancellable;
        submission.work = [this, id](jobs::Progress& progress) -> tl::expected<void, jobs::JobError> {
            JobOperation operation(progress);
            const auto destroyed = backend->destroy_snapshot(id, operation);
            if (destroyed) return {};
            return tl::unexpected(jobs::JobError{5, destroyed.error().message, "Nothing was destroyed.",
                                                 destroyed.error().code == BackendErrorCode::cancelled});
        };
        return jobs.submit(std::move(submission)).value().id;
    }

    /// What is inside of the method's OUTPUT, or the fault.
    std::string invoke(const std::string& job, const std::string& method, const std::string& parameters = {}) {
        const auto resource = make_concrete_job(jobs, std::chrono::minutes(5));
        const auto* found = resource->method(method);
        REQUIRE(found != nullptr);
        const soap::Envelope envelope;
        wsman::Call call;
        call.envelope = &envelope;
        call.selectors.keys.push_back({"InstanceID", job, false});
        std::string out;
        const auto done = (*found)(call, "<p:" + method + "_INPUT>" + parameters + "</p:" + method + "_INPUT>", out);
        if (!done) return wsman::fault_name(done.error());
        const auto begin = out.find('>') + 1;
        return out.substr(begin, out.rfind("</") - begin);
    }

    std::string change(const std::string& job, const std::string& state, const std::string& timeout = {}) {
        return invoke(job, "RequestStateChange", "<p:RequestedState>" + state + "</p:RequestedState>" + timeout);
    }

    bool cancellable(const std::string& job) {
        const auto instance = job_instance(jobs.find(job).value(), std::chrono::system_clock::now(), {});
        return std::get<bool>(std::get<cim::Scalar>(instance.get("Cancellable")));
    }
    JobState state(const std::string& job) { return jobs.find(job)->state; }
    bool is_there(const std::string& snapshot) { return backend->snapshot(snapshot).has_value(); }
    bool wait() { return jobs.drain(std::chrono::minutes(1)); }

    std::promise<void> reached;
    std::promise<void> gate;
    std::optional<BackendError> error;
    std::unique_ptr<MemoryBackend> backend = make_memory_backend(
        {.machines = 0, .delay = std::chrono::milliseconds(10), .fail = [this](std::string_view id) {
             if (id == root_id) {
                 reached.set_value();
                 gate.get_future().wait();
             }
             return error ? tl::expected<void, BackendError>(tl::unexpected(*error))
                          : tl::expected<void, BackendError>();
         }});
    std::unique_ptr<JobStore> store = make_memory_job_store();
    WorkerPool workers{2};
    jobs::Engine jobs{*store, workers, {}};
};

std::string returns(int value) {
    return "<p:ReturnValue>" + std::to_string(value) + "</p:ReturnValue>";
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a waiting job that is cancelled never runs, though its work can't stop") {
    const auto running = destroy(root_id);
    reached.get_future().wait();
    const auto waiting = destroy(leaf_id, false);
    CHECK(cancellable(waiting));
    SUBCASE("terminated") {
        CHECK(change(waiting, "4") == returns(0));
        CHECK(state(waiting) == JobState::terminated);
    }
    SUBCASE("killed") {
        CHECK(change(waiting, "5") == returns(0));
        CHECK(state(waiting) == JobState::killed);
    }
    CHECK_FALSE(cancellable(waiting));
    CHECK(invoke(waiting, "GetError").find("The job was stopped before it began.") != std::string::npos);
    gate.set_value();
    REQUIRE(wait());
    CHECK(state(running) == JobState::completed);
    CHECK(is_there(leaf_id));
}

TEST_CASE_FIXTURE(Fixture, "a running job whose work can stop does so and nothing is half done") {
    const auto job = destroy(root_id);
    reached.get_future().wait();
    CHECK(cancellable(job));
    CHECK(change(job, "4") == returns(4096));
    CHECK(state(job) == JobState::shutting_down);
    CHECK_FALSE(cancellable(job));
    JobState end = JobState::terminated;
    SUBCASE("terminated") {}
    SUBCASE("killed, which overrides") {
        CHECK(change(job, "5") == returns(4096));
        end = JobState::killed;
    }
    gate.set_value();
    REQUIRE(wait());
    CHECK(state(job) == end);
    CHECK(is_there(root_id));
}

TEST_CASE_FIXTURE(Fixture, "a running job whose work can't stop goes on") {
    const auto job = destroy(root_id, false);
    reached.get_future().wait();
    CHECK_FALSE(cancellable(job));
    CHECK(change(job, "4") == returns(1));
    CHECK(change(job, "5") == returns(1));
    gate.set_value();
    REQUIRE(wait());
    CHECK(state(job) == JobState::completed);
}

TEST_CASE_FIXTURE(Fixture, "a job is neither started, suspended nor serviced, and a finished one changes no more") {
    const auto job = destroy(root_id);
    reached.get_future().wait();
    for (const auto* state : {"2", "3", "6"}) CHECK(change(job, state) == returns(1));
    gate.set_value();
    REQUIRE(wait());
    for (const auto* state : {"2", "3", "4", "5", "6"}) CHECK(change(job, state) == returns(4097));
}

TEST_CASE_FIXTURE(Fixture, "parameters of RequestStateChange that mean nothing are refused") {
    const auto job = destroy(leaf_id);
    for (const auto* state : {"0", "1", "7", "40000"}) CHECK(change(job, state) == returns(5));
    CHECK(invoke(job, "RequestStateChange") == returns(5));
    const auto timeout = [](const std::string& value) { return "<p:TimeoutPeriod>" + value + "</p:TimeoutPeriod>"; };
    CHECK(change(job, "4", timeout("<cim:Interval>PT5S</cim:Interval>")) == returns(4098));
    CHECK(change(job, "4", timeout("<cim:Datetime>2026-01-01T00:00:00Z</cim:Datetime>")) == returns(5));
    REQUIRE(wait());
    CHECK(change(job, "4", timeout("<cim:Interval>PT0S</cim:Interval>")) == returns(4097));
    CHECK(change(job, "4", "<p:TimeoutPeriod xsi:nil=\"true\"/>") == returns(4097));
}

TEST_CASE_FIXTURE(Fixture, "a job that is not there has the fault of a Get") {
    const std::string nowhere = "00000000-0000-0000-0000-000000000000";
    CHECK(change(nowhere, "4") == "a:DestinationUnreachable");
    for (const auto* method : {"GetError", "GetErrorEx", "KillJob"})
        CHECK(invoke(nowhere, method) == "a:DestinationUnreachable");
}

TEST_CASE_FIXTURE(Fixture, "a job that is well has no error, by either method, and KillJob is not supported") {
    const auto job = destroy(leaf_id);
    REQUIRE(wait());
    CHECK(invoke(job, "GetError") == "<p:Error xsi:nil=\"true\"/>" + returns(0));
    CHECK(invoke(job, "GetErrorEx") == returns(0));  // an array that is null has no element
    CHECK(invoke(job, "KillJob", "<p:DeleteOnKill>true</p:DeleteOnKill>") == returns(1));
}

TEST_CASE_FIXTURE(Fixture, "the error of a failed job is a Msvm_Error in CIM-XML, by either method") {
    error = BackendError{BackendErrorCode::in_use, "The disk <a> is in use."};
    const auto job = destroy(leaf_id);
    REQUIRE(wait());
    CHECK(invoke(job, "GetError").starts_with("<p:Error>&lt;INSTANCE CLASSNAME=\"Msvm_Error\"&gt;"));
    CHECK(invoke(job, "GetErrorEx").starts_with("<p:Errors>&lt;INSTANCE CLASSNAME=\"Msvm_Error\"&gt;"));
    const auto read = cim::read_cim_xml_instance(cim::to_cim_xml(job_error_instance(*jobs.find(job))), error_class);
    REQUIRE(read);
    const auto text = [&](std::string_view name) { return cim::to_text(std::get<cim::Scalar>(read->get(name))); };
    CHECK(text("Message") == "The disk <a> is in use.");
    CHECK(text("MessageID") == "5");
    CHECK(text("ErrorType") == "9");  // unavailable resource
    CHECK(text("PerceivedSeverity") == "4");
    CHECK(text("CIMStatusCode") == "1");
    CHECK(text("ProbableCauseDescription") == "Nothing was destroyed.");
    CHECK(text("ErrorSource").find(job) != std::string::npos);
}

TEST_CASE("the kind of an error follows from its code, whichever table of return values that is from") {
    struct Row {
        std::uint16_t code;
        std::string type, status;
    };
    for (const auto& row :
         {Row{1, "10", "7"}, Row{32770, "10", "7"}, Row{2, "4", "1"}, Row{32768, "4", "1"}, Row{4, "1", "4"},
          Row{32773, "1", "4"}, Row{5, "9", "1"}, Row{32775, "9", "1"}, Row{6, "1", "13"}}) {
        CAPTURE(row.code);
        const auto instance = job_error_instance({.id = leaf_id, .state = JobState::exception, .error_code = row.code});
        CHECK(cim::to_text(std::get<cim::Scalar>(instance.get("ErrorType"))) == row.type);
        CHECK(cim::to_text(std::get<cim::Scalar>(instance.get("CIMStatusCode"))) == row.status);
    }
    const auto stopped =
        job_error_instance({.id = leaf_id, .state = JobState::killed, .error_code = 5, .error_description = "stopped"});
    CHECK(cim::to_text(std::get<cim::Scalar>(stopped.get("PerceivedSeverity"))) == "2");
}
