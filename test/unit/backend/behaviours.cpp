#include "behaviours.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace tintype::test {
namespace {

std::string id_of(unsigned number) {
    return fmt::format("5AFE0000-0000-4000-8000-{:012X}", number);
}

/// Keeps the progress and asks to stop once so many steps were reported.
class Watch final : public Operation {
  public:
    explicit Watch(std::size_t stop_after = 1000) : stop_after_(stop_after) {}
    void progress(unsigned percent) override { percents.push_back(percent); }
    [[nodiscard]] bool stop_requested() const noexcept override { return percents.size() >= stop_after_; }
    std::vector<unsigned> percents;

  private:
    std::size_t stop_after_;
};

/// A subject whose first machine the rows work on. Its snapshots are called by numbers.
class Bench {
  public:
    explicit Bench(Subject& subject) : subject_(subject), machine_(subject.machines()[0]) {}

    Subject& subject() { return subject_; }
    SnapshotBackend& backend() { return subject_.backend(); }
    [[nodiscard]] const std::string& machine() const { return machine_; }

    BackendResult<Snapshot> create(unsigned number, Operation& operation) {
        SnapshotRequest request;
        request.id = id_of(number);
        request.machine = machine_;
        request.name = fmt::format("S{}", number);
        request.notes = "taken for a test";
        return backend().create_snapshot(request, operation);
    }
    void create(unsigned number) {
        Watch watch;
        const auto created = create(number, watch);
        REQUIRE_MESSAGE(created, created.error().message);
    }
    void apply(unsigned number) {
        Watch watch;
        const auto applied = backend().apply_snapshot(id_of(number), watch);
        REQUIRE_MESSAGE(applied, applied.error().message);
        CHECK(applied->id == machine_);
        CHECK(applied->current_snapshot == id_of(number));
    }
    void destroy(unsigned number) {
        Watch watch;
        const auto destroyed = backend().destroy_snapshot(id_of(number), watch);
        REQUIRE_MESSAGE(destroyed, destroyed.error().message);
        CHECK(destroyed->snapshots == std::vector{id_of(number)});
        CHECK(backend().snapshot(id_of(number)).error().code == BackendErrorCode::not_found);
    }
    void write(unsigned byte) { subject_.write(machine_, byte); }
    /// \param number of the snapshot that was last applied; 0: none.
    void expect_applied(unsigned number) {
        const auto machine = backend().machine(machine_);
        REQUIRE(machine);
        if (number == 0 || !subject_.keeps_last_applied())
            CHECK_FALSE(machine->last_applied);
        else
            CHECK(machine->last_applied == id_of(number));
    }

    /// 1 – 2 – 3, and 4 beside 3. Each holds its number; 4 is the current one, and the machine now holds 9.
    void grow() {
        for (unsigned number = 1; number <= 3; ++number) {
            write(number);
            create(number);
        }
        apply(2);
        write(4);
        create(4);
        write(9);
        expect("1 2>1 3>2 4>2", 4, 9);
    }

    /// The tree, as "1 2>1", the current snapshot (0: none), and what the machine holds.
    void expect(const std::string& tree, unsigned current, unsigned content) {
        CHECK(this->tree() == tree);
        const auto machine = backend().machine(machine_);
        REQUIRE(machine);
        if (current == 0)
            CHECK_FALSE(machine->current_snapshot);
        else
            CHECK(machine->current_snapshot == id_of(current));
        CHECK(subject_.content(machine_).value_or(content) == content);
        subject_.check_clean();
    }
    /// These still hold what they held when they were taken.
    void expect_contents(const std::vector<unsigned>& kept) {
        for (const unsigned number : kept) {
            CAPTURE(number);
            apply(number);
            CHECK(subject_.content(machine_).value_or(number) == number);
        }
        subject_.check_clean();
    }

  private:
    [[nodiscard]] std::string tree() {
        const auto snapshots = backend().snapshots("", 1000);
        REQUIRE(snapshots);
        check_into(*snapshots);
        std::string tree;
        for (const Snapshot& snapshot : *snapshots) {
            if (snapshot.machine != machine_) continue;
            tree += (tree.empty() ? "" : " ") + snapshot.id.substr(35);
            if (snapshot.parent) tree += ">" + snapshot.parent->substr(35);
        }
        return tree;
    }

    /// The same snapshots come into a page that was used for others, two at a time.
    void check_into(const std::vector<Snapshot>& expected) {
        std::size_t at = 0;
        std::string after;
        for (;;) {
            const auto count = backend().snapshots_into(after, into_);
            REQUIRE(count);
            for (std::size_t i = 0; i < *count; ++i, ++at) {
                REQUIRE(at < expected.size());
                const auto values = [](const Snapshot& one) {
                    return std::tie(one.id, one.machine, one.parent, one.name, one.notes, one.created, one.kind,
                                    one.holds_memory);
                };
                CHECK(values(into_[i]) == values(expected[at]));
            }
            if (*count < into_.size()) break;
            after = into_.back().id;
        }
        CHECK(at == expected.size());
    }

    Subject& subject_;
    std::string machine_;
    std::array<Snapshot, 2> into_;
};

void create_a_tree(Bench& bench) {
    const auto before = std::chrono::system_clock::now() - std::chrono::seconds(2);
    bench.grow();
    const auto snapshot = bench.backend().snapshot(id_of(2));
    REQUIRE(snapshot);
    CHECK(snapshot->name == "S2");
    CHECK(snapshot->notes == "taken for a test");
    CHECK(snapshot->machine == bench.machine());
    CHECK(snapshot->kind == SnapshotKind::full);
    CHECK_FALSE(snapshot->holds_memory);
    CHECK(snapshot->created >= before);
    CHECK(snapshot->created <= std::chrono::system_clock::now() + std::chrono::seconds(2));
    bench.expect_contents({1, 3, 2, 4, 4, 1});
}

void destroy_root(Bench& bench) {
    bench.grow();
    bench.destroy(1);
    bench.expect("2 3>2 4>2", 4, 9);
    bench.expect_contents({2, 3, 4});
}

void destroy_middle(Bench& bench) {
    bench.grow();
    bench.destroy(2);
    bench.expect("1 3>1 4>1", 4, 9);
    bench.expect_contents({1, 3, 4});
}

void destroy_leaf(Bench& bench) {
    bench.grow();
    bench.destroy(3);
    bench.expect("1 2>1 4>2", 4, 9);
    bench.destroy(4);
    bench.expect("1 2>1", 2, 9);
    bench.expect_contents({2, 1});
}

void destroy_tree(Bench& bench) {
    bench.grow();
    Watch watch;
    const auto destroyed = bench.backend().destroy_snapshot_tree(id_of(2), watch);
    REQUIRE_MESSAGE(destroyed, destroyed.error().message);
    CHECK(std::set(destroyed->snapshots.begin(), destroyed->snapshots.end()) == std::set{id_of(2), id_of(3), id_of(4)});
    bench.expect("1", 1, 9);
    bench.expect_contents({1});
    Watch again;
    REQUIRE(bench.backend().destroy_snapshot_tree(id_of(1), again));
    bench.expect("", 0, 1);
}

void destroy_one_after_the_other(Bench& bench) {
    bench.grow();
    for (const unsigned number : {2U, 1U, 4U, 3U}) bench.destroy(number);
    bench.expect("", 0, 9);
    bench.create(5);
    bench.expect("5", 5, 9);
}

void destroy_the_applied_one(Bench& bench) {
    bench.grow();
    bench.apply(3);
    bench.expect("1 2>1 3>2 4>2", 3, 3);
    bench.destroy(3);
    bench.expect("1 2>1 4>2", 2, 3);
    bench.expect_contents({1, 2, 4});
}

void branch_after_apply(Bench& bench) {
    bench.grow();
    bench.apply(1);
    bench.expect("1 2>1 3>2 4>2", 1, 1);
    bench.write(5);
    bench.create(5);
    bench.expect("1 2>1 3>2 4>2 5>1", 5, 5);
    bench.expect_contents({3, 5, 2});
}

void last_applied(Bench& bench) {
    bench.expect_applied(0);
    bench.create(1);
    bench.expect_applied(0);
    bench.apply(1);
    bench.expect_applied(1);
    bench.create(2);
    bench.create(3);
    bench.expect_applied(1);  // what is taken is not applied
    bench.apply(2);
    bench.destroy(3);
    bench.destroy(1);
    bench.expect_applied(2);
    (void)bench.subject().reopen();
    bench.expect_applied(2);
    bench.destroy(2);
    bench.expect_applied(0);
}

void unknown_ids(Bench& bench) {
    bench.grow();
    Watch watch;
    CHECK(bench.backend().destroy_snapshot(id_of(7), watch).error().code == BackendErrorCode::not_found);
    CHECK(bench.backend().destroy_snapshot_tree(id_of(7), watch).error().code == BackendErrorCode::not_found);
    CHECK(bench.backend().apply_snapshot(id_of(7), watch).error().code == BackendErrorCode::not_found);
    CHECK(bench.backend().apply_snapshot(bench.machine(), watch).error().code == BackendErrorCode::not_found);
    SnapshotRequest request;
    request.id = id_of(8);
    request.machine = id_of(7);
    request.name = "of no machine";
    CHECK(bench.backend().create_snapshot(request, watch).error().code == BackendErrorCode::not_found);
    bench.expect("1 2>1 3>2 4>2", 4, 9);
}

void taken_ids(Bench& bench) {
    bench.grow();
    Watch watch;
    CHECK(bench.create(3, watch).error().code == BackendErrorCode::invalid);
    bench.expect("1 2>1 3>2 4>2", 4, 9);
    bench.expect_contents({3});
}

void kinds(Bench& bench) {
    const BackendCapabilities can = bench.backend().capabilities();
    unsigned number = 0;
    for (const auto& [kind, possible] :
         {std::pair(SnapshotKind::full, can.creates_full), std::pair(SnapshotKind::disk, can.creates_disk),
          std::pair(SnapshotKind::recovery, can.creates_recovery)}) {
        SnapshotRequest request;
        request.id = id_of(++number);
        request.machine = bench.machine();
        request.name = "\u00fc\u2603 \"quoted\"";
        request.kind = kind;
        Watch watch;
        const auto created = bench.backend().create_snapshot(request, watch);
        if (!possible) {
            CHECK(created.error().code == BackendErrorCode::not_supported);
            continue;
        }
        REQUIRE_MESSAGE(created, created.error().message);
        CHECK(created->kind == kind);
        CHECK(created->name == request.name);
        CHECK(created->notes.empty());
        CHECK(bench.backend().snapshot(request.id)->kind == kind);
    }
    bench.subject().check_clean();
}

void progress(Bench& bench) {
    const auto rises = [](const Watch& watch) {
        CHECK(watch.percents.size() >= 2);
        CHECK(std::is_sorted(watch.percents.begin(), watch.percents.end()));
        CHECK(watch.percents.back() == 100);
    };
    bench.grow();
    Watch created;
    REQUIRE(bench.create(5, created));
    rises(created);
    Watch applied;
    REQUIRE(bench.backend().apply_snapshot(id_of(1), applied));
    rises(applied);
    Watch destroyed;
    REQUIRE(bench.backend().destroy_snapshot(id_of(1), destroyed));
    rises(destroyed);
    Watch tree;
    REQUIRE(bench.backend().destroy_snapshot_tree(id_of(2), tree));
    rises(tree);
}

/// Asks to stop ever later, until the operation gets through.
void stopping(Bench& bench) {
    if (!bench.backend().capabilities().stops) return;
    bench.grow();
    std::size_t steps = 0;
    for (;; ++steps) {
        CAPTURE(steps);
        Watch watch(steps);
        const auto applied = bench.backend().apply_snapshot(id_of(1), watch);
        if (applied) break;
        CHECK(applied.error().code == BackendErrorCode::cancelled);
        bench.expect("1 2>1 3>2 4>2", 4, 9);
    }
    CHECK(steps > 0);
    bench.expect("1 2>1 3>2 4>2", 1, 1);
    for (steps = 0;; ++steps) {
        CAPTURE(steps);
        Watch watch(steps);
        const auto created = bench.create(5, watch);
        if (created) break;
        CHECK(created.error().code == BackendErrorCode::cancelled);
        CHECK(bench.backend().snapshot(id_of(5)).error().code == BackendErrorCode::not_found);
        bench.expect("1 2>1 3>2 4>2", 1, 1);
    }
    CHECK(steps > 0);
    bench.expect("1 2>1 3>2 4>2 5>1", 5, 1);
    Watch watch(0);
    CHECK(bench.backend().destroy_snapshot(id_of(5), watch).error().code == BackendErrorCode::cancelled);
    bench.expect("1 2>1 3>2 4>2 5>1", 5, 1);
}

void two_machines_at_once(Bench& bench) {
    SnapshotBackend& backend = bench.backend();
    const auto machines = bench.subject().machines();
    std::atomic<unsigned> failed{0};
    std::atomic<unsigned> orphans{0};
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (unsigned which = 0; which < 2; ++which) {
        threads.emplace_back([&, which] {
            const auto number = [which](unsigned n) { return id_of(16 * which + n); };
            for (unsigned n = 1; n <= 3; ++n) {
                Watch watch;
                SnapshotRequest request;
                request.id = number(n);
                request.machine = machines[which];
                request.name = "one of several";
                if (!backend.create_snapshot(request, watch)) ++failed;
            }
            Watch watch;
            if (!backend.apply_snapshot(number(2), watch)) ++failed;
            if (!backend.destroy_snapshot(number(1), watch)) ++failed;
        });
    }
    std::thread reader([&] {
        while (!done) {
            const auto snapshots = backend.snapshots("", 1000);
            if (!snapshots) {
                ++failed;
                continue;
            }
            for (const Snapshot& snapshot : *snapshots) {
                const auto is_parent = [&](const Snapshot& other) { return other.id == *snapshot.parent; };
                if (snapshot.parent && std::none_of(snapshots->begin(), snapshots->end(), is_parent)) ++orphans;
            }
        }
    });
    for (std::thread& thread : threads) thread.join();
    done = true;
    reader.join();
    CHECK(failed == 0);
    CHECK(orphans == 0);
    for (unsigned which = 0; which < 2; ++which) {
        CHECK(backend.machine(machines[which])->current_snapshot == id_of(16 * which + 2));
        CHECK_FALSE(backend.snapshot(id_of(16 * which + 2))->parent);
        CHECK(backend.snapshot(id_of(16 * which + 3))->parent == id_of(16 * which + 2));
    }
    bench.subject().check_clean();
}

/// Does something else as soon as the operation is under way.
class Meanwhile final : public Operation {
  public:
    explicit Meanwhile(std::function<void()> action) : action_(std::move(action)) {}
    void progress(unsigned /*percent*/) override {
        if (auto action = std::exchange(action_, nullptr)) action();
    }
    [[nodiscard]] bool stop_requested() const noexcept override { return false; }

  private:
    std::function<void()> action_;
};

void destroy_what_is_being_applied(Bench& bench) {
    bench.grow();
    BackendResult<Destroyed> destroyed = tl::unexpected(BackendError{});
    std::thread destroyer;
    Meanwhile destroying([&] {
        destroyer = std::thread([&] {
            Watch watch;
            destroyed = bench.backend().destroy_snapshot(id_of(2), watch);
        });
    });
    const auto applied = bench.backend().apply_snapshot(id_of(2), destroying);
    REQUIRE(destroyer.joinable());
    destroyer.join();
    REQUIRE_MESSAGE(applied, applied.error().message);
    if (!destroyed) {
        CHECK(destroyed.error().code == BackendErrorCode::in_use);
        bench.expect("1 2>1 3>2 4>2", 2, 2);
        bench.destroy(2);
    }
    bench.expect("1 3>1 4>1", 1, 2);
    bench.expect_contents({1, 3, 4});
}

void disk_that_fails_half_way(Bench& bench) {
    for (const unsigned number : {1U, 2U}) {
        bench.write(number);
        bench.create(number);
    }
    bench.write(9);
    if (!bench.subject().break_disk()) return;
    Watch watch;
    const auto created = bench.create(3, watch);
    REQUIRE_FALSE(created);
    CHECK_FALSE(created.error().message.empty());
    CHECK(bench.backend().snapshot(id_of(3)).error().code == BackendErrorCode::not_found);
    const auto applied = bench.backend().apply_snapshot(id_of(1), watch);
    REQUIRE_FALSE(applied);
    CHECK_FALSE(applied.error().message.empty());
    CHECK(bench.backend().machine(bench.machine())->current_snapshot == id_of(2));
    const auto destroyed = bench.backend().destroy_snapshot(id_of(2), watch);
    CHECK(destroyed.has_value() == bench.subject().hides_what_is_left());
    bench.subject().mend_disk();
    if (destroyed)
        bench.subject().delete_what_is_left("S2");
    else
        bench.destroy(2);
    bench.apply(1);
    bench.expect("1", 1, 1);
    bench.write(4);
    bench.create(4);
    bench.expect("1 4>1", 4, 4);
}

void restart(Bench& bench) {
    bench.grow();
    const auto before = bench.backend().snapshot(id_of(3));
    REQUIRE(before);
    if (!bench.subject().reopen()) return;
    bench.expect("1 2>1 3>2 4>2", 4, 9);
    const auto after = bench.backend().snapshot(id_of(3));
    REQUIRE(after);
    CHECK(after->name == before->name);
    CHECK(after->notes == before->notes);
    CHECK(after->created == before->created);
    bench.apply(3);
    bench.destroy(2);
    REQUIRE(bench.subject().reopen());
    bench.expect("1 3>1 4>1", 3, 3);
    bench.expect_contents({4, 1});
}

struct Behaviour {
    const char* claim;
    void (*check)(Bench&);
};

constexpr std::array table{
    Behaviour{"a snapshot is taken after the current one, becomes it, and holds what the machine held", create_a_tree},
    Behaviour{"a destroyed root leaves its children as roots", destroy_root},
    Behaviour{"a destroyed middle leaves its children to its parent", destroy_middle},
    Behaviour{"a destroyed leaf is gone; the current one's parent becomes current", destroy_leaf},
    Behaviour{"a destroyed tree takes along what was taken after it, and nothing else", destroy_tree},
    Behaviour{"all can be destroyed, and the machine holds what it held", destroy_one_after_the_other},
    Behaviour{"a snapshot that was just applied can be destroyed, and the machine stays as it is",
              destroy_the_applied_one},
    Behaviour{"what is taken after an apply is a branch of the one applied", branch_after_apply},
    Behaviour{"the snapshot that was last applied is told until it is gone, where a backend keeps that", last_applied},
    Behaviour{"ids that nobody has are not found, and nothing changes", unknown_ids},
    Behaviour{"an id that is taken is refused, and nothing changes", taken_ids},
    Behaviour{"each kind is taken as asked, or refused as not supported", kinds},
    Behaviour{"progress rises to 100", progress},
    Behaviour{"what is asked to stop has changed nothing, or gets through", stopping},
    Behaviour{"two machines are worked on at once, and readers always see whole trees", two_machines_at_once},
    Behaviour{"what is destroyed while it is being applied is destroyed after that, or refused until then",
              destroy_what_is_being_applied},
    Behaviour{"when one of the disks fails that is said, nothing is lost, and once it is mended all goes on",
              disk_that_fails_half_way},
    Behaviour{"trees, current snapshots and contents outlive a restart", restart},
};

}  // namespace

void mark_corrupt(const std::filesystem::path& disk, bool corrupt) {
    // The last byte of the incompatible features; bit 1 of it (QEMU's docs/interop/qcow2.txt).
    constexpr std::streamoff features_end = 79;
    constexpr int corrupt_bit = 2;
    std::fstream file(disk, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(features_end);
    const int features = file.get();
    file.seekp(features_end);
    file.put(static_cast<char>(corrupt ? features | corrupt_bit : features & ~corrupt_bit));
    file.close();
    REQUIRE(file.good());
}

void check_behaviours(const std::function<std::unique_ptr<Subject>()>& make) {
    for (const Behaviour& behaviour : table) {
        INFO(behaviour.claim);
        const std::unique_ptr<Subject> subject = make();
        Bench bench(*subject);
        behaviour.check(bench);
    }
}

}  // namespace tintype::test
