// Snapshots that can't be taken or applied: running machines, unsuitable disks, disks that fail, no space.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

#include "qcow2_store.hpp"

namespace tintype::test {
namespace {

SnapshotRequest fifth() {
    return {.id = guid(5), .machine = guid(0xA), .name = "S5", .notes = "new"};
}

void check_nothing_changed(const Qcow2Store& store, SnapshotBackend& backend,
                           Qcow2Store::Leaks leaks = Qcow2Store::Leaks::none) {
    CHECK(tree_of(backend) == "1 2>1 3>2 4>2");
    CHECK(backend.machine(guid(0xA))->current_snapshot == guid(3));
    for (const std::string& disk : store.disks("web")) CHECK(store.content(disk) == "55");
    store.check_clean(backend, leaks);
}

/// A file system of so many bytes in the place of a store; needs root. Only this process and its children see it, so
/// that nothing is left of it however they end.
class SmallFileSystem {
  public:
    SmallFileSystem(const Qcow2Store& store, const char* size) : path_(store.path()) {
        mounted_ = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                   ::mount("tmpfs", path_.c_str(), "tmpfs", 0, fmt::format("size={}", size).c_str()) == 0;
    }
    SmallFileSystem(const SmallFileSystem&) = delete;
    SmallFileSystem& operator=(const SmallFileSystem&) = delete;
    ~SmallFileSystem() {
        if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
    }
    [[nodiscard]] bool is_mounted() const { return mounted_; }
    /// Leaves so many bytes.
    void fill_but(std::size_t left) const {
        std::ofstream file(path_ / "filling", std::ios::binary);
        const std::string block(4096, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
        file.close();
        std::filesystem::resize_file(path_ / "filling", std::filesystem::file_size(path_ / "filling") - left);
    }
    void empty() const { std::filesystem::remove(path_ / "filling"); }

  private:
    std::filesystem::path path_;
    bool mounted_ = false;
};

TEST_CASE("a machine that runs from a disk is in use for a create and an apply, and nothing changes") {
    for (const char* held : {"web/disk0.qcow2", "web/disk1.qcow2"}) {
        Qcow2Store store;
        store.add_web();
        const auto backend = store.opened();
        Recorder operation;
        {
            const HeldDisk holder(store.path() / held);
            const auto created = backend->create_snapshot(fifth(), operation);
            CHECK(created.error().code == BackendErrorCode::in_use);
            CHECK(contains(created.error().message, std::string(held).substr(4)));
            CHECK(contains(created.error().message, "nothing was created"));
            CHECK(backend->apply_snapshot(guid(1), operation).error().code == BackendErrorCode::in_use);
            CHECK(backend->machine(guid(0xA))->state == MachineState::unknown);
        }
        check_nothing_changed(store, *backend);
        REQUIRE(backend->create_snapshot(fifth(), operation));
        CHECK(backend->machine(guid(0xA))->state == MachineState::off);
        CHECK(backend->apply_snapshot(guid(1), operation));
    }
}

TEST_CASE("a machine that starts while its disks are worked on stops the work: a create is undone") {
    Qcow2Store store;
    store.add_web();
    // qemu-img's own lock is what is refused here.
    const auto backend = store.opened(store.script(
        std::string(count_changes) +
        R"(if [ $n -eq 2 ]; then echo "qemu-img: Could not open: Failed to get \"write\" lock" >&2; exit 1; fi
           exec "$real" "$@")"));
    Recorder operation;
    const auto created = backend->create_snapshot(fifth(), operation);
    CHECK(created.error().code == BackendErrorCode::in_use);
    CHECK(created.error().message == "disk disk1.qcow2 is in use by another process; nothing was created");
    check_nothing_changed(store, *backend);
}

TEST_CASE("a disk that can't hold snapshots is named, or left out if that is asked for") {
    struct Case {
        std::vector<std::string> made;
        const char* said;
    };
    const std::vector<Case> cases{
        {{"-f", "raw"}, "disk data.img is no qcow2 file, so it can't hold snapshots"},
        {{"-f", "qcow2", "-o", "data_file=data.raw"}, "disk data.img keeps its data in another file"},
    };
    for (const Case& claim : cases) {
        CAPTURE(claim.said);
        Qcow2Store store;
        store.add_machine("web", guid(0xA), {"disk0.qcow2", "data.img"});
        store.make_disk(store.path() / "web/data.img", claim.made);
        const std::string before = store.read("web/data.img");
        auto backend = store.opened();
        Recorder operation;

        SnapshotRequest request = fifth();
        const auto refused = backend->create_snapshot(request, operation);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == BackendErrorCode::not_supported);
        CHECK_MESSAGE(contains(refused.error().message, claim.said), refused.error().message);
        CHECK(store.tags("web/disk0.qcow2").empty());

        request.skip_unsuitable_disks = true;
        REQUIRE(backend->create_snapshot(request, operation));
        CHECK(store.tags("web/disk0.qcow2") == std::vector{guid(5)});
        backend = store.opened_again(std::move(backend));
        REQUIRE(backend->snapshot(guid(5)));
        run("qemu-io", {"-f", "qcow2", "-c", "write -q -P 7 0 256K", (store.path() / "web/disk0.qcow2").string()});
        REQUIRE(backend->apply_snapshot(guid(5), operation));
        CHECK(store.content("web/disk0.qcow2") == "0");
        REQUIRE(backend->destroy_snapshot(guid(5), operation));
        CHECK(store.tags("web/disk0.qcow2").empty());
        CHECK(store.read("web/data.img") == before);
    }
}

TEST_CASE("a machine none of whose disks can hold snapshots has none, whatever is left out") {
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"data.img"});
    store.make_disk(store.path() / "web/data.img", {"-f", "raw"});
    const auto backend = store.opened();
    SnapshotRequest request = fifth();
    request.skip_unsuitable_disks = true;
    Recorder operation;
    CHECK(backend->create_snapshot(request, operation).error().code == BackendErrorCode::not_supported);
}

TEST_CASE("a missing disk is no unsuitable one: it is never left out") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened();
    std::filesystem::remove(store.path() / "web/disk1.qcow2");
    SnapshotRequest request = fifth();
    request.skip_unsuitable_disks = true;
    Recorder operation;
    const auto created = backend->create_snapshot(request, operation);
    CHECK(created.error().code == BackendErrorCode::invalid);
    CHECK(contains(created.error().message, "disk disk1.qcow2 is missing"));
    CHECK(store.tags("web/disk0.qcow2").size() == 4);
}

TEST_CASE("a consistency that no guest can be asked for is refused, and so is an id that is no GUID") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened();
    Recorder operation;
    SnapshotRequest request = fifth();
    request.application_consistent = true;
    CHECK(backend->create_snapshot(request, operation).error().code == BackendErrorCode::not_supported);
    request = fifth();
    request.id = "../x";
    CHECK(backend->create_snapshot(request, operation).error().code == BackendErrorCode::invalid);
    check_nothing_changed(store, *backend);
}

TEST_CASE("a create that fails on the second disk is undone on the first") {
    for (const char* how : {"exit 1", "kill -9 $$", "exit 0"}) {
        CAPTURE(how);
        Qcow2Store store;
        store.add_web();
        const auto backend = store.opened(
            store.script(std::string(count_changes) + "if [ $n -eq 2 ]; then " + how + "; fi\nexec \"$real\" \"$@\""));
        Recorder operation;
        const auto created = backend->create_snapshot(fifth(), operation);
        REQUIRE_FALSE(created);
        CHECK(contains(created.error().message, "nothing was created"));
        CHECK(contains(created.error().message, "disk1.qcow2"));
        CHECK(backend->snapshot(guid(5)).error().code == BackendErrorCode::not_found);
        check_nothing_changed(store, *backend);
        CHECK(backend->create_snapshot(fifth(), operation));
    }
}

TEST_CASE("what can't be undone yet is said, is no snapshot, and goes with the next work or by its name") {
    for (const bool by_name : {false, true}) {
        CAPTURE(by_name);
        Qcow2Store store;
        store.add_web();
        // The second disk fails, and then the first one's deletion.
        const auto backend = store.opened(
            store.script(std::string(count_changes) +
                         R"(if [ $n -eq 2 ] || [ $n -eq 3 ]; then echo "qemu-img: Input/output error" >&2; exit 1; fi
                            exec "$real" "$@")"));
        Recorder operation;
        const auto created = backend->create_snapshot(fifth(), operation);
        REQUIRE_FALSE(created);
        CHECK(created.error().code == BackendErrorCode::unavailable);
        CHECK(contains(created.error().message, "half made, what there is of it is still on disk0.qcow2"));
        CHECK(backend->snapshot(guid(5)).error().code == BackendErrorCode::invalid);
        CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");
        CHECK(store.has("web/creating.toml"));
        if (by_name) {
            CHECK(backend->destroy_snapshot(guid(5), operation)->snapshots == std::vector{guid(5)});
        } else {
            REQUIRE(backend->destroy_snapshot(guid(4), operation));
            REQUIRE(tree_of(*backend) == "1 2>1 3>2");
        }
        CHECK(backend->snapshot(guid(5)).error().code == BackendErrorCode::not_found);
        store.check_clean(*backend);
        CHECK(backend->create_snapshot(fifth(), operation));
    }
}

TEST_CASE("a second attempt under the same id first removes what the first one left") {
    Qcow2Store store;
    store.add_web();
    const auto backend =
        store.opened(store.script(std::string(count_changes) + "if [ $n -eq 2 ] || [ $n -eq 3 ]; then exit 1; fi\n"
                                                               "exec \"$real\" \"$@\""));
    Recorder operation;
    REQUIRE_FALSE(backend->create_snapshot(fifth(), operation));
    REQUIRE(backend->snapshot(guid(5)).error().code == BackendErrorCode::invalid);
    CHECK(backend->create_snapshot(fifth(), operation));
    CHECK(backend->snapshot(guid(5)));
    store.check_clean(*backend);
}

TEST_CASE("when a file system gets full between two disks, the first is tidied up with space that was set aside") {
    Qcow2Store store;
    const SmallFileSystem small(store, "6m");
    if (!small.is_mounted()) {
        MESSAGE("not tried: mounting a small file system takes root");
        return;
    }
    store.add_web();
    // All that is left goes when the first disk is done.
    const auto backend = store.opened(store.script(std::string(count_changes) + R"(
        "$real" "$@" || exit $?
        if [ $n -eq 1 ]; then dd if=/dev/zero of="$here/store/filling" bs=4k 2>/dev/null; fi
        exit 0)"));
    Recorder operation;
    const auto created = backend->create_snapshot(fifth(), operation);
    REQUIRE_FALSE(created);
    CHECK(created.error().code == BackendErrorCode::no_space);
    CHECK(created.error().message == "disk disk1.qcow2 is on a file system that is full; nothing was created");
    check_nothing_changed(store, *backend, Qcow2Store::Leaks::allowed);
}

TEST_CASE("an apply that fails on the first disk has changed nothing; on a later one it is carried through") {
    Qcow2Store store;
    store.add_web();
    auto backend = store.opened(
        store.script(std::string(count_changes) +
                     R"(if [ $n -eq 1 ]; then echo "qemu-img: Could not apply: No space left on device" >&2; exit 1; fi
           if [ $n -eq 3 ]; then echo "qemu-img: Could not apply: Input/output error" >&2; exit 1; fi
           exec "$real" "$@")"));
    Recorder operation;
    const auto first = backend->apply_snapshot(guid(1), operation);
    CHECK(first.error().code == BackendErrorCode::no_space);
    CHECK(contains(first.error().message, "the machine stays as it was"));
    check_nothing_changed(store, *backend);

    const auto second = backend->apply_snapshot(guid(1), operation);
    CHECK(second.error().code == BackendErrorCode::unavailable);
    CHECK(contains(second.error().message, "half applied: disks that are back at it: disk0.qcow2"));
    CHECK(store.content("web/disk0.qcow2") == "1");
    CHECK(store.content("web/disk1.qcow2") == "55");
    CHECK(store.has("web/applying.toml"));
    SUBCASE("by a restart") {
        backend = store.opened_again(std::move(backend));
    }
    SUBCASE("by the next work") {
        CHECK(backend->destroy_snapshot(guid(4), operation));
    }
    CHECK(backend->machine(guid(0xA))->current_snapshot == guid(1));
    CHECK(store.content("web/disk0.qcow2") == "1");
    CHECK(store.content("web/disk1.qcow2") == "1");
    store.check_clean(*backend);
}

TEST_CASE("a half applied machine that runs is left alone until it is off") {
    Qcow2Store store;
    store.add_web();
    store.write(
        "web/applying.toml",
        fmt::format("snapshot = \"{0}\"\ntag = \"{0}\"\ndisks = [\"disk0.qcow2\", \"disk1.qcow2\"]\n", guid(1)));
    std::unique_ptr<SnapshotBackend> backend;
    Recorder operation;
    {
        const HeldDisk holder(store.path() / "web/disk1.qcow2");
        backend = store.opened();
        CHECK(backend->machine(guid(0xA))->current_snapshot == guid(3));
        CHECK(backend->create_snapshot(fifth(), operation).error().code == BackendErrorCode::in_use);
    }
    REQUIRE(backend->create_snapshot(fifth(), operation));
    CHECK(backend->snapshot(guid(5))->parent == guid(1));
    for (const std::string& disk : store.disks("web")) CHECK(store.content(disk) == "1");
    store.check_clean(*backend);
}

TEST_CASE(
    "an apply that can't be carried through, since the snapshot was deleted by hand, does not block the machine") {
    Qcow2Store store;
    store.add_web();
    store.write(
        "web/applying.toml",
        fmt::format("snapshot = \"{0}\"\ntag = \"{0}\"\ndisks = [\"disk0.qcow2\", \"disk1.qcow2\"]\n", guid(4)));
    run("qemu-img", {"snapshot", "-d", guid(4), (store.path() / "web/disk1.qcow2").string()});
    const auto backend = store.opened();
    CHECK(contains(store.logged(), "deleted by hand from disk disk1.qcow2"));
    CHECK_FALSE(store.has("web/applying.toml"));
    Recorder operation;
    CHECK(backend->create_snapshot(fifth(), operation));
    CHECK(backend->destroy_snapshot(guid(4), operation));
}

TEST_CASE("two intents at once contradict each other: the machine is left out, and nothing is touched") {
    Qcow2Store store;
    store.add_web();
    for (const char* file : {"web/applying.toml", "web/creating.toml"}) {
        store.write(file, fmt::format("snapshot = \"{0}\"\ntag = \"{0}\"\ndisks = [\"disk0.qcow2\"]\n", guid(1)));
    }
    CHECK(store.opened()->machines("", 10)->empty());
    CHECK(contains(store.logged(), "creating.toml and applying.toml are both there"));
    CHECK(store.content("web/disk0.qcow2") == "55");
}

TEST_CASE("a damaged snapshot is not applied") {
    Qcow2Store store;
    store.add_web();
    run("qemu-img", {"snapshot", "-d", guid(2), (store.path() / "web/disk1.qcow2").string()});
    Recorder operation;
    SUBCASE("when it was known before") {
        const auto backend = store.opened();
        CHECK(backend->apply_snapshot(guid(2), operation).error().code == BackendErrorCode::invalid);
    }
    SUBCASE("when it comes out then") {
        const auto backend = store.opened();
        run("qemu-img", {"snapshot", "-d", guid(1), (store.path() / "web/disk1.qcow2").string()});
        const auto applied = backend->apply_snapshot(guid(1), operation);
        CHECK(applied.error().code == BackendErrorCode::invalid);
        CHECK(contains(applied.error().message, "missing on disk disk1.qcow2; the machine stays as it was"));
        CHECK(backend->snapshot(guid(1)).error().code == BackendErrorCode::invalid);
    }
    CHECK(store.content("web/disk0.qcow2") == "55");
}

TEST_CASE("on a full file system a create fails in words and leaves nothing; with space it works") {
    Qcow2Store store;
    const SmallFileSystem small(store, "6m");
    if (!small.is_mounted()) {
        MESSAGE("not tried: mounting a small file system takes root");
        return;
    }
    store.add_web();
    const auto backend = store.opened();
    Recorder operation;
    // From too little for creating.toml, through too little for either disk's table, to enough.
    bool made = false;
    unsigned refused = 0;
    for (std::size_t left = 0; !made && left <= std::size_t{1} << 20; left += left < 32768 ? 4096 : 32768) {
        CAPTURE(left);
        small.fill_but(left);
        const auto created = backend->create_snapshot(fifth(), operation);
        small.empty();
        made = created.has_value();
        if (made) break;
        ++refused;
        CHECK_MESSAGE(created.error().code == BackendErrorCode::no_space, created.error().message);
        CHECK_MESSAGE(contains(created.error().message, "nothing was created"), created.error().message);
        check_nothing_changed(store, *backend, Qcow2Store::Leaks::allowed);
    }
    CHECK(refused >= 2);
    CHECK(made);
    CHECK(tree_of(*backend) == "1 2>1 3>2 4>2 5>3");
    store.check_clean(*backend, Qcow2Store::Leaks::allowed);
}

}  // namespace
}  // namespace tintype::test
