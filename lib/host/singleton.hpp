#pragma once
/// \file
/// A class with one instance, made anew for each request.

#include <functional>
#include <memory>

#include "tintype/wsman/resource.hpp"

namespace tintype::host {

/// Keys may be left out; those that are given must be its own, but for CSName: a client knows the host by a name of its
/// own. \param make called by any thread.
[[nodiscard]] std::unique_ptr<wsman::Resource> make_singleton(const cim::ClassDeclaration& declaration,
                                                              std::function<cim::Instance()> make);

}  // namespace tintype::host
