#include "snapshot/management_service.hpp"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "cim/cim_xml.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/inherited_methods.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/modify_snapshot.hpp"
#include "snapshot/named_objects.hpp"
#include "tintype/wsman/generic_method.hpp"
#include "wsman/singleton.hpp"

namespace tintype::snapshot {

namespace {

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

wsman::Result<std::uint32_t> modify(SnapshotBackend& backend, const jobs::Engine& jobs, const wsman::Call& call,
                                    const cim::Parameters& in) {
    const auto settings = in.value<std::string>("SystemSettings").value_or(std::string());
    const auto answered = modify_system_settings(backend, jobs, settings);
    if (!answered) return tl::unexpected(answered.error());
    if (call.summary != nullptr && !answered->why.empty()) *call.summary += " (" + answered->why + ')';
    return return_value(answered->outcome, ReturnTable::cim);
}

}  // namespace

wsman::Result<MethodAnswer> modify_system_settings(SnapshotBackend& backend, const jobs::Engine& jobs,
                                                   std::string_view settings) {
    const auto refuse = [](Outcome outcome, std::string why) { return Refused(outcome, std::move(why)).answer; };
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
        return unreadable(snapshot.error(), ReturnTable::cim).answer;
    if (!snapshot) {
        if (backend.machine(*id)) return refuse(Outcome::not_supported, "It is a machine's current settings.");
        return refuse(Outcome::invalid_parameter, "There is no such snapshot.");
    }
    const auto different = differences(*std::move(values), snapshot_instance(*snapshot));
    if (different.empty()) return MethodAnswer{Outcome::completed};
    const auto changes = read_changes(different);
    if (!changes) return refuse(Outcome::invalid_parameter, changes.error().message);
    const auto modified = modify(backend, jobs, *id, *changes);
    if (modified) return MethodAnswer{Outcome::completed};
    return refuse(outcome_of(modified.error().error.code), modified.error().error.message);
}

std::unique_ptr<wsman::Resource> make_management_service(SnapshotBackend& backend, const jobs::Engine& jobs,
                                                         std::string host_name) {
    auto methods = inherited_methods();
    methods.emplace_back("ModifySystemSettings",
                         wsman::make_method(management_service_class, "ModifySystemSettings",
                                            [&backend, &jobs](const auto& call, const auto& in, auto& /*out*/) {
                                                return modify(backend, jobs, call, in);
                                            }));
    return wsman::make_singleton(management_service_class,
                                 [host_name = std::move(host_name)] { return management_service_instance(host_name); },
                                 {.host_key = service_host_key,
                                  .may_block = !backend.capabilities().answers_from_memory,
                                  .methods = std::move(methods)});
}

}  // namespace tintype::snapshot
