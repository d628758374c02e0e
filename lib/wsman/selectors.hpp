#pragma once
/// \file
/// What a message is about: class and instance, from ResourceURI and SelectorSet (DSP0226 5.1.2, DSP0227 5).

#include "soap/envelope.hpp"
#include "tintype/wsman/fault.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// Reads both headers into `call`: the class, its namespace from the URI or from `__cimnamespace`, the keys.
/// Errors: DestinationUnreachable/InvalidResourceURI, InvalidSelectors in all its forms.
[[nodiscard]] Result<void> resolve_resource(const soap::Envelope& envelope, Call& call);

/// Whether every key that was given is one of the class and has a value of its type.
[[nodiscard]] Result<void> check_keys(const Call& call, const Resource& resource);

/// The same, and that none is missing which is needed to name one instance.
[[nodiscard]] Result<void> check_name(const Call& call, const Resource& resource);

}  // namespace tintype::wsman
