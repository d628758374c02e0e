#include "snapshot/management_service.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "cim/cim_xml.hpp"
#include "snapshot/backend_faults.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"
#include "snapshot/modify_snapshot.hpp"
#include "snapshot/paging_cursor.hpp"
#include "tintype/wsman/generic_method.hpp"

namespace tintype::snapshot {

namespace {

constexpr std::string_view service_name = "vmms";

cim::Instance service_instance(std::string_view host_name) {
    cim::Instance instance(management_service_class);
    instance.set("SystemCreationClassName", computer_system_class.name)
        .set("SystemName", host_name)
        .set("CreationClassName", management_service_class.name)
        .set("Name", service_name)
        .set("Caption", "Virtual System Management Service")
        .set("Description", "Service for creating, manipulating, and managing virtual machines")
        .set("ElementName", "Hyper-V Virtual System Management Service")
        .set("OperationalStatus", numbers({2}))  // OK
        .set("StatusDescriptions", texts({"The service is running normally"}))
        .set("HealthState", 5)      // OK
        .set("EnabledState", 2)     // enabled
        .set("RequestedState", 12)  // not applicable
        .set("EnabledDefault", 2)   // enabled
        .set("Started", true);
    return instance;
}

using Values = std::vector<std::optional<cim::Value>>;

bool is_null(const std::optional<cim::Value>& value) {
    return !value || std::holds_alternative<std::monostate>(*value);
}

std::optional<std::string> settings_guid(const Values& values) {
    const auto& value = values[*virtual_system_setting_data_class.find("InstanceID")];
    if (is_null(value)) return std::nullopt;
    return parse_settings_id(cim::to_text(std::get<cim::Scalar>(*value)));
}

// What a client may change and what it wants otherwise.
std::vector<wsman::PropertyValue> differences(Values values, const cim::Instance& present) {
    const auto properties = virtual_system_setting_data_class.properties;
    std::vector<wsman::PropertyValue> different;
    for (std::size_t i = 0; i < properties.size(); ++i) {
        if (!properties[i].writable || is_null(values[i]) || *values[i] == present.values()[i]) continue;
        different.push_back({i, *std::move(values[i])});
    }
    return different;
}

class ManagementService final : public wsman::Resource {
  public:
    ManagementService(SnapshotBackend& backend, const jobs::Engine& jobs, std::string host_name)
        : backend_(&backend),
          host_name_(std::move(host_name)),
          modify_(wsman::make_method(management_service_class, "ModifySystemSettings",
                                     [&backend, &jobs](const wsman::Call& call, const cim::Parameters& in,
                                                       cim::Parameters&) -> wsman::Result<std::uint32_t> {
                                         std::string why;
                                         const auto outcome = modify_system_settings(
                                             backend, jobs,
                                             in.value<std::string>("SystemSettings").value_or(std::string()), why);
                                         if (!outcome) return tl::unexpected(outcome.error());
                                         if (call.summary != nullptr && !why.empty()) *call.summary += " (" + why + ')';
                                         return return_value(*outcome, ReturnTable::cim);
                                     })) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override {
        return management_service_class;
    }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return !backend_->capabilities().answers_from_memory; }

    // The only instance, unless a key names another. A client knows the host by a name of its own.
    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        const auto own = management_service_path(host_name_);
        const bool is_own = std::all_of(keys.keys.begin(), keys.keys.end(), [&](const cim::Key& key) {
            const auto* value = own.key(key.name);
            return cim::equal_names(key.name, "SystemName") ||
                   (value != nullptr && cim::equal_names(*value, key.value));
        });
        if (!is_own) return std::nullopt;
        return service_instance(host_name_);
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        std::vector<cim::Instance> only;
        only.push_back(service_instance(host_name_));
        return std::make_unique<FixedCursor>(std::move(only));
    }

    [[nodiscard]] const wsman::Method* method(std::string_view name) const noexcept override {
        return cim::equal_names(name, "ModifySystemSettings") ? &modify_ : nullptr;
    }

  private:
    SnapshotBackend* backend_;
    std::string host_name_;
    wsman::Method modify_;
};

}  // namespace

cim::ObjectPath management_service_path(std::string_view host_name) {
    return make_path(management_service_class, {{"SystemCreationClassName", computer_system_class.name},
                                                {"SystemName", host_name},
                                                {"CreationClassName", management_service_class.name},
                                                {"Name", service_name}});
}

wsman::Result<Outcome> modify_system_settings(SnapshotBackend& backend, const jobs::Engine& jobs,
                                              std::string_view settings, std::string& why) {
    const auto refuse = [&](Outcome outcome, std::string words) {
        why = std::move(words);
        return outcome;
    };
    const auto text = cim::read_cim_xml(settings);
    if (!text) return refuse(Outcome::invalid_parameter, text.error());
    if (!virtual_system_setting_data_class.is_a(text->class_name))
        return refuse(Outcome::invalid_type, "It is an instance of " + text->class_name + '.');
    auto values = cim::given_values(*text, virtual_system_setting_data_class);
    if (!values) return refuse(Outcome::invalid_parameter, values.error());
    const auto id = settings_guid(*values);
    if (!id) return refuse(Outcome::invalid_parameter, "Its InstanceID names no settings.");

    const auto snapshot = backend.snapshot(*id);
    if (!snapshot && snapshot.error().code != BackendErrorCode::not_found)
        return tl::unexpected(backend_fault(snapshot.error()));
    if (!snapshot) {
        if (backend.machine(*id)) return refuse(Outcome::not_supported, "It is a machine's current settings.");
        return refuse(Outcome::invalid_parameter, "There is no such snapshot.");
    }
    const auto different = differences(*std::move(values), snapshot_instance(*snapshot));
    if (different.empty()) return Outcome::completed;
    const auto changes = read_changes(different);
    if (!changes) return refuse(Outcome::invalid_parameter, changes.error().message);
    const auto modified = modify(backend, jobs, *id, *changes);
    if (modified) return Outcome::completed;
    return refuse(outcome_of(modified.error().error.code), modified.error().error.message);
}

std::unique_ptr<wsman::Resource> make_management_service(SnapshotBackend& backend, const jobs::Engine& jobs,
                                                         std::string host_name) {
    return std::make_unique<ManagementService>(backend, jobs, std::move(host_name));
}

}  // namespace tintype::snapshot
