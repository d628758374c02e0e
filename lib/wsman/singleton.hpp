#pragma once
/// \file
/// A class with one instance, made anew for each request.

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// Methods by their names.
using NamedMethods = std::vector<std::pair<std::string_view, Method>>;

/// What a singleton has beside its instance.
struct SingletonOptions {
    std::string_view host_key = {};  ///< As of names_singleton().
    bool may_block = false;          ///< As of Resource.
    NamedMethods methods = {};
};

/// Whether keys that a client gave name the only instance of a class: they may be left out, and those that are there
/// must be its own. \param own its name. \param host_key the key that names the host, if there is one: any value is
/// taken for it, since a client knows the host by a name of its own.
[[nodiscard]] bool names_singleton(const cim::ObjectPath& keys, const cim::ObjectPath& own,
                                   std::string_view host_key = {});

/// \param declaration must outlive the resource. \param make called by any thread.
[[nodiscard]] std::unique_ptr<Resource> make_singleton(const cim::ClassDeclaration& declaration,
                                                       std::function<cim::Instance()> make,
                                                       SingletonOptions options = {});

}  // namespace tintype::wsman
