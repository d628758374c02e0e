// What a backend can do, as the capability classes show it.
#include <doctest/doctest.h>

#include <cctype>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/resources.hpp"
#include "tintype/backends.hpp"

namespace {

using namespace tintype;
using namespace tintype::snapshot;

const std::string machine_id = "11111111-AAAA-4000-8000-000000000001";
const std::string other_id = "11111111-AAAA-4000-8000-000000000002";

std::string text(const cim::Instance& instance, std::string_view property) {
    const cim::Value& value = instance.get(property);
    if (const auto* scalar = std::get_if<cim::Scalar>(&value)) return cim::to_text(*scalar);
    const auto* array = std::get_if<cim::Array>(&value);
    if (array == nullptr) return "null";
    std::string out;
    for (const auto& item : *array) out += (out.empty() ? "" : " ") + cim::to_text(item);
    return out;
}

std::vector<cim::Instance> all_of(wsman::InstanceCursor& cursor, std::size_t page) {
    std::vector<cim::Instance> all;
    while (true) {
        auto next = cursor.next(page).value();
        for (auto& one : next) all.push_back(std::move(one));
        if (next.size() < page) return all;
    }
}

struct Fixture {
    Fixture() {
        backend->put_machine({.id = machine_id, .name = "on", .state = MachineState::running});
        backend->put_machine({.id = other_id, .name = "off", .state = MachineState::off});
        add_capabilities(router, *backend, "HV01");
    }
    wsman::Resource& of(const cim::ClassDeclaration& declaration) { return *router.find({}, declaration.name); }

    std::unique_ptr<MemoryBackend> backend = make_memory_backend({.machines = 0});
    wsman::Router router;
};

}  // namespace

TEST_CASE("the service's capabilities list the methods and the types of snapshots that the backend has") {
    const auto list = [](const BackendCapabilities& backend) {
        const auto instance = snapshot_service_capabilities_instance(backend);
        CHECK(text(instance, "SynchronousMethodsSupported") == "null");
        return text(instance, "AynchronousMethodsSupported") + " | " + text(instance, "SnapshotTypesSupported");
    };
    CHECK(list({}) == "3 | ");
    CHECK(list({.creates_full = true, .applies = true}) == "2 3 4 | 2");
    CHECK(list({.creates_disk = true, .creates_recovery = true}) == "2 3 | 3 32768");
}

TEST_CASE("a machine's capabilities are those of the state that it is in") {
    const auto list = [](const BackendCapabilities& backend, MachineState state) {
        const auto instance = snapshot_capabilities_instance(backend, {.id = machine_id, .state = state});
        CHECK(text(instance, "InstanceID") == "Microsoft:" + machine_id + ":SnapshotCapabilities");
        return text(instance, "SnapshotTypesEnabled") + " | " + text(instance, "GuestOSNotificationEnabled");
    };
    const BackendCapabilities stopped_only{.creates_full = true, .application_consistent = true};
    CHECK(list(stopped_only, MachineState::off) == "2 | true");
    CHECK(list(stopped_only, MachineState::running) == " | false");
    CHECK(list({.creates_full = true, .creates_disk = true, .creates_running = true}, MachineState::running) ==
          "2 3 | false");
    CHECK(list({}, MachineState::off) == " | false");
}

TEST_CASE_FIXTURE(Fixture, "each machine has capabilities, found by the InstanceID in any case") {
    auto& resource = of(snapshot_capabilities_class);
    CHECK(all_of(*resource.enumerate().value(), 1).size() == 2);
    auto path = snapshot_capabilities_path(machine_id);
    for (auto& c : path.keys.front().value) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    REQUIRE(resource.get(path).value());
    CHECK(text(*resource.get(path).value(), "InstanceID") == snapshot_capabilities_id(machine_id));
    for (const auto* id : {"", ":SnapshotCapabilities", "Microsoft:X:SnapshotCapabilities",
                           "Microsoft:11111111-AAAA-4000-8000-000000000001",
                           "Microsoft:11111111-AAAA-4000-8000-000000000009:SnapshotCapabilities"}) {
        path.keys.front().value = id;
        CAPTURE(id);
        CHECK_FALSE(resource.get(path).value());
    }
}

TEST_CASE_FIXTURE(Fixture, "the service's capabilities are a singleton that another InstanceID does not name") {
    auto& resource = of(snapshot_service_capabilities_class);
    auto path = snapshot_service_capabilities_path();
    CHECK(resource.get(path).value());
    CHECK(all_of(*resource.enumerate().value(), 1).size() == 1);
    path.keys.front().value = "Microsoft:Other";
    CHECK_FALSE(resource.get(path).value());
    path.keys.clear();
    CHECK(resource.get(path).value());
}

TEST_CASE_FIXTURE(Fixture, "capabilities are tied to the service and to each machine, from both ends") {
    auto& resource = of(element_capabilities_class);
    for (const auto page : std::initializer_list<std::size_t>{1, 2, 3, 10}) {
        const auto all = all_of(*resource.enumerate().value(), page);
        REQUIRE(all.size() == 3);
        for (const auto& one : all) {
            CHECK(text(one, "Characteristics") == "3");
            CHECK(resource.get(one.path()).value());
        }
    }
    const auto told = [&](const cim::ObjectPath& object) {
        std::string found;
        for (const auto& one : all_of(*resource.references(object, {}).value(), 10))
            found += text(one, "ManagedElement") + " -> " + text(one, "Capabilities") + "\n";
        return found;
    };
    for (const auto& [element, capabilities] :
         {std::pair(machine_path(machine_id), snapshot_capabilities_path(machine_id)),
          std::pair(machine_path(other_id), snapshot_capabilities_path(other_id)),
          std::pair(service_path("HV01"), snapshot_service_capabilities_path())}) {
        const auto pair = cim::to_string(element) + " -> " + cim::to_string(capabilities) + "\n";
        CHECK(told(element) == pair);
        CHECK(told(capabilities) == pair);
    }
    CHECK(told(machine_path("11111111-AAAA-4000-8000-000000000009")).empty());
    CHECK(told(snapshot_capabilities_path("11111111-AAAA-4000-8000-000000000009")).empty());
    CHECK(told(settings_path(machine_id)).empty());
}
