#include "service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "audit_sink.hpp"
#include "built_in.hpp"
#include "check.hpp"
#include "memory.hpp"
#include "negotiate.hpp"
#include "parts.hpp"
#include "privileges.hpp"
#include "service_notice.hpp"
#include "signals.hpp"
#include "tintype/authenticator.hpp"
#include "tintype/authorization.hpp"
#include "tintype/certificates.hpp"
#include "tintype/host_service.hpp"
#include "tintype/job_store.hpp"
#include "tintype/worker_pool.hpp"
#include "url_file.hpp"
#include "version.hpp"

namespace tintype::daemon {
namespace {

// Answers under way when a stop comes get this long to be taken, within the stop's own limit.
constexpr std::chrono::milliseconds answer_grace{5'000};

/// What check() refuses comes this far only if somebody else made the configuration.
tl::unexpected<std::string> not_built_in() {
    return tl::unexpected(std::string("the configuration asks for what this tintyped was built without"));
}

Opened<PasswordAuthenticator> open_users(const Configuration& configuration) {
    if (!configuration.pam.empty()) return open_pam_part({.service = configuration.pam});
    if (configuration.users.empty()) return nullptr;
    return open_users_file(configuration.users);
}

Opened<CertificateAuthenticator> open_mappings(const Configuration& configuration) {
    if (configuration.certificate_mappings.empty()) return nullptr;
    if constexpr (built_in::certificates) return open_certificate_mappings(configuration.certificate_mappings);
    return not_built_in();
}

Opened<JobStore> open_job_store(const Configuration& configuration, const LogSink& log) {
    const auto path = sqlite_path(configuration);
    if (path.empty()) return make_memory_job_store();
    if constexpr (built_in::sqlite) {
        take_memory_when_needed();
        return open_sqlite_job_store(path, log).map_error([](const JobStoreError& error) { return error.message; });
    }
    return not_built_in();
}

Opened<SnapshotBackend> open_libvirt(const Configuration& configuration) {
    LibvirtBackendOptions options;
    options.uris = configuration.libvirt_uris;
    options.log = configuration.qcow2.log;
    return open_libvirt_part(options);
}

Opened<SnapshotBackend> open_backend(const Configuration& configuration) {
    if (configuration.backend == BackendKind::libvirt) return open_libvirt(configuration);
    if constexpr (built_in::memory_backend) {
        if (configuration.backend == BackendKind::memory) return make_memory_backend(configuration.memory);
    }
    if constexpr (built_in::qcow2) {
        if (configuration.backend == BackendKind::qcow2) {
            return open_qcow2_backend(configuration.qcow2).map_error([](const auto& error) { return error.message; });
        }
    }
    return not_built_in();
}

/// As long as the configuration says nothing of roles, whoever can log on may do everything.
Roles roles_in_force(const Configuration& configuration) {
    if (configuration.has_roles) return configuration.roles;
    Roles all;
    all.members = {{"administrator", {"*"}}};
    return all;
}

/// Who is told what happens to the service itself.
struct Report {
    LogSink log;
    AuditSink audit;
    std::string user;  ///< Whom root was given up for; empty: it wasn't.

    void event(AuditKind kind, std::string detail) const {
        if (!audit) return;
        AuditEvent event;
        event.kind = kind;
        event.detail = std::move(detail);
        audit(event);
    }

    void reloaded(std::string_view what, const tl::expected<void, std::string>& done) const {
        if (done) {
            log(LogLevel::info, fmt::format("{} read again", what));
            return event(AuditKind::reloaded, std::string(what));
        }
        log(LogLevel::error, fmt::format("{} not read again, what was there stays in force: {}", what, done.error()));
        if (!user.empty())
            log(LogLevel::info, fmt::format("user {} reads it now; what only root may read takes a restart", user));
        event(AuditKind::reload_failed, fmt::format("{}: {}", what, done.error()));
    }
};

void log_rights(const Privileges& privileges, const LogSink& log) {
    if (privileges.stays_root()) {
        log(LogLevel::warning, "runs as root: whoever takes it over has this machine; name a user in run_as.user");
    } else if (!privileges.user().empty()) {
        log(LogLevel::info, fmt::format("runs as user {} from now on, without capabilities", privileges.user()));
    }
}

/// What SIGHUP reads again, in this order.
struct Reload {
    std::string_view what;
    std::function<tl::expected<void, std::string>()> read;
};

/// What serving needs, each made before what uses it and so destroyed after it.
struct Parts {
    AuditOutput audit;
    std::unique_ptr<RoleAuthorizer> roles;
    std::unique_ptr<PasswordAuthenticator> users;
    std::unique_ptr<NegotiateAuthenticator> negotiate;
    std::unique_ptr<CertificateAuthenticator> mappings;
    std::unique_ptr<JobStore> jobs;
    std::unique_ptr<SnapshotBackend> backend;
};

tl::expected<Parts, std::string> open_parts(const Configuration& configuration, const LogSink& log) {
    Parts parts;
    auto audit = open_audit_sink(configuration.audit_sink, log);
    if (!audit) return tl::unexpected(audit.error());
    auto roles = make_role_authorizer(roles_in_force(configuration));
    if (!roles) return tl::unexpected(roles.error());
    auto users = open_users(configuration);
    if (!users) return tl::unexpected(users.error());
    auto negotiate = open_negotiate(configuration, log);
    if (!negotiate) return tl::unexpected(negotiate.error());
    auto mappings = open_mappings(configuration);
    if (!mappings) return tl::unexpected(mappings.error());
    auto jobs = open_job_store(configuration, log);
    if (!jobs) return tl::unexpected(jobs.error());
    auto backend = open_backend(configuration);
    if (!backend) return tl::unexpected(backend.error());
    parts.audit = std::move(*audit);
    parts.roles = std::move(*roles);
    parts.users = std::move(*users);
    parts.negotiate = std::move(*negotiate);
    parts.mappings = std::move(*mappings);
    parts.jobs = std::move(*jobs);
    parts.backend = std::move(*backend);
    return parts;
}

/// Ends the process with the jobs as they are: their threads can't be ended otherwise, and the job store has them down
/// as unfinished.
[[noreturn]] void leave(UrlFile& urls, ExitCode code) {
    urls.remove();
    std::_Exit(static_cast<int>(code));
}

using ReadAgain = std::function<tl::expected<Configuration, Messages>()>;

tl::expected<void, std::string> reload_roles(RoleAuthorizer& roles, const ReadAgain& read_again) {
    const auto configuration = read_again();
    if (!configuration) return tl::unexpected(fmt::format("{}", fmt::join(configuration.error(), "; ")));
    return roles.replace(roles_in_force(*configuration));
}

std::vector<Reload> reloads_of(const Parts& parts, Server& server, const ReadAgain& read_again) {
    std::vector<Reload> reloads;
    if (parts.audit.reopen) reloads.push_back({"audit file", parts.audit.reopen});
    reloads.push_back({"certificates", [&server] { return server.reload_certificates(); }});
    if (auto* users = parts.users.get()) reloads.push_back({"users", [users] { return users->reload(); }});
    if (auto* negotiate = parts.negotiate.get()) {
        reloads.push_back({"keytab and NTLM users", [negotiate] { return negotiate->reload(); }});
    }
    if (auto* mappings = parts.mappings.get())
        reloads.push_back({"certificate mappings", [mappings] { return mappings->reload(); }});
    reloads.push_back({"roles", [roles = parts.roles.get(), read_again] { return reload_roles(*roles, read_again); }});
    return reloads;
}

SignalHandlers handlers_for(Server& server, std::vector<Reload> reloads, UrlFile& urls,
                            std::chrono::milliseconds stop_timeout, const Report& report, const ServiceNotice& notice) {
    return {
        .stop =
            [&server, stop_timeout, report, notice] {
                report.log(LogLevel::info, "stopping: no new requests, running jobs may finish");
                notice.stopping();
                server.stop(std::min(answer_grace, stop_timeout));
            },
        .stop_at_once =
            [&urls, report] {
                report.log(LogLevel::warning, "stopping at once: jobs that ran are settled at the next start");
                report.event(AuditKind::service_stopped, "at once");
                leave(urls, ExitCode::stopped_at_once);
            },
        .reload =
            [reloads = std::move(reloads), report] {
                for (const auto& one : reloads) report.reloaded(one.what, one.read());
            },
    };
}

std::string joined(const std::vector<std::string>& urls) {
    return fmt::format("{}", fmt::join(urls, " "));
}

}  // namespace

ExitCode serve(Configuration configuration, const Messages& warnings, const ReadAgain& read_again,
               const std::string& url_file, const LogSink& log) {
    std::string as_whom;
    const auto refuse = [&](std::string_view why) {
        log(LogLevel::error, fmt::format("can't start{}: {}", as_whom, why));
        return ExitCode::cannot_start;
    };
    auto privileges = Privileges::confine(configuration.run_as);
    if (!privileges) return refuse(privileges.error());
    if (!privileges->user().empty()) as_whom = fmt::format(" as user {}", privileges->user());
    configuration.server.log = log;
    configuration.server.log_from = configuration.log_level;
    configuration.endpoint.log = log;
    configuration.snapshots.log = log;
    configuration.qcow2.log = log;

    Signals signals;
    UrlFile urls(url_file);
    const auto notice = ServiceNotice::open();
    if (!notice) return refuse(notice.error());
    auto parts = open_parts(configuration, log);
    if (!parts) return refuse(parts.error());
    const Report report{log, parts->audit.sink, privileges->user()};
    configuration.server.audit = report.audit;
    configuration.endpoint.audit = report.audit;
    configuration.endpoint.authorizer = parts->roles.get();
    WorkerPool workers(configuration.worker_threads, log);
    WorkerPool job_workers(configuration.worker_threads, log);  // Jobs may take hours, in which others want to log on.
    SnapshotService snapshots(*parts->backend, *parts->jobs, job_workers, configuration.snapshots);
    std::vector<std::reference_wrapper<Service>> services{snapshots};
    std::unique_ptr<Service> host;
    if constexpr (built_in::host) services.emplace_back(*(host = std::make_unique<HostService>()));
    Endpoint endpoint(services, configuration.endpoint);
    const Authenticators authenticators{
        .passwords = parts->users.get(), .negotiate = parts->negotiate.get(), .certificates = parts->mappings.get()};
    configuration.server.connections_gone = [&workers] { workers.post(give_back_freed_memory); };
    Server server(endpoint, authenticators, workers, configuration.server);

    // The address first: a second process for the same jobs must fail here, before it settles what the first one runs.
    if (const auto opened = server.open(); !opened) return refuse(opened.error());
    if (const auto dropped = privileges->drop(); !dropped) return refuse(dropped.error());
    if (const auto errors = check_writable(configuration); !errors.empty()) return refuse(errors.front());
    const auto settled = snapshots.recover();
    if (!settled) return refuse(fmt::format("jobs of an earlier run can't be settled: {}", settled.error().message));
    if (*settled > 0) log(LogLevel::info, fmt::format("settled {} unfinished jobs of an earlier run", *settled));

    give_back_what_starting_needed();
    if (const auto written = urls.write(server.urls()); !written) return refuse(written.error());
    for (const auto& url : server.urls()) log(LogLevel::info, fmt::format("listening on {}", url));
    for (const auto& warning : warnings) log(LogLevel::warning, warning);
    log_rights(*privileges, log);
    if (!configuration.has_roles) log(LogLevel::info, "no roles are configured: whoever logs on may do everything");
    report.event(AuditKind::service_started, joined(server.urls()));
    signals.watch(handlers_for(server, reloads_of(*parts, server, read_again), urls, configuration.stop_timeout, report,
                               *notice));
    notice->ready();
    server.run();

    const bool drained = snapshots.drain(configuration.stop_timeout);
    report.event(AuditKind::service_stopped, drained ? "" : "jobs still run");
    if (!drained) {
        log(LogLevel::warning, "jobs still run after jobs.stop_timeout: they are settled at the next start");
        leave(urls, ExitCode::ok);
    }
    log(LogLevel::info, "stopped");
    return ExitCode::ok;
}

}  // namespace tintype::daemon
