#include <fmt/format.h>
#include <libvirt/virterror.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "libvirt/changes.hpp"
#include "libvirt/error.hpp"
#include "libvirt/hosts.hpp"
#include "libvirt/suitability.hpp"
#include "tintype/backends_libvirt.hpp"

namespace tintype {
namespace {

using libvirt::Connection;
using libvirt::Hosts;
using libvirt::KnownMachine;
using libvirt::KnownSnapshot;
using libvirt::Occupation;
using libvirt::refuse;

class LibvirtBackend final : public SnapshotBackend {
  public:
    explicit LibvirtBackend(const LibvirtBackendOptions& options) : hosts_(options) {}

    [[nodiscard]] BackendCapabilities capabilities() const noexcept override {
        return {.destroys_running = true,
                .keeps_dependants = true,
                .answers_from_memory = false,
                .modifies_snapshots = true,
                .creates_full = true,
                .creates_disk = true,
                .creates_recovery = false,
                .creates_running = true,
                .application_consistent = false,
                .applies = true,
                .applies_running = true,
                // libvirt can't stop what it does to an internal snapshot; a save it can, and a guest that doesn't shut
                // down need not be waited for.
                .stops = false,
                .changes_state = true,
                .stops_state_changes = true,
                // A snapshot's memory stands in its disks beside their state; libvirt has no way to take it out.
                .clears_saved_state = false};
    }

    BackendResult<std::vector<Machine>> machines(std::string_view after, std::size_t limit) override {
        return hosts_.machines(after, limit);
    }
    BackendResult<Machine> machine(std::string_view id) override;
    BackendResult<std::vector<Snapshot>> snapshots(std::string_view after, std::size_t limit) override {
        return hosts_.snapshots(after, limit);
    }
    BackendResult<std::vector<Snapshot>> snapshots_of(std::string_view machine, std::string_view after,
                                                      std::size_t limit) override;
    BackendResult<Snapshot> snapshot(std::string_view id) override;

    BackendResult<Destroyed> destroy_snapshot(std::string_view id, Operation& operation) override {
        return destroy(id, false, operation);
    }
    BackendResult<Destroyed> destroy_snapshot_tree(std::string_view id, Operation& operation) override {
        return destroy(id, true, operation);
    }
    BackendResult<Snapshot> modify_snapshot(std::string_view id, const SnapshotChanges& changes) override;
    BackendResult<Snapshot> create_snapshot(const SnapshotRequest& request, Operation& operation) override;
    BackendResult<Machine> apply_snapshot(std::string_view id, Operation& operation) override;
    BackendResult<Machine> request_state(std::string_view machine, StateRequest request, Operation& operation) override;

  private:
    /// A machine with nobody else of ours at it, as it is now.
    struct Work {
        std::shared_ptr<libvirt::Host> host;
        Occupation occupation;
        Connection connection;
        KnownMachine machine;
    };
    [[nodiscard]] static BackendResult<Work> begin(BackendResult<Hosts::Found> found);
    /// Notes a lost connection; an error of the operation goes before one of reading what it left.
    [[nodiscard]] static BackendResult<KnownMachine> end(const Work& work, const BackendResult<void>& done);
    BackendResult<Destroyed> destroy(std::string_view id, bool subtree, Operation& operation);

    Hosts hosts_;
};

tl::unexpected<BackendError> no_snapshot(std::string_view id) {
    return refuse(BackendErrorCode::not_found, fmt::format("no snapshot {}", id));
}

/// libvirt says of most operations that they are done, and not how far they are.
void begins(Operation& operation) {
    operation.progress(0);
}
void ends(Operation& operation) {
    operation.progress(100);
}

tl::unexpected<BackendError> stopped() {
    return refuse(BackendErrorCode::cancelled, "it was stopped before it began");
}

/// The snapshot and all below it, parents before their children.
std::vector<const KnownSnapshot*> subtree_of(const KnownMachine& machine, const KnownSnapshot& root) {
    std::vector<const KnownSnapshot*> tree{&root};
    for (std::size_t i = 0; i < tree.size(); ++i)
        for (const auto& one : machine.snapshots)
            if (one.value.parent == tree[i]->value.id) tree.push_back(&one);
    return tree;
}

BackendResult<LibvirtBackend::Work> LibvirtBackend::begin(BackendResult<Hosts::Found> found) {
    if (!found) return tl::unexpected(found.error());
    auto occupation = found->host->occupy(found->machine.value.id);
    if (!occupation) {
        return refuse(BackendErrorCode::in_use,
                      fmt::format("another operation on {} is under way", found->machine.value.name));
    }
    auto connection = found->host->connection();
    if (!connection) return tl::unexpected(connection.error());
    auto now = found->host->read(found->machine.value.id, true);
    if (!now) return tl::unexpected(now.error());
    return Work{found->host, *std::move(occupation), *std::move(connection), *std::move(now)};
}

BackendResult<KnownMachine> LibvirtBackend::end(const Work& work, const BackendResult<void>& done) {
    auto now = work.host->read(work.machine.value.id, true);
    if (!done) return tl::unexpected(work.host->noted(work.connection, done.error()));
    return now;
}

BackendResult<Machine> LibvirtBackend::machine(std::string_view id) {
    for (const bool again : {false, true}) {
        const auto found = hosts_.machine(id);
        if (!found) return tl::unexpected(found.error());
        // libvirt may keep it locked until the operation is over.
        if (found->host->is_occupied(id)) return found->machine.value;
        const auto now = found->host->read(id, false);
        if (now) return now->value;
        // It may have moved to another host.
        if (again || now.error().code != BackendErrorCode::not_found) return tl::unexpected(now.error());
    }
    return refuse(BackendErrorCode::not_found, fmt::format("no machine {}", id));
}

BackendResult<std::vector<Snapshot>> LibvirtBackend::snapshots_of(std::string_view machine, std::string_view after,
                                                                  std::size_t limit) {
    const auto found = hosts_.machine(machine);
    if (!found) {
        if (found.error().code == BackendErrorCode::not_found) return std::vector<Snapshot>();
        return tl::unexpected(found.error());
    }
    auto known = found->machine;
    if (!found->host->is_occupied(machine)) {
        auto now = found->host->read(machine, false);
        if (!now && now.error().code == BackendErrorCode::not_found) return std::vector<Snapshot>();
        if (!now) return tl::unexpected(now.error());
        known = *std::move(now);
    }
    std::vector<Snapshot> page;
    for (auto& one : known.snapshots)
        if (one.value.id > after) page.push_back(std::move(one.value));
    std::sort(page.begin(), page.end(), [](const Snapshot& a, const Snapshot& b) { return a.id < b.id; });
    if (page.size() > limit) page.resize(limit);
    return page;
}

BackendResult<Snapshot> LibvirtBackend::snapshot(std::string_view id) {
    for (const bool again : {false, true}) {
        const auto found = hosts_.owner_of(id);
        if (!found) return tl::unexpected(found.error());
        if (found->host->is_occupied(found->machine.value.id)) {
            if (const auto* const known = found->machine.find(id)) return known->value;
            return no_snapshot(id);
        }
        auto now = found->host->read_snapshot(found->machine, id);
        // Gone from there; only a look at all hosts tells that it is gone.
        if (now || again || now.error().code != BackendErrorCode::not_found) return now;
    }
    return no_snapshot(id);
}

/// Leaves first, one by one: libvirtd 9.0 crashes when it is to delete a tree (VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN) of
/// a machine without a current snapshot.
BackendResult<void> delete_all(const Connection& connection, const KnownMachine& machine,
                               const std::vector<const KnownSnapshot*>& doomed, Operation& operation) {
    for (const auto* const one : doomed) {
        if (auto can = libvirt::check_deletion(machine, *one); !can) return can;
    }
    begins(operation);
    for (std::size_t done = 0; done < doomed.size(); ++done) {
        const auto& next = *doomed[doomed.size() - done - 1];
        if (auto deleted = libvirt::delete_snapshot(connection, machine, next); !deleted) return deleted;
        if (done + 1 < doomed.size()) operation.progress(static_cast<unsigned>((done + 1) * 100 / doomed.size()));
    }
    return {};
}

BackendResult<Destroyed> LibvirtBackend::destroy(std::string_view id, bool subtree, Operation& operation) {
    auto work = begin(hosts_.owner_of(id));
    if (!work) return tl::unexpected(work.error());
    const auto* const snapshot = work->machine.find(id);
    if (snapshot == nullptr) return no_snapshot(id);
    if (operation.stop_requested()) return stopped();
    const auto doomed = subtree ? subtree_of(work->machine, *snapshot) : std::vector{snapshot};

    const auto done = delete_all(work->connection, work->machine, doomed, operation);
    const auto now = work->host->read(work->machine.value.id, true);
    if (!now) {
        auto error = done ? now.error() : work->host->noted(work->connection, done.error());
        error.message += "; what is left is seen once its host answers";
        return tl::unexpected(std::move(error));
    }
    Destroyed destroyed;
    for (const auto* const one : doomed)
        if (now->find(one->value.id) == nullptr) destroyed.snapshots.push_back(one->value.id);
    if (destroyed.snapshots.size() == doomed.size()) {
        ends(operation);
        return destroyed;
    }
    auto error = done ? BackendError{BackendErrorCode::failed, "libvirt says it is deleted, and has it still"}
                      : work->host->noted(work->connection, done.error());
    if (!destroyed.snapshots.empty()) {
        error.message += fmt::format("; of the tree {} snapshots are left", doomed.size() - destroyed.snapshots.size());
    }
    return tl::unexpected(std::move(error));
}

BackendResult<Snapshot> LibvirtBackend::modify_snapshot(std::string_view id, const SnapshotChanges& changes) {
    auto work = begin(hosts_.owner_of(id));
    if (!work) return tl::unexpected(work.error());
    const auto* const snapshot = work->machine.find(id);
    if (snapshot == nullptr) return no_snapshot(id);
    const auto now = end(*work, libvirt::modify_snapshot(work->connection, work->machine, *snapshot, changes));
    if (!now) return tl::unexpected(now.error());
    const auto* const changed = now->find(id);
    if (changed == nullptr) return no_snapshot(id);
    return changed->value;
}

BackendResult<Snapshot> LibvirtBackend::create_snapshot(const SnapshotRequest& request, Operation& operation) {
    auto work = begin(hosts_.machine(request.machine));
    if (!work) return tl::unexpected(work.error());
    if (operation.stop_requested()) return stopped();
    begins(operation);
    const auto now = end(*work, libvirt::create_snapshot(work->connection, work->machine, request));
    if (!now) return tl::unexpected(now.error());
    const auto* const created = now->find(request.id);
    if (created == nullptr) {
        return refuse(
            BackendErrorCode::failed,
            fmt::format("libvirt says that a snapshot of {} was taken, and has none", work->machine.value.name));
    }
    ends(operation);
    return created->value;
}

BackendResult<Machine> LibvirtBackend::apply_snapshot(std::string_view id, Operation& operation) {
    auto work = begin(hosts_.owner_of(id));
    if (!work) return tl::unexpected(work.error());
    const auto* const snapshot = work->machine.find(id);
    if (snapshot == nullptr) return no_snapshot(id);
    if (operation.stop_requested()) return stopped();
    begins(operation);
    const auto now = end(*work, libvirt::apply_snapshot(work->connection, work->machine, *snapshot));
    if (!now) return tl::unexpected(now.error());
    ends(operation);
    return now->value;
}

BackendResult<Machine> LibvirtBackend::request_state(std::string_view machine, StateRequest request,
                                                     Operation& operation) {
    auto work = begin(hosts_.machine(machine));
    if (!work) return tl::unexpected(work.error());
    if (operation.stop_requested()) return stopped();
    begins(operation);
    const auto now = end(*work, libvirt::change_state(work->connection, work->machine, request, operation));
    if (!now) return tl::unexpected(now.error());
    ends(operation);
    return now->value;
}

}  // namespace

tl::expected<std::unique_ptr<SnapshotBackend>, BackendError> open_libvirt_backend(
    const LibvirtBackendOptions& options) {
    if (options.uris.empty()) return refuse(BackendErrorCode::invalid, "there is no libvirt URI");
    std::set<std::string> seen;
    for (const auto& uri : options.uris) {
        if (uri.empty()) return refuse(BackendErrorCode::invalid, "a libvirt URI is empty");
        if (!seen.insert(uri).second) {
            return refuse(BackendErrorCode::invalid, fmt::format("the libvirt URI {} is there twice", uri));
        }
    }
    return std::make_unique<LibvirtBackend>(options);
}

}  // namespace tintype
