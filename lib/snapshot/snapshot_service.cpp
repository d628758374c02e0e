#include "tintype/snapshot_service.hpp"

#include "jobs/engine.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/management_service.hpp"
#include "snapshot/resources.hpp"
#include "snapshot/service_methods.hpp"
#include "snapshot/snapshot_methods.hpp"
#include "tintype/wsman/router.hpp"
#include "wsman/singleton.hpp"

namespace tintype {

namespace {

jobs::Options engine_options(const SnapshotServiceOptions& options) {
    jobs::Options engine;
    engine.retention = options.job_retention;
    engine.max_running = options.max_running_jobs;
    engine.max_unfinished = options.max_unfinished_jobs;
    engine.max_unfinished_per_owner = options.max_unfinished_jobs_per_user;
    engine.log = options.log;
    return engine;
}

}  // namespace

struct SnapshotService::State {
    State(SnapshotBackend& backend_in, JobStore& store, Executor& workers, SnapshotServiceOptions options_in)
        : backend(backend_in),
          options(std::move(options_in)),
          jobs(store, workers, engine_options(options)),
          methods(backend, jobs) {}

    SnapshotBackend& backend;
    SnapshotServiceOptions options;
    jobs::Engine jobs;
    snapshot::SnapshotMethods methods;
};

SnapshotService::SnapshotService(SnapshotBackend& backend, JobStore& store, Executor& workers,
                                 SnapshotServiceOptions options)
    : state_(std::make_unique<State>(backend, store, workers, std::move(options))) {}
SnapshotService::~SnapshotService() = default;

JobStoreResult<std::size_t> SnapshotService::recover() {
    return state_->jobs.recover([this](const JobRecord& record) { return state_->methods.settle(record); });
}

bool SnapshotService::drain(std::chrono::steady_clock::duration limit) {
    return state_->jobs.drain(limit);
}

void SnapshotService::add_to(wsman::Router& router, const std::string& host_name) {
    const bool may_block = !state_->jobs.answers_from_memory() || !state_->backend.capabilities().answers_from_memory;
    router.add(snapshot::make_computer_system(state_->backend, state_->methods, state_->jobs, host_name));
    router.add(snapshot::make_setting_data(state_->backend, state_->jobs, host_name));
    router.add(wsman::make_singleton(snapshot::snapshot_service_class,
                                     [host_name] { return snapshot::snapshot_service_instance(host_name); },
                                     {.host_key = snapshot::service_host_key,
                                      .may_block = may_block,
                                      .methods = snapshot::service_methods(state_->methods)}));
    router.add(snapshot::make_concrete_job(state_->jobs, state_->options.job_retention));
    router.add(snapshot::make_management_service(state_->backend, state_->jobs, host_name));
    snapshot::add_associations(router, state_->backend, state_->jobs, host_name);
    snapshot::add_capabilities(router, state_->backend, host_name);
}

}  // namespace tintype
