#pragma once
/// \file
/// The backend for machines that libvirt runs, on any number of hosts. Installed only where it is built in
/// (TINTYPE_LIBVIRT); docs/libvirt.md has what works and what does not.

#include <chrono>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/log.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype {

struct LibvirtBackendOptions {
    /// libvirt URIs, one a host: `qemu:///system`, `qemu+tls://host2/system`. A machine that is defined on several is
    /// served from where it runs, or from the first.
    std::vector<std::string> uris{};
    /// How long opening waits for hosts to be reached; what takes longer is reached in the background.
    std::chrono::milliseconds patience{5'000};
    /// Between two attempts to reach a host: at first, then doubled each time up to the longest.
    std::chrono::milliseconds first_retry{1'000};
    std::chrono::milliseconds longest_retry{60'000};
    LogSink log{};
};

/// Machines of one or several libvirt hosts, with libvirt's internal snapshots. A host that can't be reached is tried
/// again for as long as the backend lives: meanwhile its machines answer BackendErrorCode::unavailable, and so does an
/// id that no other host knows. Starts a thread for each host and one for libvirt's events, which the backends of a
/// process share; sets libvirt's process-wide error function and event implementation.
/// Errors: invalid when there is no URI or one is there twice.
[[nodiscard]] tl::expected<std::unique_ptr<SnapshotBackend>, BackendError> open_libvirt_backend(
    const LibvirtBackendOptions& options);

}  // namespace tintype
