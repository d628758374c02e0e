#include "libvirt/machine_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "libvirt/error.hpp"
#include "tintype/guid.hpp"

namespace tintype::libvirt {
namespace {

struct Free {
    // libvirt hands out memory of malloc.
    void operator()(char* text) const { std::free(text); }
};
using CText = std::unique_ptr<char, Free>;

MachineState state_of(int state, bool saved_image) {
    switch (state) {
        case VIR_DOMAIN_RUNNING:
        case VIR_DOMAIN_BLOCKED:
        case VIR_DOMAIN_SHUTDOWN:
            return MachineState::running;  // shutting down
        case VIR_DOMAIN_PAUSED:
        case VIR_DOMAIN_PMSUSPENDED:
            return MachineState::paused;
        case VIR_DOMAIN_SHUTOFF:
        case VIR_DOMAIN_CRASHED:
            return saved_image ? MachineState::saved : MachineState::off;
        default:
            return MachineState::unknown;
    }
}

/// A snapshot without its parent, whose id is another's XML.
KnownSnapshot known_from(const std::string& machine, SnapshotDescription description) {
    KnownSnapshot known;
    known.annotation = read_annotation(description.description);
    // A description that was copied to another machine's snapshot names a snapshot that this one is not.
    if (known.annotation.id && known.annotation.machine != machine) {
        known.annotation = {.notes = known.annotation.notes};
    }
    known.value = {
        .id = known.annotation.id ? *known.annotation.id : derived_id(machine, description.name, description.created),
        .machine = machine,
        .name = known.annotation.name.value_or(description.name),
        .notes = known.annotation.notes,
        .created = TimePoint(std::chrono::seconds(description.created)),
        .kind = known.annotation.kind.value_or(SnapshotKind::full),
        .holds_memory = description.holds_memory,
    };
    known.description = std::move(description);
    return known;
}

BackendResult<KnownSnapshot> read_snapshot_alone(const Connection& connection, const std::string& machine,
                                                 virDomainSnapshotPtr snapshot) {
    const auto xml = xml_of(connection, snapshot, 0);
    if (!xml) return tl::unexpected(xml.error());
    auto description = read_snapshot(xml->c_str());
    if (!description) {
        return refuse(BackendErrorCode::invalid, fmt::format("libvirt's description of snapshot {} can't be read",
                                                             virDomainSnapshotGetName(snapshot)));
    }
    return known_from(machine, *std::move(description));
}

/// Whoever copied a description within a machine made a second snapshot of one id: the older keeps it.
void settle_doubles(std::vector<KnownSnapshot>& snapshots) {
    std::stable_sort(snapshots.begin(), snapshots.end(), [](const KnownSnapshot& a, const KnownSnapshot& b) {
        return std::tie(a.description.created, a.description.name) <
               std::tie(b.description.created, b.description.name);
    });
    for (auto one = snapshots.begin(); one != snapshots.end(); ++one) {
        const bool taken = std::any_of(snapshots.begin(), one,
                                       [&](const KnownSnapshot& other) { return other.value.id == one->value.id; });
        if (!taken) continue;
        one->annotation.id.reset();
        one->value.id = derived_id(one->value.machine, one->description.name, one->description.created);
    }
}

BackendResult<void> read_snapshots(const Connection& connection, const Domain& domain, const KnownMachine* earlier,
                                   KnownMachine& into) {
    virDomainSnapshotPtr* list = nullptr;
    const int count = virDomainListAllSnapshots(domain.get(), &list, 0);
    if (count < 0) {
        // Drivers without snapshots (LXC, ESX parts) have machines all the same.
        if (last_code() == VIR_ERR_NO_SUPPORT) return {};
        return last_error(fmt::format("the snapshots of {} can't be listed", into.value.name), connection.get());
    }
    std::vector<DomainSnapshot> found(list, list + count);
    std::free(list);

    // A snapshot that came or went may have given others a new parent.
    const bool same_names = earlier != nullptr && earlier->snapshots.size() == found.size() &&
                            std::all_of(found.begin(), found.end(), [&](const DomainSnapshot& one) {
                                return earlier->find_named(virDomainSnapshotGetName(one.get())) != nullptr;
                            });
    if (same_names) {
        into.snapshots = earlier->snapshots;
        into.details_read = earlier->details_read;
    } else {
        for (const auto& one : found) {
            auto known = read_snapshot_alone(connection, into.value.id, one.get());
            if (known) {
                into.snapshots.push_back(*std::move(known));
            } else if (known.error().code != BackendErrorCode::not_found) {  // gone meanwhile
                return tl::unexpected(known.error());
            }
        }
        settle_doubles(into.snapshots);
    }
    for (auto& one : into.snapshots) {
        const auto* const parent = one.description.parent ? into.find_named(*one.description.parent) : nullptr;
        one.value.parent = parent != nullptr ? std::optional(parent->value.id) : std::nullopt;
    }
    if (into.snapshots.empty()) return {};
    const DomainSnapshot current(virDomainSnapshotCurrent(domain.get(), 0));
    if (!current) return {};
    if (const auto* const known = into.find_named(virDomainSnapshotGetName(current.get()))) {
        into.value.current_snapshot = known->value.id;
    }
    return {};
}

}  // namespace

const KnownSnapshot* KnownMachine::find(std::string_view id) const {
    const auto found =
        std::find_if(snapshots.begin(), snapshots.end(), [&](const KnownSnapshot& one) { return one.value.id == id; });
    return found == snapshots.end() ? nullptr : &*found;
}

const KnownSnapshot* KnownMachine::find_named(std::string_view libvirt_name) const {
    const auto found = std::find_if(snapshots.begin(), snapshots.end(),
                                    [&](const KnownSnapshot& one) { return one.description.name == libvirt_name; });
    return found == snapshots.end() ? nullptr : &*found;
}

std::string id_of(virDomainPtr domain) {
    std::array<char, VIR_UUID_STRING_BUFLEN> text{};
    virDomainGetUUIDString(domain, text.data());
    return upper_guid(text.data());
}

BackendResult<Domain> look_up(const Connection& connection, std::string_view machine) {
    Domain domain(virDomainLookupByUUIDString(connection.get(), std::string(machine).c_str()));
    if (!domain) return last_error(fmt::format("no machine {}", machine), connection.get());
    return domain;
}

BackendResult<DomainSnapshot> look_up_snapshot(const Connection& connection, const Domain& domain,
                                               const std::string& libvirt_name) {
    DomainSnapshot snapshot(virDomainSnapshotLookupByName(domain.get(), libvirt_name.c_str(), 0));
    if (!snapshot) return last_error(fmt::format("no snapshot {}", libvirt_name), connection.get());
    return snapshot;
}

BackendResult<std::string> xml_of(const Connection& connection, virDomainSnapshotPtr snapshot, unsigned flags) {
    const CText xml(virDomainSnapshotGetXMLDesc(snapshot, flags));
    if (!xml) return last_error("a snapshot can't be read", connection.get());
    return std::string(xml.get());
}

bool is_busy(const Domain& domain) {
    virDomainControlInfo info{};
    if (virDomainGetControlInfo(domain.get(), &info, 0) != 0) return false;  // off, or a driver without it
    // "Occupied" by a command of its own, or "job" by a command of a longer operation.
    return info.state == VIR_DOMAIN_CONTROL_OCCUPIED || info.state == VIR_DOMAIN_CONTROL_JOB;
}

BackendResult<KnownMachine> read_machine(const Connection& connection, const Domain& domain,
                                         const KnownMachine* earlier) {
    KnownMachine known;
    known.read = known.details_read = Clock::now();
    known.value.id = id_of(domain.get());
    if (earlier != nullptr) {
        known.domain = earlier->domain;
    } else {
        const CText xml(virDomainGetXMLDesc(domain.get(), 0));
        if (!xml) return last_error(fmt::format("no machine {}", known.value.id), connection.get());
        auto description = read_domain(xml.get());
        if (!description) {
            return refuse(BackendErrorCode::invalid,
                          fmt::format("libvirt's description of machine {} can't be read", known.value.id));
        }
        known.domain = *std::move(description);
    }
    known.value.name = known.domain.name;
    known.value.notes = known.domain.notes;

    int state = 0;
    if (virDomainGetState(domain.get(), &state, nullptr, 0) != 0) {
        return last_error(fmt::format("the state of {} can't be read", known.value.name), connection.get());
    }
    known.active = state != VIR_DOMAIN_SHUTOFF && state != VIR_DOMAIN_CRASHED;
    known.settled = !known.active || !is_busy(domain);
    if (!known.active) known.saved_image = virDomainHasManagedSaveImage(domain.get(), 0) == 1;
    known.value.state = state_of(state, known.saved_image);
    if (const auto read = read_snapshots(connection, domain, earlier, known); !read) {
        return tl::unexpected(read.error());
    }
    for (auto& snapshot : known.snapshots) snapshot.settled = known.settled;
    return known;
}

BackendResult<KnownSnapshot> read_one(const Connection& connection, const Domain& domain,
                                      const std::string& libvirt_name) {
    const auto machine = id_of(domain.get());
    const auto snapshot = look_up_snapshot(connection, domain, libvirt_name);
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto known = read_snapshot_alone(connection, machine, snapshot->get());
    if (!known || !known->description.parent) return known;
    const auto parent = look_up_snapshot(connection, domain, *known->description.parent);
    if (!parent) return tl::unexpected(parent.error());
    const auto parent_known = read_snapshot_alone(connection, machine, parent->get());
    if (!parent_known) return tl::unexpected(parent_known.error());
    known->value.parent = parent_known->value.id;
    return known;
}

}  // namespace tintype::libvirt
