// A Put of a snapshot's Msvm_VirtualSystemSettingData.
#include "snapshot/modify_snapshot.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "jobs/engine.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/resources.hpp"
#include "tintype/backends.hpp"

namespace {

using namespace tintype;
using namespace tintype::snapshot;

const std::string machine_id = "11111111-AAAA-4000-8000-000000000001";
const std::string snapshot_id = "5E6F7081-0000-4000-8000-0000000000A0";

/// Runs nothing, so that a job stays where it is.
class Standstill final : public Executor {
  public:
    void post(std::function<void()> work) override { work_.push_back(std::move(work)); }

  private:
    std::deque<std::function<void()>> work_;
};

/// An embedder's backend that was written before there was modify_snapshot, or one that fails.
class OtherBackend final : public SnapshotBackend {
  public:
    [[nodiscard]] BackendCapabilities capabilities() const noexcept override {
        return {.modifies_snapshots = error.has_value()};
    }
    BackendResult<std::vector<Machine>> machines(std::string_view /*after*/, std::size_t /*limit*/) override {
        return {};
    }
    BackendResult<Machine> machine(std::string_view /*id*/) override { return tl::unexpected(BackendError{}); }
    BackendResult<std::vector<Snapshot>> snapshots(std::string_view /*after*/, std::size_t /*limit*/) override {
        return {};
    }
    BackendResult<Snapshot> snapshot(std::string_view /*id*/) override { return tl::unexpected(BackendError{}); }
    BackendResult<Destroyed> destroy_snapshot(std::string_view /*id*/, Operation& /*operation*/) override {
        return tl::unexpected(BackendError{});
    }
    BackendResult<Snapshot> modify_snapshot(std::string_view id, const SnapshotChanges& changes) override {
        if (!error) return SnapshotBackend::modify_snapshot(id, changes);
        return tl::unexpected(BackendError{*error, "the storage says so"});
    }

    std::optional<BackendErrorCode> error;
};

wsman::PropertyValue change(std::string_view name, cim::Value value) {
    return {virtual_system_setting_data_class.find(name).value(), std::move(value)};
}
cim::Value text(std::string value) {
    return cim::Scalar(std::move(value));
}

struct Fixture {
    Fixture() {
        backend->put_machine({.id = machine_id, .name = "vm", .current_snapshot = snapshot_id});
        backend->put_snapshot({.id = snapshot_id, .machine = machine_id, .name = "old", .notes = "old notes"});
    }

    wsman::Result<cim::Instance> put(const std::vector<wsman::PropertyValue>& changes,
                                     const std::string& guid = snapshot_id) {
        return put_to(*backend, changes, settings_id(guid));
    }

    wsman::Result<cim::Instance> put_to(SnapshotBackend& to, const std::vector<wsman::PropertyValue>& changes,
                                        const std::string& instance_id) {
        const auto resource = make_setting_data(to, jobs, "HV01");
        REQUIRE(resource->has_put());
        wsman::Call call;
        call.summary = &summary;
        cim::ObjectPath keys;
        keys.keys.push_back({"InstanceID", instance_id});
        return resource->put(call, keys, changes);
    }

    std::unique_ptr<MemoryBackend> backend = make_memory_backend({.machines = 0});
    std::unique_ptr<JobStore> store = make_memory_job_store();
    Standstill executor;
    jobs::Engine jobs{*store, executor, {}};
    std::string summary;
};

std::string fault(const wsman::Result<cim::Instance>& result) {
    return result ? "none" : wsman::fault_name(result.error());
}

TEST_CASE_FIXTURE(Fixture, "a Put renames a snapshot and the answer is the snapshot as it is now") {
    const auto put = this->put({change("ElementName", text("new")), change("Notes", cim::Array{std::string("why")})});
    REQUIRE(put);
    CHECK(put->get("ElementName") == text("new"));
    CHECK(put->get("Notes") == cim::Value(cim::Array{std::string("why")}));
    CHECK(put->get("VirtualSystemIdentifier") == text(machine_id));
    CHECK(backend->snapshot(snapshot_id)->name == "new");
    CHECK(backend->snapshot(snapshot_id)->notes == "why");
    CHECK(summary == " Microsoft:" + snapshot_id + " ElementName Notes");
}

TEST_CASE_FIXTURE(Fixture, "what a Put does not name stays") {
    REQUIRE(put({change("Notes", cim::Array{std::string("why")})}));
    CHECK(backend->snapshot(snapshot_id)->name == "old");
    REQUIRE(put({change("ElementName", text("new"))}));
    CHECK(backend->snapshot(snapshot_id)->notes == "why");
}

TEST_CASE_FIXTURE(Fixture, "null Notes, and an empty array, clear them; several become lines of one") {
    REQUIRE(put({change("Notes", {})}));
    CHECK(backend->snapshot(snapshot_id)->notes.empty());
    const auto two = put({change("Notes", cim::Array{std::string("one"), std::string("two")})});
    CHECK(two->get("Notes") == cim::Value(cim::Array{std::string("one\ntwo")}));
    REQUIRE(put({change("Notes", cim::Array{})}));
    CHECK(backend->snapshot(snapshot_id)->notes.empty());
}

TEST_CASE_FIXTURE(Fixture, "a name or notes that nobody could use are refused, and nothing is changed") {
    const std::string invalid = "x:InvalidRepresentation/InvalidValues";
    CHECK(fault(put({change("ElementName", {})})) == invalid);
    CHECK(fault(put({change("ElementName", text(""))})) == invalid);
    CHECK(fault(put({change("ElementName", text("   "))})) == invalid);
    CHECK(fault(put({change("ElementName", text("two\nlines"))})) == invalid);
    CHECK(fault(put({change("ElementName", text(std::string(101, 'x')))})) == invalid);
    CHECK(fault(put({change("Notes", cim::Array{std::string(max_notes + 1, 'x')})})) == invalid);
    CHECK(fault(put({change("ElementName", text("new")),
                     change("Notes", cim::Array{std::string(max_notes + 1, 'x')})})) == invalid);
    CHECK(fault(put({change("ElementName", text("new")), change("BIOSGUID", text("{1}"))})) == invalid);
    CHECK(backend->snapshot(snapshot_id)->name == "old");
    CHECK(backend->snapshot(snapshot_id)->notes == "old notes");
    CHECK(summary.empty());
}

TEST_CASE_FIXTURE(Fixture, "the length of a name counts characters, not bytes") {
    std::string umlauts;
    for (int n = 0; n < 100; ++n) umlauts += "\u00fc";
    CHECK(put({change("ElementName", text(umlauts))}));
    CHECK(fault(put({change("ElementName", text(umlauts + "x"))})) == "x:InvalidRepresentation/InvalidValues");
}

TEST_CASE_FIXTURE(Fixture, "the current settings of a machine can't be changed by a Put") {
    const auto refused = put({change("ElementName", text("new"))}, machine_id);
    CHECK(fault(refused) == "a:ActionNotSupported");
    CHECK(refused.error().message.find("current settings of a machine") != std::string::npos);
    CHECK(backend->machine(machine_id)->name == "vm");
}

TEST_CASE_FIXTURE(Fixture, "a Put to what is not there is DestinationUnreachable") {
    CHECK(fault(put({change("ElementName", text("new"))}, "5E6F7081-0000-4000-8000-0000000000FF")) ==
          "a:DestinationUnreachable");
    CHECK(fault(put_to(*backend, {change("ElementName", text("new"))}, "Microsoft:nonsense")) ==
          "a:DestinationUnreachable");
}

TEST_CASE_FIXTURE(Fixture, "a Put to a snapshot that a job is destroying is refused with Concurrency") {
    jobs::Submission submission;
    submission.record.queue = machine_id;
    submission.record.subjects = {snapshot_id};
    submission.work = [](jobs::Progress& /*progress*/) { return tl::expected<void, jobs::JobError>(); };
    REQUIRE(jobs.submit(std::move(submission)));
    CHECK(fault(put({change("ElementName", text("new"))})) == "w:Concurrency");
    CHECK(backend->snapshot(snapshot_id)->name == "old");
    jobs.drain({});
}

TEST_CASE_FIXTURE(Fixture, "a backend that can't change names says so by a fault, and is not asked to try") {
    OtherBackend other;
    const auto refused = put_to(other, {change("ElementName", text("new"))}, settings_id(snapshot_id));
    CHECK(fault(refused) == "a:ActionNotSupported");
    CHECK(refused.error().message.find("storage can't change") != std::string::npos);
    CHECK(other.modify_snapshot(snapshot_id, {.name = "new"}).error().code == BackendErrorCode::not_supported);
}

TEST_CASE_FIXTURE(Fixture, "each error of the backend becomes the fault that tells a client what to do") {
    struct Case {
        BackendErrorCode code;
        const char* fault;
    };
    OtherBackend other;
    for (const auto& claim : std::initializer_list<Case>{{BackendErrorCode::not_found, "a:DestinationUnreachable"},
                                                         {BackendErrorCode::in_use, "w:Concurrency"},
                                                         {BackendErrorCode::not_supported, "a:ActionNotSupported"},
                                                         {BackendErrorCode::timed_out, "w:TimedOut"},
                                                         {BackendErrorCode::unavailable, "a:EndpointUnavailable"},
                                                         {BackendErrorCode::no_space, "w:InternalError"},
                                                         {BackendErrorCode::invalid, "w:InternalError"}}) {
        CAPTURE(claim.fault);
        other.error = claim.code;
        const auto refused = put_to(other, {change("ElementName", text("new"))}, settings_id(snapshot_id));
        CHECK(fault(refused) == claim.fault);
        CHECK(refused.error().provider_words == "the storage says so");
    }
}

}  // namespace
