#pragma once
/// \file
/// Whether a value is one of a declared type: what Instance and Parameters check before they keep it.

#include <cstdint>

#include "tintype/cim/value.hpp"

namespace tintype::cim {

/// True for null, for a scalar of the type and in its range if it is no array, for an array of these if it is one.
[[nodiscard]] bool fits(Type type, bool array, const Value& value) noexcept;

/// An integer as the alternative of Scalar that the type wants; one that is out of its range too, which fits() refuses.
[[nodiscard]] Scalar integer(Type type, std::uint64_t value) noexcept;

}  // namespace tintype::cim
