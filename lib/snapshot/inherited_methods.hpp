#pragma once
/// \file
/// The methods that both services have from CIM_Service and its superclasses, as messages.

#include "wsman/singleton.hpp"

namespace tintype::snapshot {

/// RequestStateChange, StartService and StopService: a service is enabled as long as the daemon runs, and by none of
/// them anything else.
[[nodiscard]] wsman::NamedMethods inherited_methods();

}  // namespace tintype::snapshot
