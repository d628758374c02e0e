#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr std::string_view machine = "Msvm_ComputerSystem";
constexpr std::string_view settings = "Msvm_VirtualSystemSettingData";

/// A reference that a superclass introduces, as a key, and to what the class itself narrows it.
constexpr cim::PropertyDeclaration end(std::string_view name, std::string_view class_name, std::string_view origin) {
    return {.name = name, .type = reference, .key = true, .reference_class = class_name, .origin = origin};
}

constexpr cim::ClassDeclaration association(std::string_view name, std::span<const std::string_view> superclasses,
                                            std::span<const cim::PropertyDeclaration> properties) {
    return {.name = name,
            .cim_namespace = cim_namespace,
            .superclasses = superclasses,
            .properties = properties,
            .methods = {},
            .association = true};
}

constexpr std::array<std::string_view, 2> snapshot_of_superclasses{"CIM_SnapshotOfVirtualSystem", "CIM_Dependency"};
constexpr std::array snapshot_of_properties{end("Antecedent", machine, "CIM_Dependency"),
                                            end("Dependent", settings, "CIM_Dependency")};

constexpr std::array<std::string_view, 2> most_current_superclasses{"CIM_MostCurrentSnapshotInBranch",
                                                                    "CIM_Dependency"};
constexpr std::array most_current_properties{end("Antecedent", "CIM_ComputerSystem", "CIM_Dependency"),
                                             end("Dependent", settings, "CIM_Dependency")};

constexpr std::array<std::string_view, 2> last_applied_superclasses{"CIM_LastAppliedSnapshot", "CIM_Dependency"};
constexpr std::array last_applied_properties{end("Antecedent", "CIM_VirtualSystemSettingData", "CIM_Dependency"),
                                             end("Dependent", "CIM_ComputerSystem", "CIM_Dependency")};

constexpr std::array<std::string_view, 1> define_state_superclasses{"CIM_SettingsDefineState"};
constexpr std::array define_state_properties{end("ManagedElement", machine, "CIM_SettingsDefineState"),
                                             end("SettingData", settings, "CIM_SettingsDefineState")};

constexpr std::array<std::string_view, 1> element_setting_superclasses{"CIM_ElementSettingData"};
constexpr auto element_setting_properties =
    introduced_by("CIM_ElementSettingData", end("ManagedElement", "CIM_ManagedElement", {}),
                  end("SettingData", "CIM_SettingData", {}), property("IsDefault", uint16),
                  property("IsCurrent", uint16), property("IsNext", uint16));

constexpr std::array<std::string_view, 1> affected_superclasses{"CIM_AffectedJobElement"};
constexpr auto affected_properties =
    introduced_by("CIM_AffectedJobElement", end("AffectedElement", "CIM_ManagedElement", {}),
                  end("AffectingElement", "Msvm_ConcreteJob", {}), property("ElementEffects", uint16, array),
                  property("OtherElementEffectsDescriptions", string, array));

constexpr std::array<std::string_view, 3> hosted_superclasses{"CIM_HostedService", "CIM_HostedDependency",
                                                              "CIM_Dependency"};
constexpr std::array hosted_properties{end("Antecedent", "CIM_ManagedElement", "CIM_Dependency"),
                                       end("Dependent", "CIM_Service", "CIM_Dependency")};

}  // namespace

constinit const cim::ClassDeclaration snapshot_of_virtual_system_class =
    association("Msvm_SnapshotOfVirtualSystem", snapshot_of_superclasses, snapshot_of_properties);
constinit const cim::ClassDeclaration most_current_snapshot_class =
    association("Msvm_MostCurrentSnapshotInBranch", most_current_superclasses, most_current_properties);
constinit const cim::ClassDeclaration last_applied_snapshot_class =
    association("Msvm_LastAppliedSnapshot", last_applied_superclasses, last_applied_properties);
constinit const cim::ClassDeclaration settings_define_state_class =
    association("Msvm_SettingsDefineState", define_state_superclasses, define_state_properties);
constinit const cim::ClassDeclaration element_setting_data_class =
    association("Msvm_ElementSettingData", element_setting_superclasses, element_setting_properties);
constinit const cim::ClassDeclaration affected_job_element_class =
    association("Msvm_AffectedJobElement", affected_superclasses, affected_properties);
constinit const cim::ClassDeclaration hosted_service_class =
    association("Msvm_HostedService", hosted_superclasses, hosted_properties);

}  // namespace tintype::snapshot
