#pragma once
/// \file
/// What the daemon is told: a struct of values. Where the library has an options structure, that structure is the
/// place of the value and of its default. keys.hpp says how each is called.

#include <chrono>
#include <string>
#include <vector>

#include "tintype/authorization.hpp"
#include "tintype/backends.hpp"
#include "tintype/endpoint.hpp"
#include "tintype/log.hpp"
#include "tintype/negotiate.hpp"
#include "tintype/server.hpp"
#include "tintype/snapshot_service.hpp"

namespace tintype::daemon {

enum class BackendKind { qcow2, memory, libvirt };

struct Configuration {
    /// One listener, http://127.0.0.1:5985/wsman, and the store /var/lib/tintype/vms; otherwise what stands here and in
    /// the library's options.
    Configuration();

    ServerOptions server;
    EndpointOptions endpoint;
    SnapshotServiceOptions snapshots;

    std::string users;  ///< Users file for Basic; empty: it is not one that says who can log on with a password.
    std::string pam;    ///< PAM service for Basic, likewise.
    NegotiateOptions negotiate;        ///< Neither keytab nor NTLM users: nobody can log on so.
    std::string certificate_mappings;  ///< Which client certificate is which user; empty: they let nobody in.
    std::string run_as;                ///< User to run as when started as root; empty: `tintype`, if there is one.

    Roles roles;
    bool has_roles = false;          ///< Somebody said who has which; otherwise whoever logs on may do everything.
    std::string audit_sink = "log";  ///< As check_audit_sink() takes it.

    BackendKind backend = BackendKind::qcow2;
    Qcow2BackendOptions qcow2;
    MemoryBackendOptions memory;
    std::vector<std::string> libvirt_uris;  ///< As LibvirtBackendOptions::uris, which not every build has.

    std::string job_store = "sqlite:/var/lib/tintype/jobs.db";  ///< `memory` or `sqlite:PATH`.
    std::chrono::milliseconds stop_timeout{60'000};             ///< For running jobs to end once a stop is asked for.

    unsigned worker_threads = 0;  ///< 0: one a processor, at least 2.
    LogLevel log_level = LogLevel::info;
};

/// The path in a job store of the form `sqlite:PATH`; empty for `memory`.
[[nodiscard]] std::string sqlite_path(const Configuration& configuration);

}  // namespace tintype::daemon
