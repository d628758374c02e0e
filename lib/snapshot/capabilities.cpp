#include <array>

#include "snapshot/association_ends.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"
#include "snapshot/resources.hpp"
#include "tintype/guid.hpp"
#include "wsman/singleton.hpp"

namespace tintype::snapshot {

namespace {

constexpr std::array<std::string_view, 1> instance_id{"InstanceID"};

class MachineCapabilities final : public wsman::Resource {
  public:
    explicit MachineCapabilities(SnapshotBackend& backend) : backend_(&backend) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override {
        return snapshot_capabilities_class;
    }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return instance_id; }
    [[nodiscard]] bool may_block() const noexcept override { return !backend_->capabilities().answers_from_memory; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        const auto id = parse_snapshot_capabilities_id(*keys.key("InstanceID"));
        if (!id) return std::nullopt;
        const auto machine = backend_->machine(*id);
        if (machine) return snapshot_capabilities_instance(backend_->capabilities(), *machine);
        if (machine.error().code == BackendErrorCode::not_found) return std::nullopt;
        return tl::unexpected(backend_fault(machine.error()));
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<PagingCursor<Machine>>(
            snapshot_capabilities_class, machine_pages(*backend_),
            [capabilities = backend_->capabilities()](const Machine& machine, cim::Instance& into) {
                into = snapshot_capabilities_instance(capabilities, machine);
            });
    }

  private:
    SnapshotBackend* backend_;
};

/// Something that has capabilities: the snapshot service, or a machine by its id.
struct Capable {
    std::string id;
};

constexpr std::string_view service_id = "#service";  ///< Sorts before every GUID, as pages want it.

wsman::Result<std::vector<Capable>> capable_page(SnapshotBackend& backend, std::string_view after, std::size_t limit) {
    std::vector<Capable> page;
    if (after < service_id) page.push_back({std::string(service_id)});
    if (page.size() == limit) return page;
    const auto machines = backend.machines(after <= service_id ? std::string_view{} : after, limit - page.size());
    if (!machines) return tl::unexpected(backend_fault(machines.error()));
    for (const auto& machine : *machines) page.push_back({machine.id});
    return page;
}

PagingCursor<Capable>::Page capable(SnapshotBackend& backend, const std::string& id) {
    return only<Capable>([&backend, id]() -> wsman::Result<std::optional<Capable>> {
        if (id == service_id) return Capable{id};
        const auto machine = backend.machine(id);
        if (machine) return Capable{id};
        if (machine.error().code == BackendErrorCode::not_found) return std::nullopt;
        return tl::unexpected(backend_fault(machine.error()));
    });
}

End capable_end(const std::string& host_name) {
    return {[machine = machine_end(), service = service_end(host_name)](const cim::ObjectPath& path) {
                return service.id(path) == snapshot_service_class.name ? std::optional(std::string(service_id))
                                                                       : machine.id(path);
            },
            [host_name](std::string_view id) { return id == service_id ? service_path(host_name) : machine_path(id); }};
}

End capabilities_end() {
    return {[](const cim::ObjectPath& path) -> std::optional<std::string> {
                const auto* id = path.key("InstanceID");
                if (id == nullptr) return std::nullopt;
                const auto own = snapshot_service_capabilities_path();
                if (names(path, snapshot_service_capabilities_class) && cim::equal_names(*id, *own.key("InstanceID")))
                    return std::string(service_id);
                return names(path, snapshot_capabilities_class) ? parse_snapshot_capabilities_id(*id) : std::nullopt;
            },
            [](std::string_view id) {
                return id == service_id ? snapshot_service_capabilities_path() : snapshot_capabilities_path(id);
            }};
}

}  // namespace

void add_capabilities(wsman::Router& router, SnapshotBackend& backend, const std::string& host_name) {
    router.add(wsman::make_singleton(snapshot_service_capabilities_class, [&backend] {
        return snapshot_service_capabilities_instance(backend.capabilities());
    }));
    router.add(std::make_unique<MachineCapabilities>(backend));
    const auto of = [&backend](const std::string& id) { return capable(backend, id); };
    constexpr std::uint64_t current = 3;
    router.add(std::make_unique<PairResource<Capable>>(PairAssociation<Capable>{
        .declaration = &element_capabilities_class,
        .first = capable_end(host_name),
        .second = capabilities_end(),
        .all = [&backend](std::string_view after, std::size_t limit) { return capable_page(backend, after, limit); },
        .pairs =
            [](const Capable& one) {
                return std::vector<Pair>{{one.id, one.id}};
            },
        .of_first = of,
        .of_second = of,
        .complete = [](cim::Instance& instance) { instance.set("Characteristics", numbers({current})); },
        .may_block = !backend.capabilities().answers_from_memory}));
}

}  // namespace tintype::snapshot
