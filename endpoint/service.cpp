#include "service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <tl/expected.hpp>

#include "service_notice.hpp"
#include "signals.hpp"
#include "tintype/authenticator.hpp"
#ifdef TINTYPE_WITH_LIBVIRT
#include "tintype/backends_libvirt.hpp"
#endif
#include "tintype/host_service.hpp"
#include "tintype/job_store.hpp"
#include "tintype/worker_pool.hpp"
#include "url_file.hpp"
#include "version.hpp"

namespace tintype::daemon {
namespace {

template <class T>
using Opened = tl::expected<std::unique_ptr<T>, std::string>;

// Answers under way when a stop comes get this long to be taken, within the stop's own limit.
constexpr std::chrono::milliseconds answer_grace{5'000};

Opened<PasswordAuthenticator> open_users(const Configuration& configuration) {
    if (configuration.users.empty()) return nullptr;
    return open_users_file(configuration.users);
}

Opened<JobStore> open_job_store(const Configuration& configuration) {
    const auto path = sqlite_path(configuration);
    if (path.empty()) return make_memory_job_store();
    return open_sqlite_job_store(path).map_error([](const JobStoreError& error) { return error.message; });
}

Opened<SnapshotBackend> open_libvirt(const Configuration& configuration) {
#ifdef TINTYPE_WITH_LIBVIRT
    LibvirtBackendOptions options;
    options.uris = configuration.libvirt_uris;
    options.log = configuration.qcow2.log;
    return open_libvirt_backend(options).map_error([](const BackendError& error) { return error.message; });
#else
    static_cast<void>(configuration);
    return tl::unexpected(std::string("this tintyped was built without libvirt"));
#endif
}

Opened<SnapshotBackend> open_backend(const Configuration& configuration) {
    if (configuration.backend == BackendKind::memory) return make_memory_backend(configuration.memory);
    if (configuration.backend == BackendKind::libvirt) return open_libvirt(configuration);
    return open_qcow2_backend(configuration.qcow2).map_error([](const BackendError& error) { return error.message; });
}

void log_reload(const LogSink& log, std::string_view what, const tl::expected<void, std::string>& done) {
    if (done) {
        log(LogLevel::info, fmt::format("{} read again", what));
    } else {
        log(LogLevel::error, fmt::format("{} not read again, what was there stays in force: {}", what, done.error()));
    }
}

/// What serving needs, each made before what uses it and so destroyed after it.
struct Parts {
    std::unique_ptr<PasswordAuthenticator> users;
    std::unique_ptr<JobStore> jobs;
    std::unique_ptr<SnapshotBackend> backend;
};

tl::expected<Parts, std::string> open_parts(const Configuration& configuration) {
    Parts parts;
    auto users = open_users(configuration);
    if (!users) return tl::unexpected(users.error());
    auto jobs = open_job_store(configuration);
    if (!jobs) return tl::unexpected(jobs.error());
    auto backend = open_backend(configuration);
    if (!backend) return tl::unexpected(backend.error());
    parts.users = std::move(*users);
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

SignalHandlers handlers_for(Server& server, PasswordAuthenticator* users, UrlFile& urls,
                            std::chrono::milliseconds stop_timeout, const LogSink& log) {
    return {
        .stop =
            [&server, stop_timeout, log] {
                log(LogLevel::info, "stopping: no new requests, running jobs may finish");
                notify_stopping();
                server.stop(std::min(answer_grace, stop_timeout));
            },
        .stop_at_once =
            [&urls, log] {
                log(LogLevel::warning, "stopping at once: jobs that ran are settled at the next start");
                leave(urls, ExitCode::stopped_at_once);
            },
        .reload =
            [&server, users, log] {
                log_reload(log, "certificates", server.reload_certificates());
                if (users != nullptr) log_reload(log, "users", users->reload());
            },
    };
}

}  // namespace

ExitCode serve(Configuration configuration, const Messages& warnings, const std::string& url_file, const LogSink& log) {
    const auto refuse = [&](std::string_view why) {
        log(LogLevel::error, fmt::format("can't start: {}", why));
        return ExitCode::cannot_start;
    };
    configuration.server.log = log;
    configuration.endpoint.log = log;
    configuration.snapshots.log = log;
    configuration.qcow2.log = log;

    Signals signals;
    UrlFile urls(url_file);
    auto parts = open_parts(configuration);
    if (!parts) return refuse(parts.error());
    WorkerPool workers(configuration.worker_threads);
    SnapshotService snapshots(*parts->backend, *parts->jobs, workers, configuration.snapshots);
    HostService host;
    Endpoint endpoint({snapshots, host}, configuration.endpoint);
    Server server(endpoint, {.passwords = parts->users.get()}, workers, configuration.server);

    // The address first: a second process for the same jobs must fail here, before it settles what the first one runs.
    if (const auto opened = server.open(); !opened) return refuse(opened.error());
    const auto settled = snapshots.recover();
    if (!settled) return refuse(fmt::format("jobs of an earlier run can't be settled: {}", settled.error().message));
    if (*settled > 0) log(LogLevel::info, fmt::format("settled {} unfinished jobs of an earlier run", *settled));

    if (const auto written = urls.write(server.urls()); !written) return refuse(written.error());
    for (const auto& url : server.urls()) log(LogLevel::info, fmt::format("listening on {}", url));
    for (const auto& warning : warnings) log(LogLevel::warning, warning);
    signals.watch(handlers_for(server, parts->users.get(), urls, configuration.stop_timeout, log));
    notify_ready();
    server.run();

    if (!snapshots.drain(configuration.stop_timeout)) {
        log(LogLevel::warning, "jobs still run after jobs.stop_timeout: they are settled at the next start");
        leave(urls, ExitCode::ok);
    }
    log(LogLevel::info, "stopped");
    return ExitCode::ok;
}

}  // namespace tintype::daemon
