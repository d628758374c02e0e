#pragma once
/// \file
/// Whether two object paths name the same instance.

#include "tintype/cim/object_path.hpp"

namespace tintype::cim {

/// True if class, namespace and keys are the same. A host doesn't count, and a namespace only where both have one.
/// Names and values are compared without regard to case, as every key served here is (GUIDs, class names, host names);
/// keys in any order; those that are references by the same rule, however they are written.
[[nodiscard]] bool same_object(const ObjectPath& a, const ObjectPath& b);

}  // namespace tintype::cim
