// The backend on libvirt's test driver, which runs in this process: the table of behaviours, and how it lives with
// others who change the same machines.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "backend/behaviours.hpp"
#include "support.hpp"

namespace tintype::test {
namespace {

const std::string uri = "test:///default";
const std::string driver_vm = "6695EB01-F6A4-8304-79AA-97F2502E193F";  // comes with the driver, and runs

/// Two machines beside the driver's own.
class TestDriver final : public Subject {
  public:
    TestDriver() {
        virsh_.define(test_domain("a", vm_a));
        virsh_.define(test_domain("b", vm_b));
        backend_ = opened({uri}, log_.sink());
    }
    ~TestDriver() override {
        backend_.reset();
        for (const auto& id : {vm_a, vm_b}) virsh_.undefine(id);
    }
    SnapshotBackend& backend() override { return *backend_; }
    [[nodiscard]] std::array<std::string, 2> machines() const override { return {vm_a, vm_b}; }
    void write(const std::string& /*machine*/, unsigned /*byte*/) override {}
    std::optional<unsigned> content(const std::string& /*machine*/) override { return std::nullopt; }
    bool reopen() override {
        backend_.reset();
        backend_ = opened({uri});
        return true;
    }
    void check_clean() override {
        const auto listed = backend_->snapshots("", 1000);
        REQUIRE(listed);
        CHECK(virsh_.names(vm_a).size() + virsh_.names(vm_b).size() == listed->size());
    }
    Virsh& virsh() { return virsh_; }
    Log& log() { return log_; }

  private:
    Virsh virsh_{uri};
    Log log_;
    std::unique_ptr<SnapshotBackend> backend_;
};

BackendResult<Snapshot> create(SnapshotBackend& backend, unsigned number, const std::string& name,
                               const std::string& notes = "") {
    Recorder operation;
    SnapshotRequest request;
    request.id = snapshot_id(number);
    request.machine = vm_a;
    request.name = name;
    request.notes = notes;
    return backend.create_snapshot(request, operation);
}

TEST_CASE("the libvirt backend on the test driver does what every backend must") {
    check_behaviours([] { return std::make_unique<TestDriver>(); });
}

TEST_CASE("machines are as libvirt has them, in order of id, page by page") {
    TestDriver driver;
    auto& backend = driver.backend();
    const auto all = backend.machines("", 10);
    REQUIRE(all);
    REQUIRE(all->size() == 3);
    CHECK(all->at(0).id == driver_vm);
    CHECK(all->at(0).name == "test");
    CHECK(all->at(0).state == MachineState::running);
    CHECK(all->at(1).id == vm_a);
    CHECK(all->at(1).state == MachineState::off);
    CHECK(all->at(1).notes == "notes of a");
    CHECK(backend.machines("", 2)->size() == 2);
    CHECK(backend.machines(vm_a, 2)->at(0).id == vm_b);
    CHECK(backend.machines(vm_b, 2)->empty());
    CHECK(backend.machine(vm_a)->name == "a");
    CHECK(backend.machine(snapshot_id(1)).error().code == BackendErrorCode::not_found);
    CHECK(backend.snapshots_of(snapshot_id(1), "", 5)->empty());
}

TEST_CASE("what others do with virsh shows at once") {
    TestDriver driver;
    auto& backend = driver.backend();
    auto& virsh = driver.virsh();
    virsh.take(vm_a, "by hand", "a description\nof two lines");
    const auto listed = backend.snapshots("", 10);
    REQUIRE(listed);
    REQUIRE(listed->size() == 1);
    const auto one = listed->at(0);
    CHECK(one.name == "by hand");
    CHECK(one.notes == "a description\nof two lines");
    CHECK(backend.snapshot(one.id)->name == "by hand");
    CHECK(backend.machine(vm_a)->current_snapshot == one.id);
    CHECK(backend.snapshots_of(vm_a, "", 10)->size() == 1);
    CHECK(backend.snapshots_of(vm_b, "", 10)->empty());

    virsh.start(vm_a);
    CHECK(backend.machine(vm_a)->state == MachineState::running);
    virsh.take(vm_a, "running");
    const auto both = backend.snapshots("", 10);
    REQUIRE(both->size() == 2);
    const auto& second = both->at(0).id == one.id ? both->at(1) : both->at(0);
    CHECK(second.holds_memory);
    CHECK(second.parent == one.id);

    virsh.remove(vm_a, "by hand");
    CHECK(backend.snapshot(one.id).error().code == BackendErrorCode::not_found);
    CHECK_FALSE(backend.snapshot(second.id)->parent);
    CHECK(backend.snapshots("", 10)->size() == 1);

    virsh.undefine(vm_b);
    CHECK(backend.machine(vm_b).error().code == BackendErrorCode::not_found);
    CHECK(backend.machines("", 10)->size() == 2);
    virsh.define(test_domain("b", vm_b));
    CHECK(backend.machine(vm_b)->name == "b");
}

TEST_CASE("a snapshot is found by its id though nobody listed it before") {
    TestDriver driver;
    driver.virsh().take(vm_a, "ours",
                        "tintype-id: " + snapshot_id(5) + "\ntintype-machine: " + vm_a + "\ntintype-name: Shown");
    CHECK(driver.backend().snapshot(snapshot_id(5))->name == "Shown");
    driver.virsh().take(vm_b, "copy",
                        "tintype-id: " + snapshot_id(5) + "\ntintype-machine: " + vm_a + "\ntintype-name: Shown");
    driver.virsh().take(vm_a, "copy",
                        "tintype-id: " + snapshot_id(5) + "\ntintype-machine: " + vm_a + "\ntintype-name: Shown");
    const auto listed = driver.backend().snapshots("", 10);
    CHECK(listed->size() == 3);
    CHECK(std::count_if(listed->begin(), listed->end(), [](const Snapshot& one) { return one.id == snapshot_id(5); }) ==
          1);
    CHECK(driver.backend().snapshot(snapshot_id(5))->machine == vm_a);
    for (const auto& one : *listed) CHECK(driver.backend().snapshot(one.id)->id == one.id);
}

TEST_CASE("a snapshot that was taken anew under an old name is another one") {
    TestDriver driver;
    auto& backend = driver.backend();
    REQUIRE(create(backend, 1, "daily"));
    driver.virsh().remove(vm_a, "daily");
    driver.virsh().take(vm_a, "daily");
    CHECK(backend.snapshot(snapshot_id(1)).error().code == BackendErrorCode::not_found);
    Recorder operation;
    CHECK(backend.destroy_snapshot(snapshot_id(1), operation).error().code == BackendErrorCode::not_found);
    CHECK(driver.virsh().names(vm_a) == std::vector<std::string>{"daily"});
}

TEST_CASE("virsh sees a snapshot by the name it was given, where libvirt can have it") {
    TestDriver driver;
    auto& backend = driver.backend();
    REQUIRE(create(backend, 1, "daily", "some notes"));
    REQUIRE(create(backend, 2, "daily"));
    REQUIRE(create(backend, 3, "12"));
    REQUIRE(create(backend, 4, "a/b"));
    CHECK(driver.virsh().names(vm_a) ==
          std::vector{snapshot_id(2), snapshot_id(3), snapshot_id(4), std::string("daily")});
    CHECK(backend.snapshot(snapshot_id(2))->name == "daily");
    CHECK(backend.snapshot(snapshot_id(4))->name == "a/b");
    CHECK(driver.virsh().description(vm_a, "daily").starts_with("some notes\n\ntintype-id: " + snapshot_id(1)));
    CHECK(create(backend, 5, "x", "bell \x07").error().code == BackendErrorCode::not_supported);
}

TEST_CASE("a renamed snapshot keeps its id, its place and what virsh calls it") {
    TestDriver driver;
    auto& backend = driver.backend();
    driver.virsh().take(vm_a, "first");
    REQUIRE(create(backend, 2, "second"));
    driver.virsh().take(vm_a, "third");
    const auto before = backend.machine(vm_a)->current_snapshot;
    const auto all = backend.snapshots("", 10);
    for (const auto& one : *all) {
        CAPTURE(one.name);
        const auto changed = backend.modify_snapshot(one.id, {.name = "new / " + one.name, .notes = "a\nb"});
        REQUIRE_MESSAGE(changed, changed.error().message);
        CHECK(changed->id == one.id);
        CHECK(changed->name == "new / " + one.name);
        CHECK(changed->notes == "a\nb");
        CHECK(changed->parent == one.parent);
        CHECK(changed->created == one.created);
        CHECK(backend.snapshot(one.id)->name == "new / " + one.name);
        CHECK(backend.modify_snapshot(one.id, {.name = one.name})->notes == "a\nb");
        CHECK(backend.modify_snapshot(one.id, {.notes = ""})->name == one.name);
    }
    CHECK(driver.virsh().names(vm_a) == std::vector<std::string>{"first", "second", "third"});
    CHECK(backend.machine(vm_a)->current_snapshot == before);
    CHECK(backend.modify_snapshot(snapshot_id(9), {.name = "x"}).error().code == BackendErrorCode::not_found);
    driver.reopen();
    CHECK(driver.backend().snapshot(snapshot_id(2))->name == "second");
}

TEST_CASE("a machine goes from state to state as asked, and what makes no sense is refused") {
    TestDriver driver;
    auto& backend = driver.backend();
    Recorder operation;
    const auto ask = [&](StateRequest request) { return backend.request_state(vm_a, request, operation); };
    for (const auto request : {StateRequest::turn_off, StateRequest::shut_down, StateRequest::pause, StateRequest::save,
                               StateRequest::reset}) {
        CHECK(ask(request).error().code == BackendErrorCode::invalid);
    }
    CHECK(ask(StateRequest::start)->state == MachineState::running);
    CHECK(ask(StateRequest::start).error().code == BackendErrorCode::invalid);
    CHECK(backend.machine(vm_a)->on_time.count() >= 0);
    CHECK(ask(StateRequest::reset)->state == MachineState::running);
    CHECK(ask(StateRequest::pause)->state == MachineState::paused);
    CHECK(ask(StateRequest::pause).error().code == BackendErrorCode::invalid);
    CHECK(ask(StateRequest::start)->state == MachineState::running);
    CHECK(ask(StateRequest::shut_down)->state == MachineState::off);
    CHECK(ask(StateRequest::start)->state == MachineState::running);
    CHECK(ask(StateRequest::turn_off)->state == MachineState::off);
    CHECK(backend.machine(vm_a)->on_time.count() == 0);
    CHECK(backend.request_state(snapshot_id(1), StateRequest::start, operation).error().code ==
          BackendErrorCode::not_found);
}

TEST_CASE("what can't be is refused before anything is done") {
    TestDriver driver;
    auto& backend = driver.backend();
    Recorder operation;
    SnapshotRequest request;
    request.id = snapshot_id(1);
    request.machine = vm_a;
    request.name = "S1";
    request.kind = SnapshotKind::recovery;
    CHECK(backend.create_snapshot(request, operation).error().code == BackendErrorCode::not_supported);
    request.kind = SnapshotKind::full;
    request.application_consistent = true;
    CHECK(backend.create_snapshot(request, operation).error().code == BackendErrorCode::not_supported);
    request.application_consistent = false;
    request.kind = SnapshotKind::disk;
    driver.virsh().start(vm_a);
    CHECK(backend.create_snapshot(request, operation).error().code == BackendErrorCode::not_supported);
    operation.stop = true;
    request.kind = SnapshotKind::full;
    CHECK(backend.create_snapshot(request, operation).error().code == BackendErrorCode::cancelled);
    CHECK(driver.virsh().names(vm_a).empty());
}

TEST_CASE("no URI, an empty one and the same one twice are refused") {
    for (const std::vector<std::string>& uris : {std::vector<std::string>{}, {""}, {uri, uri}}) {
        LibvirtBackendOptions options;
        options.uris = uris;
        CHECK(open_libvirt_backend(options).error().code == BackendErrorCode::invalid);
    }
}

TEST_CASE("a host that can't be reached leaves the others alone, and is complained of once") {
    Virsh virsh(uri);
    virsh.define(test_domain("a", vm_a));
    {
        Log log;
        const auto backend = opened({"qemu+unix:///session?socket=/nonexistent/socket", uri}, log.sink());
        CHECK(backend->machine(vm_a)->name == "a");
        CHECK(backend->machines("", 10)->size() == 2);
        const auto missing = backend->machine(vm_b);
        CHECK(missing.error().code == BackendErrorCode::unavailable);
        CHECK(missing.error().message.find("qemu+unix:///session") != std::string::npos);
        CHECK(missing.error().message.find("/nonexistent") == std::string::npos);
        CHECK(backend->snapshot(snapshot_id(1)).error().code == BackendErrorCode::unavailable);
        CHECK(log.count("can't be reached") == 1);
    }
    virsh.undefine(vm_a);
}

}  // namespace
}  // namespace tintype::test
