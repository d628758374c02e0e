#pragma once
/// \file
/// A machine and its snapshots, as libvirt has them now.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libvirt/annotation.hpp"
#include "libvirt/handles.hpp"
#include "libvirt/xml.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::libvirt {

using Clock = std::chrono::steady_clock;

struct KnownSnapshot {
    Snapshot value{};
    SnapshotDescription description{};
    Annotation annotation{};
    bool settled = true;  ///< Nobody was making or deleting it.
};

struct KnownMachine {
    Machine value{};
    DomainDescription domain{};
    bool active = false;       ///< There is a process: running or paused.
    bool saved_image = false;  ///< Its memory is in a managed save image.
    bool settled = true;       ///< No operation, anybody's, ran when it was read.
    std::vector<KnownSnapshot> snapshots{};
    Clock::time_point read{};          ///< When the reading began.
    Clock::time_point details_read{};  ///< When the XML of the domain and of each snapshot was last read.

    [[nodiscard]] const KnownSnapshot* find(std::string_view id) const;
    [[nodiscard]] const KnownSnapshot* find_named(std::string_view libvirt_name) const;
};

/// Machine::id of a domain.
[[nodiscard]] std::string id_of(virDomainPtr domain);
/// The domain of this id. Errors: not_found; unavailable if the connection is lost.
[[nodiscard]] BackendResult<Domain> look_up(const Connection& connection, std::string_view machine);
[[nodiscard]] BackendResult<DomainSnapshot> look_up_snapshot(const Connection& connection, const Domain& domain,
                                                             const std::string& libvirt_name);

/// Names of snapshots, which is current, and the state are always asked for.
/// \param earlier what may be kept of an earlier reading: XML of the domain and of snapshots that are still there; null
/// to ask for all of it.
[[nodiscard]] BackendResult<KnownMachine> read_machine(const Connection& connection, const Domain& domain,
                                                       const KnownMachine* earlier);

/// One snapshot, asked for anew.
[[nodiscard]] BackendResult<KnownSnapshot> read_one(const Connection& connection, const Domain& domain,
                                                    const std::string& libvirt_name);

/// What QEMU of a machine is at. A machine that is off answers only when nobody is at its disks.
enum class Activity {
    none,
    job,      ///< Something that takes long and leaves room beside it: a backup, a migration; or between two commands.
    command,  ///< One command that everything waits for: so it is while a snapshot is made or deleted.
};
[[nodiscard]] Activity activity(const Domain& domain);

/// Text that libvirt allocated.
[[nodiscard]] BackendResult<std::string> xml_of(const Connection& connection, virDomainSnapshotPtr snapshot,
                                                unsigned flags);

}  // namespace tintype::libvirt
