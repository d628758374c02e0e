#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tintype/backends.hpp"
#include "tintype/guid.hpp"

using namespace tintype;

namespace {

struct Recorder final : Operation {
    std::vector<unsigned> seen;
    unsigned stop_at = 101;

    void progress(unsigned percent) override { seen.push_back(percent); }
    [[nodiscard]] bool stop_requested() const noexcept override { return !seen.empty() && seen.back() >= stop_at; }
};

std::string snapshot_id(unsigned n) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string id = "534E4150-0000-4000-8000-000000000000";
    for (std::size_t at = id.size(); n > 0; n /= 16) id[--at] = digits[n % 16];
    return id;
}

const std::string machine_1 = "4D454D00-0000-4000-8000-000000000001";

BackendResult<Destroyed> destroy(MemoryBackend& backend, const std::string& id) {
    Recorder recorder;
    return backend.destroy_snapshot(id, recorder);
}

std::optional<std::string> parent_of(MemoryBackend& backend, unsigned n) {
    return backend.snapshot(snapshot_id(n)).value().parent;
}

}  // namespace

TEST_CASE("machines and snapshots of the memory backend have known ids and names") {
    const auto backend = make_memory_backend({.machines = 2, .snapshots_per_machine = 3});
    const Machine machine = backend->machine(machine_1).value();
    CHECK(machine.name == "vm-1");
    CHECK(machine.current_snapshot == snapshot_id(3));
    const Snapshot snapshot = backend->snapshot(snapshot_id(5)).value();
    CHECK(snapshot.machine == "4D454D00-0000-4000-8000-000000000002");
    CHECK(snapshot.name == "snapshot 2.2");
    CHECK(snapshot.parent == snapshot_id(4));
    CHECK_FALSE(parent_of(*backend, 4));
    CHECK(backend->capabilities().answers_from_memory);
}

TEST_CASE("branching decides the shape of the tree") {
    const auto chain = make_memory_backend({.snapshots_per_machine = 4, .branching = 1});
    CHECK(parent_of(*chain, 4) == snapshot_id(3));
    const auto tree = make_memory_backend({.snapshots_per_machine = 7, .branching = 2});
    for (unsigned n = 2; n <= 7; ++n) CHECK(parent_of(*tree, n) == snapshot_id(n / 2));
    const auto none = make_memory_backend({.snapshots_per_machine = 2, .branching = 0});
    CHECK(parent_of(*none, 2) == snapshot_id(1));
}

TEST_CASE("pages are in ascending order, each snapshot once, from any text") {
    const auto backend = make_memory_backend({.machines = 10, .snapshots_per_machine = 10});
    std::vector<std::string> ids;
    for (std::string after;;) {
        const auto page = backend->snapshots(after, 7).value();
        for (const Snapshot& snapshot : page) ids.push_back(snapshot.id);
        if (page.size() < 7) break;
        after = page.back().id;
    }
    CHECK(ids.size() == 100);
    CHECK(std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end());
    CHECK(backend->snapshots("534E", 1).value().at(0).id == snapshot_id(1));
    CHECK(backend->snapshots("Z", 1).value().empty());
    CHECK(backend->machines(machine_1, 100).value().size() == 9);
}

TEST_CASE("a page comes into snapshots that were there, all of each replaced, and what is behind the last is said") {
    const auto backend = make_memory_backend({.snapshots_per_machine = 3, .branching = 1});
    std::vector<Snapshot> page(5);
    for (auto& one : page) {
        one = {.id = "x", .machine = "x", .parent = "x", .name = "x", .notes = "x"};
        one.holds_memory = true;
    }
    CHECK(backend->snapshots_into("", page).value() == 3);
    CHECK(page[0].id == snapshot_id(1));
    CHECK_FALSE(page[0].parent);
    CHECK(page[1].parent == snapshot_id(1));
    CHECK(page[2].notes.empty());
    CHECK_FALSE(page[2].holds_memory);
    CHECK(backend->snapshots_into(snapshot_id(1), std::span(page).first(1)).value() == 1);
    CHECK(page[0].id == snapshot_id(2));
    CHECK(page[0].parent == snapshot_id(1));
    CHECK(backend->snapshots_into(snapshot_id(3), page).value() == 0);
}

TEST_CASE("a destroyed snapshot's children become its parent's") {
    const auto backend = make_memory_backend({.snapshots_per_machine = 7, .branching = 2});
    CHECK(destroy(*backend, snapshot_id(2)).value().snapshots == std::vector<std::string>{snapshot_id(2)});
    CHECK(backend->snapshot(snapshot_id(2)).error().code == BackendErrorCode::not_found);
    CHECK(parent_of(*backend, 4) == snapshot_id(1));
    CHECK(parent_of(*backend, 5) == snapshot_id(1));
    CHECK(parent_of(*backend, 3) == snapshot_id(1));

    REQUIRE(destroy(*backend, snapshot_id(1)));
    for (const unsigned n : {3U, 4U, 5U}) CHECK_FALSE(parent_of(*backend, n));
    CHECK(parent_of(*backend, 6) == snapshot_id(3));
    CHECK(destroy(*backend, snapshot_id(1)).error().code == BackendErrorCode::not_found);
    for (const unsigned n : {4U, 3U, 7U, 6U, 5U}) REQUIRE(destroy(*backend, snapshot_id(n)));
    CHECK(backend->snapshots("", 10).value().empty());
}

TEST_CASE("a backend that keeps no dependants takes the subtree along and names all of it") {
    const auto backend = make_memory_backend({.snapshots_per_machine = 7, .branching = 2, .keeps_dependants = false});
    auto gone = destroy(*backend, snapshot_id(3)).value().snapshots;
    CHECK(gone.front() == snapshot_id(3));
    std::sort(gone.begin(), gone.end());
    CHECK(gone == std::vector<std::string>{snapshot_id(3), snapshot_id(6), snapshot_id(7)});
    CHECK(backend->snapshots("", 10).value().size() == 4);
    CHECK(backend->machine(machine_1).value().current_snapshot == snapshot_id(1));
    CHECK_FALSE(backend->capabilities().keeps_dependants);
}

TEST_CASE("the current snapshot moves to the parent when it is destroyed") {
    const auto backend = make_memory_backend({.snapshots_per_machine = 3, .branching = 1});
    REQUIRE(destroy(*backend, snapshot_id(1)));
    CHECK(backend->machine(machine_1).value().current_snapshot == snapshot_id(3));
    REQUIRE(destroy(*backend, snapshot_id(3)));
    CHECK(backend->machine(machine_1).value().current_snapshot == snapshot_id(2));
    REQUIRE(destroy(*backend, snapshot_id(2)));
    CHECK_FALSE(backend->machine(machine_1).value().current_snapshot);
}

TEST_CASE("a machine's snapshots are found among those of ten thousand machines") {
    // Going through all snapshots for each machine would take hours.
    const auto backend = make_memory_backend({.machines = 10'000, .snapshots_per_machine = 20});
    std::size_t sum = 0;
    std::string machines_after;
    while (true) {
        const auto machines = backend->machines(machines_after, 1000).value();
        for (const auto& machine : machines) {
            std::string after;
            while (true) {
                const auto page = backend->snapshots_of(machine.id, after, 7).value();
                for (const auto& one : page) {
                    if (one.machine != machine.id || one.id <= after) FAIL("a snapshot that is not the next one");
                    after = one.id;
                }
                sum += page.size();
                if (page.size() < 7) break;
            }
        }
        if (machines.size() < 1000) break;
        machines_after = machines.back().id;
    }
    CHECK(sum == 200'000);
    CHECK(backend->snapshots_of("nobody", "", 7).value().empty());
    CHECK(backend->snapshots_of(snapshot_id(1), "", 7).value().empty());
}

TEST_CASE("a machine's snapshots are what going through all of them finds, whatever came and went") {
    const auto backend = make_memory_backend({.machines = 5, .snapshots_per_machine = 30, .branching = 3});
    const auto machines = backend->machines("", 10).value();
    const auto check_all = [&] {
        for (const auto& machine : machines) {
            const auto found = backend->snapshots_of(machine.id, "", 1000).value();
            const auto scanned = backend->SnapshotBackend::snapshots_of(machine.id, "", 1000).value();
            CHECK(std::equal(found.begin(), found.end(), scanned.begin(), scanned.end(),
                             [](const auto& a, const auto& b) { return a.id == b.id && a.machine == b.machine; }));
        }
    };
    check_all();
    for (unsigned n = 2; n <= 150; n += 7) REQUIRE(destroy(*backend, snapshot_id(n)));
    check_all();
    Recorder recorder;
    REQUIRE(backend->destroy_snapshot_tree(snapshot_id(31), recorder));
    check_all();
    CHECK(backend->snapshots_of(machines[1].id, "", 10).value().empty());
    for (const auto& machine : machines) {
        Recorder watch;
        REQUIRE(backend->create_snapshot({.id = random_guid(), .machine = machine.id, .name = "new"}, watch));
    }
    check_all();
}

TEST_CASE("a destroy reports ten steps and takes its delay") {
    const auto backend = make_memory_backend({.delay = std::chrono::milliseconds(20)});
    Recorder recorder;
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(backend->destroy_snapshot(snapshot_id(1), recorder));
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(20));
    CHECK(recorder.seen == std::vector<unsigned>{10, 20, 30, 40, 50, 60, 70, 80, 90, 100});
}

TEST_CASE("a destroy that is asked to stop leaves everything as it was") {
    const auto backend = make_memory_backend();
    Recorder recorder;
    recorder.stop_at = 30;
    CHECK(backend->destroy_snapshot(snapshot_id(1), recorder).error().code == BackendErrorCode::cancelled);
    CHECK(recorder.seen.back() == 30);
    CHECK(backend->snapshots("", 10).value().size() == 3);
}

TEST_CASE("a failure that was asked for is the destroy's, and nothing is destroyed") {
    MemoryBackendOptions options;
    options.fail = [](std::string_view id) -> tl::expected<void, BackendError> {
        if (id != snapshot_id(2)) return {};
        return tl::make_unexpected(BackendError{BackendErrorCode::no_space, "full"});
    };
    const auto backend = make_memory_backend(options);
    CHECK(destroy(*backend, snapshot_id(2)).error().code == BackendErrorCode::no_space);
    CHECK(backend->snapshot(snapshot_id(2)));
    CHECK(destroy(*backend, snapshot_id(3)));
}

TEST_CASE("what is put in must fit") {
    const auto backend = make_memory_backend({.machines = 2});
    Snapshot snapshot{
        .id = snapshot_id(99), .machine = machine_1, .parent = snapshot_id(1), .name = "mine", .notes = {}};
    backend->put_snapshot(snapshot);
    CHECK(backend->snapshot(snapshot_id(99)).value().name == "mine");
    CHECK_THROWS_WITH_AS(backend->put_snapshot(snapshot), doctest::Contains("is there already"), std::invalid_argument);
    snapshot.id = "no guid";
    CHECK_THROWS_AS(backend->put_snapshot(snapshot), std::invalid_argument);
    snapshot.id = snapshot_id(98);
    snapshot.parent = snapshot_id(4);
    CHECK_THROWS_WITH_AS(backend->put_snapshot(snapshot), doctest::Contains("parent"), std::invalid_argument);
    snapshot.machine = snapshot_id(1);
    CHECK_THROWS_WITH_AS(backend->put_snapshot(snapshot), doctest::Contains("unknown machine"), std::invalid_argument);
    CHECK_FALSE(backend->snapshot(snapshot_id(98)));

    Machine machine = backend->machine(machine_1).value();
    machine.name = "renamed";
    backend->put_machine(machine);
    CHECK(backend->machine(machine_1).value().name == "renamed");
    CHECK(backend->snapshot(snapshot_id(1)).value().machine == machine_1);
}

TEST_CASE("two hundred thousand snapshots in one chain can go at once, and children of one parent one by one") {
    constexpr unsigned many = 200'000;
    const auto chain = make_memory_backend({.snapshots_per_machine = many, .branching = 1, .keeps_dependants = false});
    CHECK(destroy(*chain, snapshot_id(1)).value().snapshots.size() == many);
    CHECK(chain->snapshots("", 1).value().empty());

    const auto flat = make_memory_backend({.snapshots_per_machine = many, .branching = many});
    for (unsigned n = many; n > many - 1000; --n) REQUIRE(destroy(*flat, snapshot_id(n)));
    REQUIRE(destroy(*flat, snapshot_id(1)));
    CHECK_FALSE(parent_of(*flat, 2));
}

TEST_CASE("several threads read while others destroy") {
    const auto backend = make_memory_backend({.machines = 4, .snapshots_per_machine = 100});
    std::atomic<int> gone{0};
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (unsigned i = 1; i <= 100; ++i) {
                if (destroy(*backend, snapshot_id(t * 100 + i))) ++gone;
                CHECK(backend->snapshots("", 50));
                CHECK(backend->machines("", 50).value().size() == 4);
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(gone == 400);
    CHECK(backend->snapshots("", 1).value().empty());
}

TEST_CASE("a snapshot of the memory backend takes another name, other notes, or both, and the rest stays") {
    const auto backend = make_memory_backend();
    const Snapshot before = backend->snapshot(snapshot_id(2)).value();
    REQUIRE(backend->capabilities().modifies_snapshots);

    CHECK(backend->modify_snapshot(snapshot_id(2), {.name = "renamed"}).value().name == "renamed");
    const Snapshot noted = backend->modify_snapshot(snapshot_id(2), {.notes = "why\nit was taken"}).value();
    CHECK(noted.name == "renamed");
    const Snapshot after = backend->snapshot(snapshot_id(2)).value();
    CHECK(after.notes == "why\nit was taken");
    CHECK(after.parent == before.parent);
    CHECK(after.created == before.created);
    CHECK(backend->modify_snapshot(snapshot_id(2), {.notes = ""}).value().notes.empty());
    CHECK(backend->modify_snapshot(snapshot_id(99), {.name = "x"}).error().code == BackendErrorCode::not_found);
}
