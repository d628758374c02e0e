// Kill -9 at each call of qemu-img that changes a disk and at each change of a file: whatever was being done is either
// whole or undone when the store is opened again, on all disks, and nothing is left that nobody owns.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <set>

#include "file_steps.hpp"
#include "qcow2_store.hpp"

namespace tintype::test {
namespace {

/// Where the process dies.
struct Moment {
    unsigned file_step = 0;    ///< Before this change of a file; 0: at no file.
    unsigned call = 0;         ///< At this change of a disk by qemu-img; 0: at none.
    bool after = false;        ///< When qemu-img has done its work, or before.
    bool takes_along = false;  ///< qemu-img dies too, before it has done anything.
};

/// Counts the changes of disks in `$n` and ends its parent at the chosen one.
std::filesystem::path dying_qemu_img(const Qcow2Store& store, const Moment& moment) {
    const std::string kill = fmt::format("[ $n -eq {} ] && kill -9 $PPID", moment.call);
    std::string body = R"(
n=0
if [ "$1" = snapshot ]; then
  n=$(($(cat "$here/count" 2>/dev/null || echo 0) + 1))
  echo $n > "$here/count"
fi
)";
    if (moment.call > 0 && !moment.after) body += kill + (moment.takes_along ? " && exit 1\n" : "\n");
    body += "\"$real\" \"$@\" || exit $?\n";
    if (moment.call > 0 && moment.after) body += kill + "\n";
    return store.script(body + "exit 0\n");
}

/// Does something with the store in another process. \returns true if that died on the way.
bool dies(Qcow2Store& store, const Moment& moment, const std::function<void(SnapshotBackend&)>& work) {
    std::filesystem::remove(store.beside() / "count");
    const auto script = dying_qemu_img(store, moment);
    const pid_t child = ::fork();
    if (child == 0) {
        die_before_file_step(moment.file_step);
        const auto backend = store.open(script);
        if (!backend) ::_exit(3);
        work(**backend);
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) {
        REQUIRE(WTERMSIG(status) == SIGKILL);
        return true;
    }
    REQUIRE(WEXITSTATUS(status) == 0);
    return false;
}

/// Every moment at which the work can die, on a fresh store each: ends when it gets through.
/// \param then gets the opened store, and is asked whether all is well in it.
void at_every_moment(const std::function<void(SnapshotBackend&)>& work,
                     const std::function<void(Qcow2Store&, SnapshotBackend&)>& then) {
    Qcow2Store original;
    original.add_web();
    const auto round = [&](const Moment& moment) {
        CAPTURE(moment.file_step);
        CAPTURE(moment.call);
        CAPTURE(moment.after);
        CAPTURE(moment.takes_along);
        Qcow2Store store(original);
        if (!dies(store, moment, work)) return false;
        const auto backend = store.opened();
        then(store, *backend);
        return true;
    };
    unsigned moments = 0;
    for (unsigned step = 1; round({.file_step = step}); ++step) ++moments;
    CHECK(moments >= 8);
    for (unsigned call = 1; round({.call = call, .takes_along = true}); ++call) {
        ++moments;
        CHECK(round({.call = call, .after = true}));
        CHECK(round({.call = call}));
    }
    CHECK(moments >= 10);
}

void check_others(Qcow2Store& store, const std::set<unsigned>& snapshots) {
    for (const std::string& disk : store.disks("web")) {
        CAPTURE(disk);
        for (const unsigned number : snapshots) CHECK(store.content(disk, guid(number)) == std::to_string(number));
    }
}

const SnapshotRequest fifth{.id = guid(5), .machine = guid(0xA), .name = "S5", .notes = "new"};

TEST_CASE("a snapshot whose making was cut short by kill -9 is whole or there is nothing of it") {
    std::set<bool> fates;
    at_every_moment(
        [](SnapshotBackend& backend) {
            Recorder operation;
            (void)backend.create_snapshot(fifth, operation);
        },
        [&](Qcow2Store& store, SnapshotBackend& backend) {
            const bool made = backend.snapshot(guid(5)).has_value();
            fates.insert(made);
            CHECK(tree_of(backend) == (made ? "1 2>1 3>2 4>2 5>3" : "1 2>1 3>2 4>2"));
            CHECK(backend.machine(guid(0xA))->current_snapshot == guid(made ? 5 : 3));
            if (!made) CHECK(backend.snapshot(guid(5)).error().code == BackendErrorCode::not_found);
            store.check_clean(backend, Qcow2Store::Leaks::allowed);
            for (const std::string& disk : store.disks("web")) {
                CHECK(store.content(disk) == "55");
                if (made) CHECK(store.content(disk, guid(5)) == "55");
            }
            Recorder operation;
            if (!made) CHECK(backend.create_snapshot(fifth, operation));
        });
    CHECK(fates == std::set{true, false});
}

TEST_CASE("an apply that was cut short by kill -9 is carried through on all disks, or has not begun") {
    std::set<bool> fates;
    at_every_moment(
        [](SnapshotBackend& backend) {
            Recorder operation;
            (void)backend.apply_snapshot(guid(1), operation);
        },
        [&](Qcow2Store& store, SnapshotBackend& backend) {
            const bool applied = backend.machine(guid(0xA))->current_snapshot == guid(1);
            fates.insert(applied);
            CHECK(tree_of(backend) == "1 2>1 3>2 4>2");
            if (!applied) CHECK(backend.machine(guid(0xA))->current_snapshot == guid(3));
            store.check_clean(backend, Qcow2Store::Leaks::allowed);
            for (const std::string& disk : store.disks("web")) CHECK(store.content(disk) == (applied ? "1" : "55"));
        });
    CHECK(fates == std::set{true, false});
}

TEST_CASE("a destroy that was cut short by kill -9 leaves the snapshot whole, or nothing of it") {
    std::set<bool> fates;
    at_every_moment(
        [](SnapshotBackend& backend) {
            Recorder operation;
            (void)backend.destroy_snapshot(guid(2), operation);
        },
        [&](Qcow2Store& store, SnapshotBackend& backend) {
            const bool whole = backend.snapshot(guid(2)).has_value();
            fates.insert(whole);
            CHECK(tree_of(backend) == (whole ? "1 2>1 3>2 4>2" : "1 3>1 4>1"));
            store.check_clean(backend, Qcow2Store::Leaks::allowed);
            if (whole) check_others(store, {2});
            for (const std::string& disk : store.disks("web")) CHECK(store.content(disk) == "55");
        });
    CHECK(fates == std::set{true, false});
}

TEST_CASE("the repair after a crash may crash itself, at any moment, and the next one does it") {
    struct Case {
        std::function<void(SnapshotBackend&)> work;
        const char* tree;
        const char* content;
    };
    Recorder operation;
    const std::vector<Case> cases{
        {[&](SnapshotBackend& backend) { (void)backend.create_snapshot(fifth, operation); }, "1 2>1 3>2 4>2", "55"},
        {[&](SnapshotBackend& backend) { (void)backend.apply_snapshot(guid(1), operation); }, "1 2>1 3>2 4>2", "1"},
        {[&](SnapshotBackend& backend) { (void)backend.destroy_snapshot(guid(2), operation); }, "1 3>1 4>1", "55"},
    };
    Qcow2Store original;
    original.add_web();
    for (const Case& claim : cases) {
        CAPTURE(claim.tree);
        CAPTURE(claim.content);
        Qcow2Store half(original);
        REQUIRE(dies(half, {.call = 1, .after = true}, claim.work));
        const auto repair = [](SnapshotBackend&) {};
        const auto round = [&](const Moment& moment) {
            CAPTURE(moment.file_step);
            CAPTURE(moment.call);
            Qcow2Store store(half);
            if (!dies(store, moment, repair)) return false;
            const auto backend = store.opened();
            CHECK(tree_of(*backend) == claim.tree);
            CHECK(store.content("web/disk0.qcow2") == claim.content);
            CHECK(store.content("web/disk1.qcow2") == claim.content);
            store.check_clean(*backend, Qcow2Store::Leaks::allowed);
            return true;
        };
        // Opening discards what was not complete before it reads: no changes, but steps.
        unsigned steps = 0;
        for (unsigned step = 1; round({.file_step = step}); ++step) ++steps;
        CHECK(steps >= 6);
        CHECK(round({.call = 1, .after = true}));
        CHECK(round({.call = 1, .takes_along = true}));
    }
}

}  // namespace
}  // namespace tintype::test
