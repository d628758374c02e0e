#pragma once
/// \file
/// Machines and their snapshots, and finding one of them by what people call it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "session.hpp"

namespace tintype::client {

struct Snapshot {
    std::string id;  ///< InstanceID, `Microsoft:<GUID>`.
    std::string name;
    std::string machine;  ///< GUID of its machine.
    std::string parent;   ///< InstanceID; empty for a root.
    std::string created;  ///< As in XML Schema.
    [[nodiscard]] std::string_view guid() const noexcept;
};

struct Machine {
    std::string id;  ///< GUID.
    std::string name;
    long state = 0;       ///< Msvm_ComputerSystem.EnabledState.
    std::string current;  ///< InstanceID of the snapshot that its present state stands on; empty: none.
};

struct Inventory {
    std::vector<Machine> machines;    ///< By name.
    std::vector<Snapshot> snapshots;  ///< By time.

    /// By name or GUID. Errors: not_found, ambiguous with the candidates in the sentence.
    [[nodiscard]] Result<const Machine*> machine(std::string_view called) const;
    /// By name, GUID, InstanceID, or `MACHINE/NAME` where a name alone is that of several.
    [[nodiscard]] Result<const Snapshot*> snapshot(std::string_view called) const;
    [[nodiscard]] const Machine* machine_of(const Snapshot& snapshot) const;
};

[[nodiscard]] Result<Inventory> read_inventory(Session& session);

/// EnabledState in a word.
[[nodiscard]] std::string_view state_name(long enabled_state) noexcept;

/// References to them.
[[nodiscard]] cim::ObjectPath path_of(const Snapshot& snapshot);
[[nodiscard]] cim::ObjectPath path_of(const Machine& machine);

}  // namespace tintype::client
