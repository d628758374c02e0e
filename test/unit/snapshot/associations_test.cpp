// The associations between machines, snapshots, jobs, the host and its service.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cim/same_object.hpp"
#include "jobs/engine.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/resources.hpp"
#include "tintype/backends.hpp"
#include "tintype/worker_pool.hpp"

namespace {

using namespace tintype;
using namespace tintype::snapshot;

const std::string machine_id = "11111111-AAAA-4000-8000-000000000001";
const std::string other_id = "11111111-AAAA-4000-8000-000000000002";
const std::string root_id = "5E6F7081-0000-4000-8000-0000000000A0";
const std::string leaf_id = "5E6F7081-0000-4000-8000-0000000000A1";
const std::string host = "HV01";

/// One machine with two snapshots, the second being its current one, and a machine without.
struct Fixture {
    Fixture() {
        backend->put_machine({.id = machine_id, .name = "vm", .current_snapshot = leaf_id, .last_applied = root_id});
        backend->put_machine({.id = other_id, .name = "bare"});
        backend->put_snapshot({.id = root_id, .machine = machine_id, .name = "root"});
        backend->put_snapshot({.id = leaf_id, .machine = machine_id, .parent = root_id, .name = "leaf"});
        add_associations(router, *backend, jobs, host);
    }

    wsman::Resource& of(const cim::ClassDeclaration& declaration) { return *router.find({}, declaration.name); }

    std::unique_ptr<MemoryBackend> backend = make_memory_backend({.machines = 0});
    std::unique_ptr<JobStore> store = make_memory_job_store();
    WorkerPool workers{1};
    jobs::Engine jobs{*store, workers, {}};
    wsman::Router router;
};

std::vector<cim::Instance> all_of(wsman::InstanceCursor& cursor, std::size_t page = 1) {
    std::vector<cim::Instance> all;
    while (true) {
        auto next = cursor.next(page).value();
        for (auto& one : next) all.push_back(std::move(one));
        if (next.size() < page) return all;
    }
}

const cim::ObjectPath& end_of(const cim::Instance& instance, std::size_t end) {
    return std::get<cim::ObjectPath>(std::get<cim::Scalar>(instance.values()[end]));
}

/// The pairs as text, `first -> second`, each end by its last key.
std::vector<std::string> told(wsman::Resource& resource, wsman::InstanceCursor& cursor) {
    std::vector<std::string> pairs;
    for (const auto& instance : all_of(cursor)) {
        CHECK(&instance.declaration() == &resource.declaration());
        pairs.push_back(end_of(instance, 0).keys.back().value + " -> " + end_of(instance, 1).keys.back().value);
        // Each is found again by its name, and is what it was.
        const auto again = resource.get(instance.path());
        REQUIRE((again && *again));
        CHECK(cim::same_object((**again).path(), instance.path()));
    }
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

std::vector<std::string> told(wsman::Resource& resource, const cim::ObjectPath& object, std::string_view role = {}) {
    return told(resource, *resource.references(object, role).value());
}

using Pairs = std::vector<std::string>;

}  // namespace

TEST_CASE("each association class is declared as its page says") {
    struct Row {
        const cim::ClassDeclaration* declaration;
        std::string_view name, superclass, first, first_class, second, second_class;
    };
    const std::vector<Row> rows{
        {&snapshot_of_virtual_system_class, "Msvm_SnapshotOfVirtualSystem", "CIM_SnapshotOfVirtualSystem", "Antecedent",
         "Msvm_ComputerSystem", "Dependent", "Msvm_VirtualSystemSettingData"},
        {&most_current_snapshot_class, "Msvm_MostCurrentSnapshotInBranch", "CIM_MostCurrentSnapshotInBranch",
         "Antecedent", "CIM_ComputerSystem", "Dependent", "Msvm_VirtualSystemSettingData"},
        {&last_applied_snapshot_class, "Msvm_LastAppliedSnapshot", "CIM_LastAppliedSnapshot", "Antecedent",
         "CIM_VirtualSystemSettingData", "Dependent", "CIM_ComputerSystem"},
        {&settings_define_state_class, "Msvm_SettingsDefineState", "CIM_SettingsDefineState", "ManagedElement",
         "Msvm_ComputerSystem", "SettingData", "Msvm_VirtualSystemSettingData"},
        {&element_setting_data_class, "Msvm_ElementSettingData", "CIM_ElementSettingData", "ManagedElement",
         "CIM_ManagedElement", "SettingData", "CIM_SettingData"},
        {&affected_job_element_class, "Msvm_AffectedJobElement", "CIM_AffectedJobElement", "AffectedElement",
         "CIM_ManagedElement", "AffectingElement", "Msvm_ConcreteJob"},
        {&hosted_service_class, "Msvm_HostedService", "CIM_HostedService", "Antecedent", "CIM_ManagedElement",
         "Dependent", "CIM_Service"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(row.declaration->name == row.name);
        CHECK(row.declaration->association);
        CHECK(row.declaration->superclasses.front() == row.superclass);
        const auto& properties = row.declaration->properties;
        CHECK(properties[0].name == row.first);
        CHECK(properties[0].reference_class == row.first_class);
        CHECK(properties[1].name == row.second);
        CHECK(properties[1].reference_class == row.second_class);
        for (const auto& property : properties) {
            CHECK(property.key == (property.type == cim::Type::reference));
            CHECK_FALSE(property.origin.empty());
        }
    }
}

TEST_CASE("a snapshot belongs to its machine") {
    Fixture fixture;
    for (const auto* declaration : {&snapshot_of_virtual_system_class, &element_setting_data_class}) {
        auto& resource = fixture.of(*declaration);
        const Pairs both{machine_id + " -> Microsoft:" + root_id, machine_id + " -> Microsoft:" + leaf_id};
        CHECK(told(resource, *resource.enumerate().value()) == both);
        CHECK(told(resource, machine_path(machine_id)) == both);
        CHECK(told(resource, machine_path(other_id)).empty());
        CHECK(told(resource, settings_path(leaf_id)) == Pairs{both[1]});
        CHECK(told(resource, settings_path(leaf_id), resource.required_keys()[1]) == Pairs{both[1]});
        CHECK(told(resource, settings_path(leaf_id), resource.required_keys()[0]).empty());
        CHECK(told(resource, settings_path(machine_id)).empty());
        CHECK(told(resource, machine_path(host)).empty());
        CHECK(told(resource, service_path(host)).empty());
    }
}

TEST_CASE(
    "a machine has one snapshot that its state comes from, perhaps one that was last applied, and settings that define "
    "it") {
    Fixture fixture;
    auto& current = fixture.of(most_current_snapshot_class);
    const Pairs to_leaf{machine_id + " -> Microsoft:" + leaf_id};
    CHECK(told(current, *current.enumerate().value()) == to_leaf);
    CHECK(told(current, machine_path(machine_id)) == to_leaf);
    CHECK(told(current, settings_path(leaf_id), "dependent") == to_leaf);
    CHECK(told(current, settings_path(root_id)).empty());

    auto& applied = fixture.of(last_applied_snapshot_class);
    const Pairs from_root{"Microsoft:" + root_id + " -> " + machine_id};
    CHECK(told(applied, *applied.enumerate().value()) == from_root);
    CHECK(told(applied, machine_path(machine_id), "Dependent") == from_root);
    CHECK(told(applied, settings_path(root_id), "Antecedent") == from_root);
    CHECK(told(applied, settings_path(leaf_id)).empty());  // it was taken, not applied
    CHECK(told(applied, machine_path(other_id)).empty());

    auto& state = fixture.of(settings_define_state_class);
    const Pairs own{machine_id + " -> Microsoft:" + machine_id, other_id + " -> Microsoft:" + other_id};
    CHECK(told(state, *state.enumerate().value()) == own);
    CHECK(told(state, machine_path(machine_id)) == Pairs{own[0]});
    CHECK(told(state, settings_path(other_id)) == Pairs{own[1]});
    CHECK(told(state, settings_path(leaf_id)).empty());  // never a snapshot
}

TEST_CASE("the host hosts the services, by whatever name the client knows it") {
    Fixture fixture;
    auto& hosted = fixture.of(hosted_service_class);
    const Pairs both{host + " -> vmms", host + " -> vssnapsvc"};
    CHECK(told(hosted, *hosted.enumerate().value()) == both);
    CHECK(told(hosted, machine_path("hv01")) == both);
    CHECK(told(hosted, service_path("hv01.example.com")) == Pairs{both[1]});
    CHECK(told(hosted, management_service_path("hv01.example.com")) == Pairs{both[0]});
    CHECK(told(hosted, machine_path(machine_id)).empty());
}

TEST_CASE("a job affects its machine, the snapshot that it is about and those that it touched besides") {
    Fixture fixture;
    JobRecord record;
    record.queue = machine_id;
    record.subjects = {leaf_id};
    const auto job = fixture.jobs.submit({record, [](jobs::Progress& progress) -> tl::expected<void, jobs::JobError> {
                                              progress.affects(leaf_id);
                                              progress.affects(root_id);
                                              return {};
                                          }});
    REQUIRE(job.has_value());
    REQUIRE(fixture.jobs.drain(std::chrono::seconds(30)));
    auto& affected = fixture.of(affected_job_element_class);
    const Pairs expected{machine_id + " -> " + job->id, "Microsoft:" + root_id + " -> " + job->id,
                         "Microsoft:" + leaf_id + " -> " + job->id};
    CHECK(told(affected, *affected.enumerate().value()) == expected);
    CHECK(told(affected, job_path(job->id)) == expected);
    CHECK(told(affected, machine_path(machine_id), "AffectedElement") == Pairs{expected[0]});
    CHECK(told(affected, settings_path(root_id)) == Pairs{expected[1]});
    CHECK(told(affected, settings_path(machine_id)).empty());
    CHECK(told(affected, machine_path(other_id)).empty());
}

TEST_CASE("a name that names no pair finds nothing") {
    Fixture fixture;
    auto& resource = fixture.of(snapshot_of_virtual_system_class);
    const auto named = [&](const std::string& first, const std::string& second) {
        const cim::ObjectPath path{
            {}, {}, "Msvm_SnapshotOfVirtualSystem", {{"Antecedent", first, true}, {"Dependent", second, true}}};
        return resource.get(path).value().has_value();
    };
    const auto machine = cim::to_string(machine_path(machine_id));
    CHECK(named(machine, cim::to_string(settings_path(leaf_id))));
    CHECK(named(R"(\\any\root\virtualization\v2:CIM_ComputerSystem.Name=")" + machine_id + '"',
                "CIM_SettingData.InstanceID=\"microsoft:" + leaf_id + '"'));
    CHECK_FALSE(named(cim::to_string(machine_path(other_id)), cim::to_string(settings_path(leaf_id))));
    CHECK_FALSE(named(machine, cim::to_string(settings_path(machine_id))));
    CHECK_FALSE(named(machine, machine));
    CHECK_FALSE(named("no path", "neither"));
    CHECK_FALSE(named(machine, R"(root\cimv2:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:)" + leaf_id + '"'));
}

TEST_CASE("a backend that knows no snapshots of a machine goes through all of its snapshots") {
    const auto backend = make_memory_backend({.machines = 20, .snapshots_per_machine = 40, .branching = 2});
    const auto machines = backend->machines({}, 100).value();
    std::size_t sum = 0;
    for (const auto& machine : machines) {
        std::string after;
        while (true) {
            const auto page = backend->SnapshotBackend::snapshots_of(machine.id, after, 7).value();
            for (const auto& one : page) {
                CHECK(one.machine == machine.id);
                CHECK(one.id > after);
                after = one.id;
            }
            sum += page.size();
            if (page.size() < 7) break;
        }
    }
    CHECK(sum == 800);
}
