// Other names and notes for the snapshots of a qcow2 store.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "qcow2_store.hpp"

namespace tintype::test {
namespace {

TEST_CASE("a renamed snapshot keeps its new name and notes when the store is opened again, and its disks as they are") {
    Qcow2Store store;
    store.add_web();
    const std::string notes = "two lines,\n\"quoted\" \u00fc\u2603";
    {
        const auto backend = store.opened();
        REQUIRE(backend->capabilities().modifies_snapshots);
        const auto modified = backend->modify_snapshot(guid(2), {.name = "Before the update", .notes = notes});
        REQUIRE_MESSAGE(modified, modified.error().message);
        CHECK(modified->name == "Before the update");
        CHECK(backend->snapshot(guid(2))->notes == notes);
        CHECK(backend->modify_snapshot(guid(3), {.notes = "only notes"})->name == "S3");
    }
    const auto backend = store.opened();
    const auto snapshot = backend->snapshot(guid(2));
    REQUIRE(snapshot);
    CHECK(snapshot->name == "Before the update");
    CHECK(snapshot->notes == notes);
    CHECK(snapshot->parent == guid(1));
    CHECK(backend->snapshot(guid(3))->notes == "only notes");
    CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");
    CHECK(store.tags("web/disk0.qcow2") == std::vector{guid(1), guid(2), guid(3), guid(4)});
    CHECK(store.content("web/disk1.qcow2", guid(2)) == "2");
    CHECK(backend->modify_snapshot(guid(2), {.notes = ""})->notes.empty());
    CHECK(backend->modify_snapshot(guid(9), {.name = "x"}).error().code == BackendErrorCode::not_found);
    CHECK(backend->modify_snapshot(guid(0xA), {.name = "x"}).error().code == BackendErrorCode::not_found);
}

TEST_CASE("a snapshot is renamed while the machine runs from the disks") {
    Qcow2Store store;
    store.add_web();
    const HeldDisk running(store.path() / "web/disk0.qcow2");
    const auto backend = store.opened();
    CHECK(backend->modify_snapshot(guid(2), {.name = "renamed"}));
    CHECK(backend->snapshot(guid(2))->name == "renamed");
}

TEST_CASE("a renamed snapshot can be destroyed, and what is renamed after a destroy keeps the new tree") {
    Qcow2Store store;
    store.add_web();
    Recorder operation;
    {
        const auto backend = store.opened();
        REQUIRE(backend->modify_snapshot(guid(2), {.name = "doomed"}));
        REQUIRE(backend->destroy_snapshot(guid(2), operation));
        REQUIRE(backend->modify_snapshot(guid(3), {.name = "orphan"}));
    }
    const auto backend = store.opened();
    CHECK(tree_of(*backend) == "1 3>1 4>1");
    CHECK(backend->snapshot(guid(3))->name == "orphan");
}

TEST_CASE("while a snapshot is destroyed, renaming any of the machine is refused as in use, and nothing is lost") {
    Qcow2Store store;
    store.add_web();
    const std::filesystem::path reached = store.beside() / "reached";
    const std::filesystem::path on = store.beside() / "on";
    REQUIRE(::mkfifo(reached.c_str(), 0600) == 0);
    REQUIRE(::mkfifo(on.c_str(), 0600) == 0);
    const auto backend = store.opened(store.script(R"(
        if [ "$1" = snapshot ] && [ ! -e "$here/once" ]; then
            : > "$here/once"; echo > "$here/reached"; read line < "$here/on"
        fi
        exec "$real" "$@")"));
    Recorder operation;
    BackendResult<Destroyed> destroyed;
    std::thread job([&] { destroyed = backend->destroy_snapshot(guid(2), operation); });
    char byte = 0;
    const int wait = ::open(reached.c_str(), O_RDONLY | O_CLOEXEC);
    CHECK(::read(wait, &byte, 1) == 1);
    ::close(wait);

    CHECK(backend->modify_snapshot(guid(3), {.name = "renamed"}).error().code == BackendErrorCode::in_use);
    CHECK(backend->modify_snapshot(guid(2), {.name = "renamed"}).error().code == BackendErrorCode::in_use);

    const int go = ::open(on.c_str(), O_WRONLY | O_CLOEXEC);
    CHECK(::write(go, "\n", 1) == 1);
    ::close(go);
    job.join();
    REQUIRE(destroyed);
    CHECK(backend->snapshot(guid(3))->name == "S3");
    CHECK(backend->modify_snapshot(guid(3), {.name = "renamed"}));
    CHECK(backend->modify_snapshot(guid(2), {.name = "renamed"}).error().code == BackendErrorCode::not_found);
}

TEST_CASE("a tree that somebody edited is not written over by a renaming") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened();
    const std::string edited = store.read("web/snapshots.toml") + "\n# a note\n";
    store.write("web/snapshots.toml", edited);
    const auto modified = backend->modify_snapshot(guid(2), {.name = "renamed"});
    REQUIRE_FALSE(modified);
    CHECK(modified.error().code == BackendErrorCode::invalid);
    CHECK(modified.error().message.find("nothing was changed") != std::string::npos);
    CHECK(store.read("web/snapshots.toml") == edited);
    CHECK(backend->snapshot(guid(2))->name == "S2");
}

TEST_CASE("a damaged snapshot is not renamed: the error says what is wrong with it") {
    Qcow2Store store;
    store.add_web();
    run("qemu-img", {"snapshot", "-d", guid(2), (store.path() / "web/disk0.qcow2").string()});
    const auto backend = store.opened();
    const auto modified = backend->modify_snapshot(guid(2), {.name = "renamed"});
    REQUIRE_FALSE(modified);
    CHECK(modified.error().code == BackendErrorCode::invalid);
    CHECK(modified.error().message.find("damaged") != std::string::npos);
    // Its child shows the next whole ancestor as its parent, renamed or read.
    CHECK(backend->modify_snapshot(guid(3), {.name = "renamed"})->parent == guid(1));
    CHECK(backend->snapshot(guid(3))->parent == guid(1));
}

TEST_CASE("what can't be written down is answered with an error, and the old name stays") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened();
    const std::string before = store.read("web/snapshots.toml");
    SUBCASE("the temporary file can't be made") {
        std::filesystem::create_directory(store.path() / "web/.snapshots.toml.new");
        CHECK_FALSE(backend->modify_snapshot(guid(2), {.name = "renamed"}));
    }
    SUBCASE("the tree would be too long to be read again") {
        const auto modified = backend->modify_snapshot(guid(2), {.notes = std::string(std::size_t{65} << 20, 'x')});
        REQUIRE_FALSE(modified);
        CHECK(modified.error().code == BackendErrorCode::no_space);
    }
    CHECK(backend->snapshot(guid(2))->name == "S2");
    CHECK(backend->snapshot(guid(2))->notes.empty());
    CHECK(store.read("web/snapshots.toml") == before);
}

TEST_CASE("after a kill -9 at any moment of a renaming, name and notes are both old or both new") {
    Qcow2Store store;
    store.add_web();
    for (int round = 0; round < 12; ++round) {
        CAPTURE(round);
        std::array<int, 2> pipe{};
        REQUIRE(::pipe(pipe.data()) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(pipe[0]);
            auto backend = store.open();
            for (int n = 0; backend; ++n) {
                const std::string text = fmt::format("{}.{}", round, n);
                if (!(*backend)->modify_snapshot(guid(2), {.name = text, .notes = text})) break;
                if (::write(pipe[1], "x", 1) != 1) break;
            }
            ::_exit(1);
        }
        ::close(pipe[1]);
        char byte = 0;
        // As many renamings as rounds have been answered when it dies in the middle of the next.
        for (int n = 0; n <= round; ++n) REQUIRE(::read(pipe[0], &byte, 1) == 1);
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        ::close(pipe[0]);
        REQUIRE(WIFSIGNALED(status));

        const auto backend = store.opened();
        const auto snapshot = backend->snapshot(guid(2));
        REQUIRE(snapshot);
        CHECK(snapshot->name == snapshot->notes);
        CHECK(snapshot->name.starts_with(fmt::format("{}.", round)));
        // What was answered is there.
        CHECK(std::stoi(snapshot->name.substr(snapshot->name.find('.') + 1)) >= round);
        CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");
    }
}

}  // namespace
}  // namespace tintype::test
