#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "qcow2_store.hpp"

namespace tintype::test {
namespace {

const std::vector<std::string> both_disks{"web/disk0.qcow2", "web/disk1.qcow2"};

TEST_CASE("a store shows its machines and their trees") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened();
    CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");

    const auto machine = backend->machine(guid(0xA));
    REQUIRE(machine);
    CHECK(machine->name == "Machine web");
    CHECK(machine->state == MachineState::off);
    CHECK(machine->current_snapshot == guid(3));

    const auto snapshot = backend->snapshot(guid(2));
    REQUIRE(snapshot);
    CHECK(snapshot->name == "S2");
    CHECK(snapshot->machine == guid(0xA));
    CHECK(snapshot->created == TimePoint(std::chrono::seconds(1738324800)));
    CHECK_FALSE(snapshot->holds_memory);

    CHECK(backend->capabilities().answers_from_memory);
    CHECK_FALSE(backend->capabilities().destroys_running);
    CHECK(backend->snapshot(guid(9)).error().code == BackendErrorCode::not_found);
    CHECK(backend->machine("../web").error().code == BackendErrorCode::not_found);
}

TEST_CASE("a destroyed snapshot is gone from every disk, its children are its parent's, all other content is intact") {
    struct Case {
        unsigned destroyed;
        const char* tree;
        std::optional<std::string> current;
    };
    const std::vector<Case> cases{{1, "2 3>2 4>2", guid(3)}, {2, "1 3>1 4>1", guid(3)}, {3, "1 2>1 4>2", guid(2)}};
    for (const Case& claim : cases) {
        CAPTURE(claim.destroyed);
        Qcow2Store store;
        store.add_web();
        {
            const auto backend = store.opened();
            Recorder operation;
            const auto destroyed = backend->destroy_snapshot(guid(claim.destroyed), operation);
            REQUIRE_MESSAGE(destroyed, destroyed.error().message);
            CHECK(destroyed->snapshots == std::vector<std::string>{guid(claim.destroyed)});
            CHECK(operation.percents.back() == 100);
            CHECK(std::is_sorted(operation.percents.begin(), operation.percents.end()));
            CHECK(operation.percents.size() >= 5);
            CHECK(tree_of(*backend) == claim.tree);
            CHECK(backend->machine(guid(0xA))->current_snapshot == claim.current);
            CHECK(backend->snapshot(guid(claim.destroyed)).error().code == BackendErrorCode::not_found);
        }
        for (const std::string& disk : both_disks) {
            CHECK(store.content(disk) == "55");
            CHECK(store.tags(disk).size() == 3);
            for (unsigned kept = 1; kept <= 4; ++kept) {
                if (kept != claim.destroyed) CHECK(store.content(disk, guid(kept)) == std::to_string(kept));
            }
            run("qemu-img", {"check", "-q", "-f", "qcow2", (store.path() / disk).string()});
        }
        CHECK_FALSE(store.has("web/destroying.toml"));
        const auto reopened = store.opened();
        CHECK(tree_of(*reopened) == claim.tree);
        CHECK(reopened->machine(guid(0xA))->current_snapshot == claim.current);
        CHECK(reopened->snapshots("", 1)->front().name.starts_with("S"));
    }
}

TEST_CASE("the last snapshot leaves a machine without any") {
    Qcow2Store store;
    store.add_machine("db", guid(0xB), {"disk.qcow2"});
    store.add_snapshot("db", guid(1), std::nullopt);
    const auto backend = store.opened();
    Recorder operation;
    REQUIRE(backend->destroy_snapshot(guid(1), operation));
    CHECK(backend->snapshots("", 10)->empty());
    CHECK(store.tags("db/disk.qcow2").empty());
    CHECK(backend->destroy_snapshot(guid(1), operation).error().code == BackendErrorCode::not_found);
}

TEST_CASE("a destroy that is told to stop before it begins leaves everything") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened();
    Recorder operation;
    operation.stop = true;
    CHECK(backend->destroy_snapshot(guid(2), operation).error().code == BackendErrorCode::cancelled);
    CHECK(tree_of(*backend) == "1 2>1 3>2 4>2");
    CHECK(store.tags("web/disk0.qcow2").size() == 4);
}

TEST_CASE("pages are in order of id and end with a short one") {
    Qcow2Store store;
    store.add_web();
    store.add_machine("another", guid(0x9), {"disk.qcow2"});
    const auto backend = store.opened();
    const auto first = backend->snapshots("", 3);
    REQUIRE(first);
    REQUIRE(first->size() == 3);
    CHECK(first->back().id == guid(3));
    const auto second = backend->snapshots(first->back().id, 3);
    REQUIRE(second);
    REQUIRE(second->size() == 1);
    CHECK(second->front().id == guid(4));
    CHECK(backend->snapshots(guid(4), 3)->empty());
    CHECK(backend->machines("", 1)->front().id == guid(0x9));
    CHECK(backend->machines(guid(0x9), 5)->front().id == guid(0xA));
}

TEST_CASE("machines are worked on at the same time, and readers always see whole trees") {
    Qcow2Store store;
    for (unsigned machine = 0; machine < 2; ++machine) {
        const std::string folder = "m" + std::to_string(machine);
        store.add_machine(folder, guid(0xA0 + machine), {"disk.qcow2"});
        store.add_snapshot(folder, guid(16 * machine + 1), std::nullopt);
        store.add_snapshot(folder, guid(16 * machine + 2), guid(16 * machine + 1));
        store.add_snapshot(folder, guid(16 * machine + 3), guid(16 * machine + 2));
    }
    const auto backend = store.opened();
    std::atomic<bool> done{false};
    std::atomic<unsigned> orphans{0};
    std::thread reader([&] {
        while (!done) {
            const auto snapshots = backend->snapshots("", 100);
            for (const Snapshot& snapshot : *snapshots) {
                const auto has_id = [&](const Snapshot& other) { return other.id == *snapshot.parent; };
                if (snapshot.parent && std::none_of(snapshots->begin(), snapshots->end(), has_id)) ++orphans;
            }
        }
    });
    std::vector<std::thread> destroyers;
    std::atomic<unsigned> destroyed{0};
    for (unsigned machine = 0; machine < 2; ++machine) {
        destroyers.emplace_back([&, machine] {
            for (unsigned number = 1; number <= 2; ++number) {
                Recorder operation;
                if (backend->destroy_snapshot(guid(16 * machine + number), operation)) ++destroyed;
            }
        });
    }
    for (std::thread& destroyer : destroyers) destroyer.join();
    done = true;
    reader.join();
    CHECK(destroyed == 4);
    CHECK(orphans == 0);
    CHECK(backend->snapshots("", 100)->size() == 2);
}

}  // namespace
}  // namespace tintype::test
