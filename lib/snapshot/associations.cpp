#include <algorithm>

#include "snapshot/association_ends.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"
#include "snapshot/resources.hpp"
#include "snapshot/snapshot_jobs.hpp"
#include "tintype/guid.hpp"

namespace tintype::snapshot {

namespace {

// What a backend finds, or nothing where it finds none.
template <class T>
wsman::Result<std::optional<T>> found(BackendResult<T> result) {
    if (result) return std::optional<T>(std::move(*result));
    if (result.error().code == BackendErrorCode::not_found) return std::nullopt;
    return tl::unexpected(backend_fault(result.error()));
}

// What tells of pairs, looked up in a backend.
class Backend {
  public:
    explicit Backend(SnapshotBackend& backend) : backend_(&backend) {}

    PagingCursor<Machine>::Page machine(const std::string& id) const {
        return only<Machine>([backend = backend_, id] { return found(backend->machine(id)); });
    }
    PagingCursor<Machine>::Page machine_of_snapshot(const std::string& id) const {
        return only<Machine>([backend = backend_, id]() -> wsman::Result<std::optional<Machine>> {
            auto snapshot = found(backend->snapshot(id));
            if (!snapshot) return tl::unexpected(std::move(snapshot.error()));
            if (!*snapshot) return std::nullopt;
            return found(backend->machine((**snapshot).machine));
        });
    }
    PagingCursor<Snapshot>::Page snapshot(const std::string& id) const {
        return only<Snapshot>([backend = backend_, id] { return found(backend->snapshot(id)); });
    }
    PagingCursor<Snapshot>::Page snapshots_of(const std::string& machine) const {
        return [backend = backend_, machine](std::string_view after, std::size_t limit) {
            return backend->snapshots_of(machine, after, limit).map_error(backend_fault);
        };
    }

  private:
    SnapshotBackend* backend_;
};

template <class Item>
void add(wsman::Router& router, PairAssociation<Item> association) {
    router.add(std::make_unique<PairResource<Item>>(std::move(association)));
}

std::vector<Pair> machine_and_snapshot(const Snapshot& snapshot) {
    return {{snapshot.machine, snapshot.id}};
}

void add_snapshot_associations(wsman::Router& router, SnapshotBackend& backend) {
    const Backend from(backend);
    PairAssociation<Snapshot> association{
        .declaration = &snapshot_of_virtual_system_class,
        .first = machine_end(),
        .second = settings_end(),
        .all = snapshot_pages(backend),
        .pairs = machine_and_snapshot,
        .of_first = [from](const std::string& machine) { return from.snapshots_of(machine); },
        .of_second = [from](const std::string& snapshot) { return from.snapshot(snapshot); },
        .may_block = !backend.capabilities().answers_from_memory};
    add(router, association);
    // Of a machine's settings those that don't define its state: the snapshots' (its class page).
    association.declaration = &element_setting_data_class;
    association.complete = [](cim::Instance& instance) {
        instance.set("IsDefault", 0).set("IsCurrent", 0).set("IsNext", 0);  // unknown
    };
    add(router, std::move(association));
}

// The snapshot that a machine's state was last taken into or applied from is the tip of the branch that it is on.
void add_machine_associations(wsman::Router& router, SnapshotBackend& backend) {
    const Backend from(backend);
    const auto machine = [from](const std::string& id) { return from.machine(id); };
    const auto machine_of_snapshot = [from](const std::string& id) { return from.machine_of_snapshot(id); };
    const auto current = [](const Machine& one) {
        return one.current_snapshot ? std::vector<Pair>{{one.id, *one.current_snapshot}} : std::vector<Pair>{};
    };
    PairAssociation<Machine> association{.declaration = &most_current_snapshot_class,
                                         .first = machine_end(),
                                         .second = settings_end(),
                                         .all = machine_pages(backend),
                                         .pairs = current,
                                         .of_first = machine,
                                         .of_second = machine_of_snapshot,
                                         .may_block = !backend.capabilities().answers_from_memory};
    add(router, association);

    association.declaration = &settings_define_state_class;
    association.pairs = [](const Machine& one) { return std::vector<Pair>{{one.id, one.id}}; };
    association.of_second = machine;
    add(router, association);

    association.declaration = &last_applied_snapshot_class;
    association.first = settings_end();
    association.second = machine_end();
    association.pairs = [](const Machine& one) {
        return one.last_applied ? std::vector<Pair>{{*one.last_applied, one.id}} : std::vector<Pair>{};
    };
    association.of_first = machine_of_snapshot;
    add(router, std::move(association));
}

// The machine whose turn it took, the snapshots that it is about, and those that it touched besides.
std::vector<Pair> affected_elements(const JobRecord& job) {
    std::vector<Pair> pairs;
    const auto add_element = [&](std::string element) {
        const bool there =
            std::any_of(pairs.begin(), pairs.end(), [&](const auto& one) { return one.first == element; });
        if (!there) pairs.push_back({std::move(element), job.id});
    };
    if (is_guid(job.queue)) add_element(upper_guid(job.queue));
    for (const auto* ids : {&job.subjects, &job.affected}) {
        for (const auto& id : *ids)
            if (is_guid(id) && !cim::equal_names(id, job.queue)) add_element(settings_id(upper_guid(id)));
    }
    return pairs;
}

void add_affected_job_element(wsman::Router& router, jobs::Engine& jobs) {
    const PagingCursor<JobRecord>::Page all = [&jobs](std::string_view after,
                                                      std::size_t limit) -> wsman::Result<std::vector<JobRecord>> {
        return jobs.page(after, limit);
    };
    add(router,
        PairAssociation<JobRecord>{
            .declaration = &affected_job_element_class,
            .first = element_end(),
            .second = job_end(),
            .all = all,
            .pairs = affected_elements,
            .of_first =
                [all](const std::string&) {
                    return PagingCursor<JobRecord>::Page(all);
                },  // there are those of the last minutes
            .of_second =
                [&jobs](const std::string& id) {
                    return only<JobRecord>([&jobs, id]() -> wsman::Result<std::optional<JobRecord>> {
                        return jobs.look_up(id).map_error(unreadable_jobs);
                    });
                },
            .complete = [](cim::Instance& instance) { instance.set("ElementEffects", numbers({0})); },  // unknown
            .may_block = !jobs.answers_from_memory()});
}

struct Hosting {
    std::string id;
};

void add_hosted_service(wsman::Router& router, const std::string& host_name) {
    const auto hosting = [host_name](const std::string& = {}) {
        return only<Hosting>([host_name]() -> wsman::Result<std::optional<Hosting>> { return Hosting{host_name}; });
    };
    add(router, PairAssociation<Hosting>{.declaration = &hosted_service_class,
                                         .first = host_end(host_name),
                                         .second = service_end(host_name),
                                         .all = hosting(),
                                         .pairs =
                                             [](const Hosting& one) {
                                                 return std::vector<Pair>{
                                                     {one.id, std::string(snapshot_service_class.name)},
                                                     {one.id, std::string(management_service_class.name)}};
                                             },
                                         .of_first = hosting,
                                         .of_second = hosting});
}

}  // namespace

void add_associations(wsman::Router& router, SnapshotBackend& backend, jobs::Engine& jobs,
                      const std::string& host_name) {
    add_snapshot_associations(router, backend);
    add_machine_associations(router, backend);
    add_affected_job_element(router, jobs);
    add_hosted_service(router, host_name);
}

}  // namespace tintype::snapshot
