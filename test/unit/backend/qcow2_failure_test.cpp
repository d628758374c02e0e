// What is left when a destroy fails, is ended, or dies with its process.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "backend/disk.hpp"
#include "backend/qemu_img.hpp"
#include "qcow2_store.hpp"

namespace tintype::test {
namespace {

TEST_CASE("a disk that another process holds is in use, and nothing changes") {
    for (const char* held : {"web/disk0.qcow2", "web/disk1.qcow2"}) {
        Qcow2Store store;
        store.add_web();
        const auto backend = store.opened();
        Recorder operation;
        {
            const HeldDisk holder(store.path() / held);
            const auto destroyed = backend->destroy_snapshot(guid(2), operation);
            REQUIRE_FALSE(destroyed);
            CHECK(destroyed.error().code == BackendErrorCode::in_use);
            CHECK(contains(destroyed.error().message, std::string(held).substr(4)));
            CHECK(backend->machine(guid(0xA))->state == MachineState::unknown);
        }
        CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");
        CHECK(store.tags("web/disk0.qcow2").size() == 4);
        CHECK(store.tags("web/disk1.qcow2").size() == 4);
        CHECK_FALSE(store.has("web/destroying.toml"));
        CHECK(backend->destroy_snapshot(guid(2), operation));
    }
}

TEST_CASE("a store opens while a machine's disk is held, and shows its snapshots") {
    Qcow2Store store;
    store.add_web();
    const HeldDisk holder(store.path() / "web/disk0.qcow2");
    const auto backend = store.opened();
    CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");
    CHECK(backend->machine(guid(0xA))->state == MachineState::unknown);
}

TEST_CASE("qemu-img's own refusal of a held disk is in use too") {
    Qcow2Store store;
    store.add_web();
    const HeldDisk holder(store.path() / "web/disk0.qcow2");
    const auto qemu_img = backend::QemuImg::find("qemu-img", std::chrono::seconds(60));
    REQUIRE(qemu_img);
    const backend::Disk disk{"disk0.qcow2", store.path() / "web/disk0.qcow2"};
    const auto deleted = qemu_img->delete_snapshot(disk, guid(1));
    REQUIRE_FALSE(deleted);
    CHECK(deleted.error().code == BackendErrorCode::in_use);
    CHECK(deleted.error().message == "disk disk0.qcow2 is in use by another process");
}

TEST_CASE("what fails on the first disk has destroyed nothing") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened(store.script(
        R"(if [ "$1" = snapshot ]; then echo "qemu-img: Could not delete: No space left on device" >&2; exit 1; fi
           exec "$real" "$@")"));
    Recorder operation;
    const auto destroyed = backend->destroy_snapshot(guid(2), operation);
    REQUIRE_FALSE(destroyed);
    CHECK(destroyed.error().code == BackendErrorCode::no_space);
    CHECK(contains(destroyed.error().message, "nothing was destroyed"));
    CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");
    CHECK_FALSE(store.has("web/destroying.toml"));
}

TEST_CASE("a snapshot that is half destroyed is not called whole, and the next destroy or opening finishes it") {
    for (const bool reopen : {false, true}) {
        CAPTURE(reopen);
        Qcow2Store store;
        store.add_web();
        auto backend = store.opened(store.script(std::string(count_changes) + R"(
            if [ $n -eq 2 ]; then echo "qemu-img: Could not delete: Input/output error" >&2; exit 1; fi
            exec "$real" "$@")"));
        Recorder operation;
        const auto destroyed = backend->destroy_snapshot(guid(2), operation);
        REQUIRE_FALSE(destroyed);
        CHECK(destroyed.error().code == BackendErrorCode::unavailable);
        CHECK(contains(destroyed.error().message, "gone from disk0.qcow2, still on disk1.qcow2"));
        CHECK(store.has("web/destroying.toml"));

        const auto asked = backend->snapshot(guid(2));
        REQUIRE_FALSE(asked);
        CHECK(asked.error().code == BackendErrorCode::invalid);
        CHECK(contains(asked.error().message, "half destroyed"));
        CHECK(tree_of(*backend) == "1 3>1 4>1");
        CHECK(backend->snapshot(guid(3)));

        if (reopen) {
            backend.reset();
            backend = store.opened();
        } else {
            CHECK(backend->destroy_snapshot(guid(2), operation)->snapshots.front() == guid(2));
        }
        CHECK(backend->snapshot(guid(2)).error().code == BackendErrorCode::not_found);
        CHECK(tree_of(*backend) == "1 3>1 4>1");
        CHECK(store.tags("web/disk0.qcow2") == std::vector{guid(1), guid(3), guid(4)});
        CHECK(store.tags("web/disk1.qcow2") == std::vector{guid(1), guid(3), guid(4)});
        CHECK_FALSE(store.has("web/destroying.toml"));
    }
}

TEST_CASE("a destroy of another snapshot finishes the half destroyed one first") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened(store.script(std::string(count_changes) + R"(
        if [ $n -eq 2 ]; then exit 1; fi
        exec "$real" "$@")"));
    Recorder operation;
    CHECK(backend->destroy_snapshot(guid(2), operation).error().code == BackendErrorCode::failed);
    REQUIRE(backend->destroy_snapshot(guid(4), operation));
    CHECK(tree_of(*backend) == "1 3>1");
    CHECK(store.tags("web/disk1.qcow2") == std::vector{guid(1), guid(3)});
}

TEST_CASE("a qemu-img that says it failed but did its work has destroyed the snapshot") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened(store.script(R"("$real" "$@" || exit $?
                        if [ "$1" = snapshot ]; then exit 3; fi)"));
    Recorder operation;
    const auto destroyed = backend->destroy_snapshot(guid(2), operation);
    // The first disk has lost it, the second was never asked.
    REQUIRE_FALSE(destroyed);
    CHECK(contains(destroyed.error().message, "gone from disk0.qcow2, still on disk1.qcow2"));
    CHECK(contains(destroyed.error().message, "status 3"));
    CHECK(backend->destroy_snapshot(guid(2), operation));
    CHECK(tree_of(*backend) == "1 3>1 4>1");
}

TEST_CASE("a qemu-img that says it worked but did nothing has destroyed nothing") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened(store.script(R"(if [ "$1" = snapshot ]; then exit 0; fi; exec "$real" "$@")"));
    Recorder operation;
    const auto destroyed = backend->destroy_snapshot(guid(2), operation);
    REQUIRE_FALSE(destroyed);
    CHECK(destroyed.error().code == BackendErrorCode::failed);
    CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");
}

TEST_CASE("a qemu-img that hangs is ended, and so is what it started") {
    Qcow2Store store;
    store.add_web();
    const std::filesystem::path alive = store.beside() / "alive";
    REQUIRE(::mkfifo(alive.c_str(), 0600) == 0);
    REQUIRE(::mkfifo((store.beside() / "never").c_str(), 0600) == 0);
    const int watch = ::open(alive.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(watch >= 0);
    // The shell and the cat it starts both hold `alive` for as long as they live.
    auto backend = store.open(store.script(R"(
        if [ "$1" = snapshot ]; then exec 7> "$here/alive"; cat "$here/never"; fi
        exec "$real" "$@")"),
                              std::chrono::seconds(3));
    REQUIRE(backend);
    Recorder operation;
    const auto destroyed = (*backend)->destroy_snapshot(guid(2), operation);
    REQUIRE_FALSE(destroyed);
    CHECK(destroyed.error().code == BackendErrorCode::timed_out);
    CHECK(contains(destroyed.error().message, "nothing was destroyed"));
    CHECK(tree_of(**backend) == "1 2>1 3>2 4>2");
    // Once nobody holds it for writing, a read gives the end of the file instead of EAGAIN.
    struct pollfd ended {
        watch, POLLIN, 0
    };
    CHECK(::poll(&ended, 1, 10'000) == 1);
    char byte = 0;
    CHECK(::read(watch, &byte, 1) == 0);
    ::close(watch);
}

TEST_CASE("after a kill -9 at any step, an opened store finds a snapshot whole or not at all") {
    struct Case {
        const char* when;  ///< The script's condition for killing its parent.
        bool before;       ///< Before that deletion is done, or after it.
        bool whole;        ///< What must be found.
    };
    const std::vector<Case> cases{{"1", true, true}, {"1", false, false}, {"2", true, false}, {"2", false, false}};
    for (const Case& claim : cases) {
        CAPTURE(claim.when);
        CAPTURE(claim.before);
        Qcow2Store store;
        store.add_web();
        const std::string kill = fmt::format("if [ $n -eq {} ]; then kill -9 $PPID; exit 1; fi", claim.when);
        const std::filesystem::path script = store.script(
            count_changes + (claim.before ? kill + "\nexec \"$real\" \"$@\"" : "\"$real\" \"$@\" || exit $?\n" + kill));
        const pid_t child = ::fork();
        if (child == 0) {
            auto backend = store.open(script);
            Recorder operation;
            if (backend) (void)(*backend)->destroy_snapshot(guid(2), operation);
            ::_exit(0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        REQUIRE(WTERMSIG(status) == SIGKILL);
        REQUIRE(store.has("web/destroying.toml"));

        const auto backend = store.opened();
        CHECK_FALSE(store.has("web/destroying.toml"));
        CHECK(contains(store.logged(), "was interrupted"));
        CHECK(tree_of(*backend) == (claim.whole ? "1 2>1 3>2 4>2" : "1 3>1 4>1"));
        for (const char* disk : {"web/disk0.qcow2", "web/disk1.qcow2"}) {
            CHECK(store.content(disk) == "55");
            CHECK(store.tags(disk).size() == (claim.whole ? 4 : 3));
            if (claim.whole) CHECK(store.content(disk, guid(2)) == "2");
            CHECK(store.content(disk, guid(3)) == "3");
        }
    }
}

TEST_CASE("a kill -9 between the tree and the end leaves nothing but the intent, which is cleared away") {
    Qcow2Store store;
    store.add_web();
    {
        const auto backend = store.opened();
        Recorder operation;
        REQUIRE(backend->destroy_snapshot(guid(2), operation));
    }
    store.write("web/destroying.toml", fmt::format("snapshot = \"{0}\"\ntag = \"{0}\"\ndisks = [\"disk0.qcow2\", "
                                                   "\"disk1.qcow2\"]\n",
                                                   guid(2)));
    const auto backend = store.opened();
    CHECK(tree_of(*backend) == "1 3>1 4>1");
    CHECK_FALSE(store.has("web/destroying.toml"));
}

TEST_CASE("an unfinished destroy that can't be finished yet keeps its word until it can") {
    Qcow2Store store;
    store.add_web();
    run("qemu-img", {"snapshot", "-d", guid(2), (store.path() / "web/disk0.qcow2").string()});
    store.write("web/destroying.toml", fmt::format("snapshot = \"{0}\"\ntag = \"{0}\"\ndisks = [\"disk0.qcow2\", "
                                                   "\"disk1.qcow2\"]\n",
                                                   guid(2)));
    std::unique_ptr<SnapshotBackend> backend;
    Recorder operation;
    {
        const HeldDisk holder(store.path() / "web/disk1.qcow2");
        backend = store.opened();
        CHECK(backend->snapshot(guid(2)).error().code == BackendErrorCode::invalid);
        CHECK(tree_of(*backend) == "1 3>1 4>1");
        CHECK(backend->destroy_snapshot(guid(4), operation).error().code == BackendErrorCode::in_use);
        CHECK(store.has("web/destroying.toml"));
    }
    CHECK(backend->destroy_snapshot(guid(4), operation));
    CHECK(tree_of(*backend) == "1 3>1");
    CHECK(backend->snapshot(guid(2)).error().code == BackendErrorCode::not_found);
    CHECK(store.tags("web/disk1.qcow2") == std::vector{guid(1), guid(3)});
}

}  // namespace
}  // namespace tintype::test
