// The backend on real QEMU machines under libvirt: contents, running machines, what is refused, and a host that is
// lost.
#include <doctest/doctest.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <thread>

#include "backend/behaviours.hpp"
#include "qemu_host.hpp"

namespace tintype::test {
namespace {

class QemuSubject final : public Subject {
  public:
    QemuSubject() {
        host_.define(vm_a, "a", {"a.qcow2", "b.qcow2"});
        host_.define(vm_b, "b");
        backend_ = opened({host_.uri()});
    }
    ~QemuSubject() override {
        backend_.reset();
        for (const auto& id : {vm_a, vm_b}) host_.remove(id);
    }
    SnapshotBackend& backend() override { return *backend_; }
    [[nodiscard]] std::array<std::string, 2> machines() const override { return {vm_a, vm_b}; }
    void write(const std::string& machine, unsigned byte) override { host_.fill(machine, byte); }
    std::optional<unsigned> content(const std::string& machine) override { return host_.content(machine); }
    bool reopen() override {
        backend_.reset();
        backend_ = opened({host_.uri()});
        return true;
    }
    bool break_disk() override {
        mark_corrupt(host_.disks(vm_a).back(), true);
        return true;
    }
    void mend_disk() override { mark_corrupt(host_.disks(vm_a).back(), false); }
    [[nodiscard]] bool hides_what_is_left() const override { return true; }
    void delete_what_is_left(const std::string& name) override {
        run("qemu-img", {"snapshot", "-d", name, host_.disks(vm_a).back().string()});
    }
    void check_clean() override {
        const auto listed = backend_->snapshots("", 1000);
        REQUIRE(listed);
        std::size_t count = 0;
        for (const auto& id : {vm_a, vm_b}) {
            host_.check_disks(id);
            count += host_.virsh().names(id).size();
        }
        CHECK(count == listed->size());
    }
    QemuHost& host() { return host_; }
    Virsh& virsh() { return host_.virsh(); }

  private:
    QemuHost& host_ = QemuHost::shared();
    std::unique_ptr<SnapshotBackend> backend_;
};

SnapshotRequest request(unsigned number, const std::string& name) {
    SnapshotRequest request;
    request.id = snapshot_id(number);
    request.machine = vm_a;
    request.name = name;
    return request;
}

TEST_CASE("the libvirt backend on QEMU does what every backend must, contents included") {
    check_behaviours([] { return std::make_unique<QemuSubject>(); });
}

TEST_CASE("a running machine is snapshotted with its memory, and goes back to running, paused or off") {
    QemuSubject subject;
    auto& backend = subject.backend();
    Recorder operation;
    subject.write(vm_a, 1);
    REQUIRE(backend.create_snapshot(request(1, "off"), operation));
    CHECK(backend.request_state(vm_a, StateRequest::start, operation)->state == MachineState::running);
    const auto running = backend.create_snapshot(request(2, "running"), operation);
    REQUIRE_MESSAGE(running, running.error().message);
    CHECK(running->holds_memory);
    CHECK(running->parent == snapshot_id(1));
    CHECK(backend.machine(vm_a)->state == MachineState::running);
    CHECK(backend.request_state(vm_a, StateRequest::pause, operation)->state == MachineState::paused);
    REQUIRE(backend.create_snapshot(request(3, "paused"), operation));
    subject.check_clean();

    CHECK(backend.apply_snapshot(snapshot_id(2), operation)->state == MachineState::running);
    CHECK(backend.machine(vm_a)->current_snapshot == snapshot_id(2));
    CHECK(backend.apply_snapshot(snapshot_id(3), operation)->state == MachineState::paused);
    REQUIRE(backend.destroy_snapshot(snapshot_id(2), operation));
    CHECK(backend.snapshot(snapshot_id(3))->parent == snapshot_id(1));
    CHECK(backend.apply_snapshot(snapshot_id(1), operation)->state == MachineState::off);
    CHECK(subject.content(vm_a) == 1);
    CHECK(backend.apply_snapshot(snapshot_id(3), operation)->state == MachineState::paused);
    REQUIRE(backend.destroy_snapshot_tree(snapshot_id(1), operation));
    CHECK(backend.machine(vm_a)->state == MachineState::paused);
    CHECK(backend.request_state(vm_a, StateRequest::turn_off, operation)->state == MachineState::off);
    subject.check_clean();
    CHECK(subject.content(vm_a) == 1);
}

TEST_CASE("a saved machine is seen as such, refuses a snapshot, and forgets its memory when a snapshot is applied") {
    QemuSubject subject;
    auto& backend = subject.backend();
    Recorder operation;
    REQUIRE(backend.create_snapshot(request(1, "off"), operation));
    REQUIRE(backend.request_state(vm_a, StateRequest::start, operation));
    const auto saved = backend.request_state(vm_a, StateRequest::save, operation);
    REQUIRE_MESSAGE(saved, saved.error().message);
    CHECK(saved->state == MachineState::saved);
    CHECK(backend.create_snapshot(request(2, "saved"), operation).error().code == BackendErrorCode::invalid);
    CHECK(backend.apply_snapshot(snapshot_id(1), operation)->state == MachineState::off);
    CHECK(backend.machine(vm_a)->state == MachineState::off);
    subject.check_clean();
}

TEST_CASE("disks that can't be part of a snapshot are named, with why, and nothing is done") {
    auto& host = QemuHost::shared();
    struct Case {
        std::vector<std::string> disks;
        std::string more;
        std::vector<std::string> words;
    };
    const std::string shared =
        "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/none.raw'/>"
        "<target dev='vdx' bus='virtio'/><shareable/></disk>";
    for (const Case& one : {Case{{"a.qcow2", "b.raw"}, "", {"vdb", "b.raw", "not in qcow2 format"}},
                            Case{{"a.qcow2"}, shared, {"vdx", "shared"}}, Case{{}, "", {"no disk"}}}) {
        host.define(vm_a, "a", one.disks, one.more);
        const auto backend = opened({host.uri()});
        Recorder operation;
        for (const bool skip : {false, true}) {
            auto asked = request(1, "S1");
            asked.skip_unsuitable_disks = skip;
            const auto refused = backend->create_snapshot(asked, operation);
            CHECK(refused.error().code == BackendErrorCode::not_supported);
            for (const auto& word : one.words) {
                CHECK_MESSAGE(refused.error().message.find(word) != std::string::npos, refused.error().message);
            }
        }
        CHECK(host.virsh().names(vm_a).empty());
    }
    host.remove(vm_a);
}

TEST_CASE("a read-only disk and an empty drive do no harm") {
    auto& host = QemuHost::shared();
    host.define(vm_a, "a", {"a.qcow2"},
                "<disk type='file' device='cdrom'><target dev='hda' bus='ide'/><readonly/></disk>");
    const auto backend = opened({host.uri()});
    Recorder operation;
    CHECK(backend->create_snapshot(request(1, "S1"), operation));
    host.remove(vm_a);
}

TEST_CASE("external snapshots are listed, and refused with their disks by name") {
    QemuSubject subject;
    auto& backend = subject.backend();
    Recorder operation;
    REQUIRE(backend.create_snapshot(request(1, "S1"), operation));
    subject.virsh().take_xml(vm_a, "<domainsnapshot><name>ext</name></domainsnapshot>",
                             VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY);
    const auto listed = backend.snapshots("", 10);
    REQUIRE(listed->size() == 2);
    const auto& external = listed->at(0).id == snapshot_id(1) ? listed->at(1) : listed->at(0);
    CHECK(external.parent == snapshot_id(1));
    const auto refused = [&](const auto& result) {
        CHECK(result.error().code == BackendErrorCode::not_supported);
        CHECK_MESSAGE(result.error().message.find("disk vda") != std::string::npos, result.error().message);
    };
    refused(backend.destroy_snapshot(external.id, operation));
    refused(backend.destroy_snapshot(snapshot_id(1), operation));
    refused(backend.destroy_snapshot_tree(snapshot_id(1), operation));
    refused(backend.apply_snapshot(external.id, operation));
    refused(backend.create_snapshot(request(2, "S2"), operation));
    CHECK(backend.snapshots("", 10)->size() == 2);
}

TEST_CASE("while a snapshot is taken, reading goes on, and changing the same machine is refused at once") {
    QemuSubject subject;
    auto& backend = subject.backend();
    Recorder operation;
    REQUIRE(backend.create_snapshot(request(1, "S1"), operation));
    REQUIRE(backend.request_state(vm_a, StateRequest::start, operation));
    std::future<BackendResult<Snapshot>> taken;
    {
        const auto halted = subject.host().halt("a");
        taken = std::async(std::launch::async, [&] {
            Recorder other;
            return backend.create_snapshot(request(2, "S2"), other);
        });
        // libvirt lists it while it is made.
        while (subject.virsh().names(vm_a).size() < 2) std::this_thread::yield();
        CHECK(backend.snapshot(snapshot_id(2)).error().code == BackendErrorCode::not_found);
        CHECK(backend.snapshot(snapshot_id(1))->name == "S1");
        CHECK(backend.snapshots("", 10)->size() == 1);
        CHECK(backend.machine(vm_a)->state == MachineState::running);
        CHECK(backend.modify_snapshot(snapshot_id(1), {.name = "x"}).error().code == BackendErrorCode::in_use);
    }
    CHECK(taken.get());
    CHECK(backend.snapshot(snapshot_id(2))->name == "S2");
}

TEST_CASE("a snapshot that was being taken when its client was killed is found when it is whole, not before") {
    QemuSubject subject;
    Recorder operation;
    REQUIRE(subject.backend().request_state(vm_a, StateRequest::start, operation));
    std::future<BackendResult<Snapshot>> found;
    {
        const auto halted = subject.host().halt("a");
        // A process of its own, so that it can die in the middle: what it asks for is what the backend asks for.
        const auto description = "tintype-id: " + snapshot_id(1) + "\ntintype-machine: " + vm_a;
        std::vector<std::string> words{
            "virsh", "-q", "-c", subject.host().uri(), "snapshot-create-as", "a", "ours", "--description", description};
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        pid_t client = -1;
        REQUIRE(::posix_spawnp(&client, "virsh", nullptr, nullptr, argv.data(), environ) == 0);
        while (subject.virsh().names(vm_a).empty()) std::this_thread::yield();
        REQUIRE(::kill(client, SIGKILL) == 0);
        REQUIRE(::waitpid(client, nullptr, 0) == client);
        subject.reopen();
        found = std::async(std::launch::async, [&] { return subject.backend().snapshot(snapshot_id(1)); });
        CHECK(found.wait_for(std::chrono::seconds(2)) == std::future_status::timeout);
    }
    const auto whole = found.get();
    REQUIRE_MESSAGE(whole, whole.error().message);
    CHECK(whole->name == "ours");
    subject.check_clean();
    CHECK(subject.backend().apply_snapshot(snapshot_id(1), operation));
}

TEST_CASE("libvirt can't stop a snapshot that it takes of a running machine") {
    QemuSubject subject;
    subject.virsh().start(vm_a);
    const auto domain = subject.virsh().domain(vm_a);
    std::future<void> taken;
    std::future<int> stopped;
    {
        const auto halted = subject.host().halt("a");
        taken = std::async(std::launch::async, [&] { Virsh(subject.host().uri()).take(vm_a, "S1"); });
        while (subject.virsh().names(vm_a).empty()) std::this_thread::yield();
        stopped = std::async(std::launch::async,
                             [&] { return virDomainAbortJob(domain.get()) == 0 ? VIR_ERR_OK : virGetLastErrorCode(); });
        CHECK(stopped.wait_for(std::chrono::milliseconds(500)) == std::future_status::timeout);
    }
    taken.get();
    CHECK(stopped.get() == VIR_ERR_OPERATION_INVALID);
    CHECK(subject.virsh().names(vm_a).size() == 1);
    subject.check_clean();
}

TEST_CASE("a lost host makes its machines unavailable, is complained of once, and is there again when it is back") {
    auto& host = QemuHost::shared();
    host.define(vm_a, "a");
    Log log;
    const auto backend = opened({host.uri(), "test:///default"}, log.sink());
    Recorder operation;
    REQUIRE(backend->create_snapshot(request(1, "S1"), operation));
    CHECK(backend->machines("", 10)->size() == 2);
    host.kill_daemon();
    REQUIRE(log.wait_for("is lost"));
    CHECK(backend->machine(vm_a).error().code == BackendErrorCode::unavailable);
    CHECK(backend->snapshot(snapshot_id(1)).error().code == BackendErrorCode::unavailable);
    CHECK(backend->destroy_snapshot(snapshot_id(1), operation).error().code == BackendErrorCode::unavailable);
    CHECK(backend->create_snapshot(request(2, "S2"), operation).error().code == BackendErrorCode::unavailable);
    // What is known of it stays listed, so that nobody takes it for destroyed; the other host is served.
    const auto machines = backend->machines("", 10);
    REQUIRE(machines->size() == 2);
    CHECK(machines->at(1).id == vm_a);
    CHECK(machines->at(1).state == MachineState::unknown);
    CHECK(backend->snapshots("", 10)->size() == 1);
    REQUIRE(log.wait_for("can't be reached"));
    host.start_daemon();
    REQUIRE(log.wait_for("qemu+unix:///session is reached", 2));
    CHECK(backend->machine(vm_a)->state == MachineState::off);
    CHECK(backend->snapshot(snapshot_id(1))->name == "S1");
    CHECK(backend->destroy_snapshot(snapshot_id(1), operation));
    CHECK(log.count("is lost") == 1);
    host.remove(vm_a);
}

TEST_CASE("a machine that is defined on two hosts is listed once, from where it runs") {
    auto& host = QemuHost::shared();
    host.define(vm_a, "a");
    Virsh other("test:///default");
    other.define(test_domain("a", vm_a));
    {
        const auto backend = opened({"test:///default", host.uri()});
        CHECK(backend->machine(vm_a)->notes == "notes of a");
        host.virsh().start(vm_a, true);
        CHECK(backend->machines("", 10)->size() == 2);
        CHECK(backend->machine(vm_a)->state == MachineState::paused);
        CHECK(backend->machine(vm_a)->notes.empty());
    }
    other.undefine(vm_a);
    host.remove(vm_a);
}

}  // namespace
}  // namespace tintype::test
