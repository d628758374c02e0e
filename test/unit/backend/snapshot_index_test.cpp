// What the qcow2 backend's reading functions answer from.
#include "backend/snapshot_index.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

using namespace tintype;
using backend::MachineView;
using backend::SnapshotIndex;

std::string machine_id(unsigned n) {
    return fmt::format("00000000-0000-4000-8000-{:012X}", n);
}
/// Ids of one machine's snapshots are far from each other in the order of all.
std::string snapshot_id(unsigned machine, unsigned n) {
    return fmt::format("{:08X}-0000-4000-8000-{:012X}", n, machine);
}

MachineView view(unsigned machine, unsigned snapshots) {
    MachineView view;
    view.machine.id = machine_id(machine);
    for (unsigned n = 1; n <= snapshots; ++n)
        view.snapshots.push_back({.id = snapshot_id(machine, n), .machine = machine_id(machine)});
    return view;
}

std::vector<std::string> ids_of(const SnapshotIndex& index, unsigned machine, std::size_t page) {
    std::vector<std::string> ids;
    std::string after;
    while (true) {
        const auto found = index.snapshots_of(machine_id(machine), after, page);
        for (const auto& one : found) ids.push_back(one.id);
        if (found.size() < page) return ids;
        after = ids.back();
    }
}

TEST_CASE("a machine's snapshots are found among those of ten thousand machines, in order") {
    // Going through all snapshots for each machine would take hours.
    SnapshotIndex index;
    for (unsigned machine = 1; machine <= 10'000; ++machine) index.put(view(machine, 20));
    for (unsigned machine = 1; machine <= 10'000; ++machine) {
        const auto ids = ids_of(index, machine, 7);
        REQUIRE(ids.size() == 20);
        for (unsigned n = 1; n <= 20; ++n) {
            if (ids[n - 1] != snapshot_id(machine, n)) FAIL("snapshot " << ids[n - 1]);
        }
    }
    CHECK(index.snapshots_of("nobody", "", 10).empty());
    CHECK(index.snapshots_of(snapshot_id(1, 1), "", 10).empty());
}

TEST_CASE("a page of a machine's snapshots leaves out those that are not whole, and follows each new view") {
    SnapshotIndex index;
    auto changed = view(1, 6);
    changed.snapshots.erase(changed.snapshots.begin() + 2);
    changed.troubled.emplace(snapshot_id(1, 3), BackendError{BackendErrorCode::invalid, "damaged"});
    index.put(changed);
    index.put(view(2, 1));
    const std::vector<std::string> whole{snapshot_id(1, 1), snapshot_id(1, 2), snapshot_id(1, 4), snapshot_id(1, 5),
                                         snapshot_id(1, 6)};
    for (const std::size_t page : {1U, 2U, 5U, 6U}) CHECK(ids_of(index, 1, page) == whole);
    index.put(view(1, 1));
    CHECK(ids_of(index, 1, 2) == std::vector{snapshot_id(1, 1)});
    CHECK(ids_of(index, 2, 2) == std::vector{snapshot_id(2, 1)});
}

}  // namespace
