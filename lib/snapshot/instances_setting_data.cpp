#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"
#include "snapshot/settings_guid.hpp"
#include "snapshot/value_table.hpp"

namespace tintype::snapshot {
namespace {

/// Msvm_VirtualSystemSettingData.UserSnapshotType: 5 holds memory and devices (test), 4 the disks' data (production
/// without fallback).
std::uint16_t user_snapshot_type(SnapshotKind kind) noexcept {
    return kind == SnapshotKind::full ? 5 : 4;
}

/// What a machine's present state and its snapshots have in common. Lives no longer than either.
struct Settings {
    std::string_view guid, name, notes;
    TimePoint created;
    std::string_view description, machine, type;
    const std::optional<std::string>& parent;
    std::optional<std::uint16_t> snapshot_type;
    bool saved;
    std::string_view host_name;
};

/// The parent's object path.
void set_parent(const Settings& from, cim::Instance& into, std::size_t property) {
    if (!from.parent) return;
    static const std::string begin = [] {
        auto text = cim::to_string(settings_path({}));
        text.pop_back();  // the quote behind the id
        return text;
    }();
    const std::string_view guid = *from.parent;
    if (guid.find('"') != std::string_view::npos || guid.find('\\') != std::string_view::npos) {  // no GUID
        auto path = settings_path(guid);
        path.host = from.host_name;
        return into.set_text_at(property, {cim::to_string(path)});
    }
    const bool named = !from.host_name.empty();
    into.set_text_at(property, {named ? "\\\\" : "", from.host_name, named ? "\\" : "", begin, guid, "\""});
}

using Row = ValueTable<Settings>::Row;

/// A row of a text that is always the same.
template <const std::string_view& Text>
void set_constant(const Settings& /*from*/, cim::Instance& into, std::size_t property) {
    into.set_text_at(property, {Text});
}

/// A row of a text that is there as it is.
template <std::string_view Settings::*Text>
void set_text(const Settings& from, cim::Instance& into, std::size_t property) {
    into.set_text_at(property, {from.*Text});
}

void set_false(const Settings& /*from*/, cim::Instance& into, std::size_t property) {
    into.set_at(property, false);
}

constexpr std::string_view caption = "Virtual Machine Settings";

const ValueTable<Settings>& values() {
    static const ValueTable<Settings> table(
        virtual_system_setting_data_class,
        {
            Row{"InstanceID",
                [](const Settings& from, cim::Instance& into, std::size_t at) {
                    into.set_text_at(at, {settings_prefix, from.guid});
                }},
            Row{"Caption", set_constant<caption>},
            Row{"Description", set_text<&Settings::description>},
            Row{"ElementName", set_text<&Settings::name>},
            Row{"VirtualSystemIdentifier", set_text<&Settings::machine>},
            Row{"VirtualSystemType", set_text<&Settings::type>},
            Row{"Notes",
                [](const Settings& from, cim::Instance& into, std::size_t at) {
                    if (!from.notes.empty()) into.set_at(at, texts({from.notes}));
                }},
            Row{"CreationTime", [](const Settings& from, cim::Instance& into,
                                   std::size_t at) { into.set_at(at, time_or_null(from.created)); }},
            Row{"ConfigurationID", set_text<&Settings::guid>},
            Row{"Parent", set_parent},
            Row{"UserSnapshotType",
                [](const Settings& from, cim::Instance& into, std::size_t at) {
                    if (from.snapshot_type) into.set_at(at, std::uint64_t{*from.snapshot_type});
                }},
            Row{"IsSaved",
                [](const Settings& from, cim::Instance& into, std::size_t at) { into.set_at(at, from.saved); }},
            Row{"AllowReducedFcRedundancy", set_false},
            Row{"IsAutomaticSnapshot", set_false},
        });
    return table;
}

}  // namespace

void describe_current_settings(const Machine& machine, std::string_view host_name, cim::Instance& into) {
    values().set({.guid = machine.id,
                  .name = machine.name,
                  .notes = machine.notes,
                  .created = machine.created,
                  .description = "Active settings for the virtual machine",
                  .machine = machine.id,
                  .type = "Microsoft:Hyper-V:System:Realized",
                  .parent = machine.current_snapshot,
                  .snapshot_type = std::nullopt,
                  .saved = machine.state == MachineState::saved,
                  .host_name = host_name},
                 into);
}

void describe_snapshot(const Snapshot& snapshot, std::string_view host_name, cim::Instance& into) {
    values().set({.guid = snapshot.id,
                  .name = snapshot.name,
                  .notes = snapshot.notes,
                  .created = snapshot.created,
                  .description = "Snapshot settings for the virtual machine",
                  .machine = snapshot.machine,
                  .type = snapshot.kind == SnapshotKind::recovery ? "Microsoft:Hyper-V:Snapshot:Recovery"
                                                                  : "Microsoft:Hyper-V:Snapshot:Realized",
                  .parent = snapshot.parent,
                  .snapshot_type = user_snapshot_type(snapshot.kind),
                  .saved = snapshot.holds_memory,
                  .host_name = host_name},
                 into);
}

cim::Instance current_settings_instance(const Machine& machine, std::string_view host_name) {
    cim::Instance instance(virtual_system_setting_data_class);
    describe_current_settings(machine, host_name, instance);
    return instance;
}

cim::Instance snapshot_instance(const Snapshot& snapshot, std::string_view host_name) {
    cim::Instance instance(virtual_system_setting_data_class);
    describe_snapshot(snapshot, host_name, instance);
    return instance;
}

cim::ObjectPath settings_path(std::string_view guid) {
    return make_path(virtual_system_setting_data_class, {{"InstanceID", settings_id(guid)}});
}

std::string settings_id(std::string_view guid) {
    std::string id(settings_prefix);
    id += guid;
    return id;
}

std::optional<std::string> parse_settings_id(std::string_view instance_id) {
    const auto guid = settings_guid(instance_id);
    return guid ? std::optional<std::string>(guid->view()) : std::nullopt;
}

}  // namespace tintype::snapshot
