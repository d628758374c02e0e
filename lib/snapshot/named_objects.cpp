#include "snapshot/named_objects.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "snapshot/backend_faults.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/settings_guid.hpp"
#include "tintype/guid.hpp"

namespace tintype::snapshot {

namespace {

constexpr std::array served{&virtual_system_setting_data_class,   &computer_system_class,    &snapshot_service_class,
                            &snapshot_service_capabilities_class, &management_service_class, &concrete_job_class,
                            &snapshot_capabilities_class};

Refused invalid_parameter_fault(std::string words) {
    return wsman::Fault{wsman::faults::invalid_parameter, std::move(words)};
}

/// The key of a reference to an instance of that class, or of a superclass of it, which a reference may name too.
tl::expected<const std::string*, Refused> read_key(const cim::ObjectPath& reference,
                                                   const cim::ClassDeclaration& declaration, std::string_view key,
                                                   std::string_view parameter) {
    if (!declaration.is_a(reference.class_name)) {
        const bool other =
            std::any_of(served.begin(), served.end(), [&](const auto* one) { return one->is_a(reference.class_name); });
        if (other) return tl::unexpected(Refused(Outcome::invalid_type));
        return tl::unexpected(invalid_parameter_fault(std::string(parameter) + " names the class " +
                                                      reference.class_name + ", which is not served here."));
    }
    if (const auto* value = reference.key(key)) return value;
    return tl::unexpected(invalid_parameter_fault(std::string(parameter) + " has no key " + std::string(key) + '.'));
}

}  // namespace

Refused unreadable(const BackendError& error, ReturnTable table) {
    const auto outcome = outcome_of(error.code);
    const bool has_number = outcome == Outcome::timed_out || outcome == Outcome::in_use ||
                            (outcome == Outcome::unavailable && table == ReturnTable::vendor);
    if (has_number) return {outcome, error.message};
    return backend_fault(error);
}

tl::expected<Snapshot, Refused> find_snapshot(SnapshotBackend& backend, const cim::ObjectPath& reference,
                                              std::string_view parameter, ReturnTable table, bool damaged_too) {
    const auto key = read_key(reference, virtual_system_setting_data_class, "InstanceID", parameter);
    if (!key) return tl::unexpected(key.error());
    const auto guid = settings_guid(**key);
    if (!guid) return tl::unexpected(Refused(Outcome::invalid_parameter));
    const auto id = guid->view();
    auto snapshot = backend.snapshot(id);
    if (snapshot) return *std::move(snapshot);
    if (damaged_too && snapshot.error().code == BackendErrorCode::invalid) {
        if (auto machine = backend.machine_of(id)) {
            Snapshot damaged;
            damaged.id = damaged.name = id;
            damaged.machine = *std::move(machine);
            return damaged;
        }
    }
    if (snapshot.error().code != BackendErrorCode::not_found)
        return tl::unexpected(unreadable(snapshot.error(), table));
    const auto machine = backend.machine(id);
    if (machine) return tl::unexpected(Refused(Outcome::invalid_state));  // its current settings are no snapshot
    if (machine.error().code != BackendErrorCode::not_found) return tl::unexpected(unreadable(machine.error(), table));
    return tl::unexpected(Refused(Outcome::invalid_parameter));
}

tl::expected<Machine, Refused> find_machine(SnapshotBackend& backend, const cim::ObjectPath& reference,
                                            std::string_view parameter, ReturnTable table) {
    const auto key = read_key(reference, computer_system_class, "Name", parameter);
    if (!key) return tl::unexpected(key.error());
    if (!is_guid(**key)) return tl::unexpected(Refused(Outcome::invalid_parameter));
    auto machine = backend.machine(upper_guid(**key));
    if (machine) return *std::move(machine);
    if (machine.error().code != BackendErrorCode::not_found) return tl::unexpected(unreadable(machine.error(), table));
    return tl::unexpected(Refused(Outcome::invalid_parameter));
}

}  // namespace tintype::snapshot
