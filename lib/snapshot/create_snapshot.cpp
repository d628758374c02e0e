#include "snapshot/create_snapshot.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "snapshot/named_objects.hpp"
#include "snapshot/snapshot_jobs.hpp"
#include "snapshot/snapshot_settings.hpp"
#include "tintype/guid.hpp"

namespace tintype::snapshot {

namespace {

constexpr auto table = ReturnTable::cim;

std::optional<SnapshotKind> kind_of(std::optional<std::uint16_t> snapshot_type) {
    switch (snapshot_type.value_or(0)) {
        case 2:
            return SnapshotKind::full;
        case 3:
            return SnapshotKind::disk;
        case 32768:
            return SnapshotKind::recovery;
        default:
            return std::nullopt;
    }
}

bool can_create(const BackendCapabilities& capabilities, SnapshotKind kind) {
    switch (kind) {
        case SnapshotKind::full:
            return capabilities.creates_full;
        case SnapshotKind::disk:
            return capabilities.creates_disk;
        case SnapshotKind::recovery:
            return capabilities.creates_recovery;
    }
    return false;
}

/// Why this can't be done, if the backend says so beforehand.
std::optional<MethodAnswer> denied(const BackendCapabilities& capabilities, const Machine& machine,
                                   const SnapshotRequest& request) {
    if (!can_create(capabilities, request.kind))
        return MethodAnswer{Outcome::not_supported, {}, "The backend takes no snapshots of this type."};
    if (request.application_consistent && !capabilities.application_consistent)
        return MethodAnswer{Outcome::not_supported, {}, "The backend takes no application-consistent snapshots."};
    if (!capabilities.creates_running && machine.state == MachineState::running)
        return MethodAnswer{Outcome::invalid_state, {}, "The machine runs."};
    return std::nullopt;
}

}  // namespace

wsman::Result<MethodAnswer> create_snapshot(SnapshotBackend& backend, jobs::Engine& engine,
                                            const CreateParameters& parameters, std::string_view owner) {
    const auto machine = find_machine(backend, parameters.affected_system, "AffectedSystem", table);
    if (!machine) return machine.error().answer;
    const auto kind = kind_of(parameters.snapshot_type);
    if (!kind) return MethodAnswer{Outcome::invalid_parameter, {}, "SnapshotType is none of 2, 3 and 32768."};
    SnapshotRequest request;
    request.machine = machine->id;
    request.kind = *kind;
    if (const auto read = read_snapshot_settings(parameters.snapshot_settings, request); !read)
        return read.error().answer;
    const auto capabilities = backend.capabilities();
    if (auto answer = denied(capabilities, *machine, request)) return *std::move(answer);
    request.id = random_guid();
    if (request.name.empty()) request.name = default_snapshot_name(machine->name, std::chrono::system_clock::now());

    JobPlan plan;
    auto& record = plan.record;
    record.type = static_cast<std::uint16_t>(JobType::create);
    record.caption = "Creating Snapshot";
    record.description = "Creating the snapshot '" + request.name + "' of '" + machine->name + "'";
    record.owner = owner;
    record.queue = machine->id;
    record.request = std::string(create_request) + ' ' + request.id;
    record.cancellable = capabilities.stops;
    plan.table = table;
    plan.failure = "The snapshot '" + request.name + "' was not created.";
    plan.work = [&backend,
                 request = std::move(request)](Operation& operation) -> BackendResult<std::vector<std::string>> {
        const auto created = backend.create_snapshot(request, operation);
        if (!created) return tl::unexpected(created.error());
        return std::vector<std::string>{created->id};
    };
    return submit(engine, std::move(plan));
}

jobs::Settlement settle_create(SnapshotBackend& backend, std::string_view id) {
    const auto snapshot = backend.snapshot(id);
    if (snapshot) return settled_as_done({snapshot->id});
    if (snapshot.error().code == BackendErrorCode::not_found)
        return settled_as_failed(table, "The snapshot was not created.");
    return settled_as_failed(table, "Whether the snapshot was created is not known: " + snapshot.error().message);
}

}  // namespace tintype::snapshot
