#pragma once
/// \file
/// What the two ends of the associations may name.

#include <string>

#include "snapshot/pair_association.hpp"

namespace tintype::snapshot {

/// True if a path is to this class or a superclass of it, in the namespace that is served or in none.
[[nodiscard]] bool names(const cim::ObjectPath& path, const cim::ClassDeclaration& declaration);

/// A machine, by its id.
[[nodiscard]] End machine_end();
/// The settings of a machine or a snapshot, by its id.
[[nodiscard]] End settings_end();
/// Either: a machine by its id, settings by their InstanceID.
[[nodiscard]] End element_end();
/// A job, by its id.
[[nodiscard]] End job_end();
/// The host, by its name.
[[nodiscard]] End host_end(const std::string& host_name);
/// A service on the host, by the name of its class: whatever names the host, since a client knows it by a name of its
/// own.
[[nodiscard]] End service_end(const std::string& host_name);

}  // namespace tintype::snapshot
