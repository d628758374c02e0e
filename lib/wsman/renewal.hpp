#pragma once
/// \file
/// Values that the thread's next request uses again: as new ones, but for the memory that their texts and lists have.
///
/// Nothing of one request may be seen by the next. So each type is taken apart into all of its members here: one that
/// is added to it stops this from compiling until somebody has said what becomes of it.

#include "tintype/cim/object_path.hpp"
#include "tintype/cim/resource_uri.hpp"
#include "tintype/principal.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

inline void renew(cim::ObjectPath& path) {
    auto& [host, cim_namespace, class_name, keys] = path;
    host.clear();
    cim_namespace.clear();
    class_name.clear();
    keys.clear();
}

inline void renew(cim::ResourceUri& uri) {
    auto& [style, cim_namespace, class_name, without_query, keys] = uri;
    style = cim::UriStyle::wmi;
    cim_namespace.clear();
    class_name.clear();
    without_query.clear();
    keys.clear();
}

inline void renew(Principal& principal) {
    auto& [name, scheme, authenticated] = principal;
    name.clear();
    scheme.clear();
    authenticated = false;
}

inline void renew(Call& call) {
    auto& [envelope, uri, selectors, principal, deadline, max_envelope_size, summary] = call;
    envelope = nullptr;
    renew(uri);
    renew(selectors);
    renew(principal);
    deadline = {};
    max_envelope_size = 0;
    summary = nullptr;
}

}  // namespace tintype::wsman
