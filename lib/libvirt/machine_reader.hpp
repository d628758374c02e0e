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

/// Whether QEMU is at a command that libvirt waits for: anybody's operation on snapshots, or one that takes a moment.
[[nodiscard]] bool is_busy(const Domain& domain);

/// Text that libvirt allocated.
[[nodiscard]] BackendResult<std::string> xml_of(const Connection& connection, virDomainSnapshotPtr snapshot,
                                                unsigned flags);

}  // namespace tintype::libvirt
