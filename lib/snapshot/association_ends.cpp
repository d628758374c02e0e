#include "snapshot/association_ends.hpp"

#include <optional>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "tintype/guid.hpp"
#include "wsman/singleton.hpp"

namespace tintype::snapshot {

namespace {

using Id = std::optional<std::string>;

Id guid_in(const cim::ObjectPath& path, std::string_view key) {
    const auto* value = path.key(key);
    return value != nullptr && is_guid(*value) ? Id(upper_guid(*value)) : std::nullopt;
}

Id settings_in(const cim::ObjectPath& path) {
    const auto* id = names(path, virtual_system_setting_data_class) ? path.key("InstanceID") : nullptr;
    return id != nullptr ? parse_settings_id(*id) : std::nullopt;
}

}  // namespace

bool names(const cim::ObjectPath& path, const cim::ClassDeclaration& declaration) {
    return declaration.is_a(path.class_name) &&
           (path.cim_namespace.empty() || cim::equal_names(cim::normal_namespace(path.cim_namespace), cim_namespace));
}

End machine_end() {
    return {[](const cim::ObjectPath& path) {
                return names(path, computer_system_class) ? guid_in(path, "Name") : std::nullopt;
            },
            [](std::string_view id) { return machine_path(id); }};
}

End settings_end() {
    return {settings_in, [](std::string_view id) { return settings_path(id); }};
}

End element_end() {
    return {[machine = machine_end()](const cim::ObjectPath& path) {
                const auto settings = settings_in(path);
                return settings ? Id(settings_id(*settings)) : machine.id(path);
            },
            [](std::string_view id) {
                const auto settings = parse_settings_id(id);
                return settings ? settings_path(*settings) : machine_path(id);
            }};
}

End job_end() {
    return {[](const cim::ObjectPath& path) {
                return names(path, concrete_job_class) ? guid_in(path, "InstanceID") : std::nullopt;
            },
            [](std::string_view id) { return job_path(id); }};
}

End host_end(const std::string& host_name) {
    return {[host_name](const cim::ObjectPath& path) {
                const auto* name = names(path, computer_system_class) ? path.key("Name") : nullptr;
                return name != nullptr && cim::equal_names(*name, host_name) ? Id(host_name) : std::nullopt;
            },
            [](std::string_view name) { return machine_path(name); }};
}

End service_end(const std::string& host_name) {
    return {[](const cim::ObjectPath& path) {
                const auto is = [&](const cim::ClassDeclaration& declaration, const cim::ObjectPath& own) {
                    return names(path, declaration) && wsman::names_singleton(path, own, service_host_key);
                };
                if (is(snapshot_service_class, service_path({}))) return Id(snapshot_service_class.name);
                if (is(management_service_class, management_service_path({}))) return Id(management_service_class.name);
                return Id();
            },
            [host_name](std::string_view name) {
                return name == management_service_class.name ? management_service_path(host_name)
                                                             : service_path(host_name);
            }};
}

}  // namespace tintype::snapshot
