#pragma once
/// \file
/// Owners of libvirt's objects: each gives its reference back when it goes.

#include <libvirt/libvirt.h>

#include <memory>

namespace tintype::libvirt {

struct Release {
    void operator()(virConnectPtr connection) const { virConnectClose(connection); }
    void operator()(virDomainPtr domain) const { virDomainFree(domain); }
    void operator()(virDomainSnapshotPtr snapshot) const { virDomainSnapshotFree(snapshot); }
};

using Domain = std::unique_ptr<virDomain, Release>;
using DomainSnapshot = std::unique_ptr<virDomainSnapshot, Release>;

/// A reference to an open connection; the connection closes with its last one. Any thread may use it.
using Connection = std::unique_ptr<virConnect, Release>;

/// Another reference to the same connection.
[[nodiscard]] inline Connection share(const Connection& connection) {
    if (connection) virConnectRef(connection.get());
    return Connection(connection.get());
}

}  // namespace tintype::libvirt
