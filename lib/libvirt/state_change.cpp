// What a machine is asked to become.

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "libvirt/changes.hpp"
#include "libvirt/error.hpp"

namespace tintype::libvirt {
namespace {

constexpr std::chrono::milliseconds step{100};
constexpr std::chrono::minutes shut_down_patience{5};

/// Looks at a job of libvirt's beside the thread that waits for it: how far it is, and whether it shall stop.
class JobWatch {
  public:
    JobWatch(virDomainPtr domain, Operation& operation)
        : domain_(domain), operation_(operation), thread_([this] { run(); }) {}
    JobWatch(const JobWatch&) = delete;
    JobWatch& operator=(const JobWatch&) = delete;
    ~JobWatch() {
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

  private:
    void run() {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, step, [&] { return over_; })) {
            lock.unlock();
            virDomainJobInfo info{};
            if (virDomainGetJobInfo(domain_, &info) == 0 && info.dataTotal > 0) {
                operation_.progress(static_cast<unsigned>(info.dataProcessed * 99 / info.dataTotal));
            }
            if (operation_.stop_requested()) virDomainAbortJob(domain_);
            lock.lock();
        }
    }

    virDomainPtr domain_;
    Operation& operation_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
    std::thread thread_;
};

int save(virDomainPtr domain, Operation& operation) {
    const JobWatch watch(domain, operation);
    return virDomainManagedSave(domain, 0);
}

BackendResult<void> shut_down(const Connection& connection, const Domain& domain, const std::string& name,
                              Operation& operation) {
    if (virDomainShutdown(domain.get()) != 0) {
        return last_error(fmt::format("{} was not asked to shut down", name), connection.get());
    }
    // The guest decides, and may take its time or not listen at all.
    const auto until = Clock::now() + shut_down_patience;
    while (true) {
        const int active = virDomainIsActive(domain.get());
        if (active == 0) return {};
        if (active < 0) {
            if (last_code() == VIR_ERR_NO_DOMAIN) return {};  // it was there for one run only
            return last_error(fmt::format("what became of {} is not known", name), connection.get());
        }
        if (operation.stop_requested()) {
            return refuse(BackendErrorCode::cancelled,
                          fmt::format("nobody waits for {} to shut down any more; it was asked to", name));
        }
        if (Clock::now() > until) {
            return refuse(BackendErrorCode::timed_out,
                          fmt::format("{} was asked to shut down and still runs after five minutes", name));
        }
        std::this_thread::sleep_for(step);
    }
}

}  // namespace

BackendResult<void> change_state(const Connection& connection, const KnownMachine& machine, StateRequest request,
                                 Operation& operation) {
    const auto& name = machine.value.name;
    const auto state = machine.value.state;
    const auto domain = look_up(connection, machine.value.id);
    if (!domain) return tl::unexpected(domain.error());
    const auto at = domain->get();

    const bool starts = request == StateRequest::start;
    if (starts ? state == MachineState::running : !machine.active) {
        return refuse(BackendErrorCode::invalid, fmt::format("{} {}", name, starts ? "runs already" : "does not run"));
    }
    const bool needs_running = request == StateRequest::pause || request == StateRequest::shut_down;
    if (needs_running && state != MachineState::running) {
        return refuse(BackendErrorCode::invalid, fmt::format("{} is paused", name));
    }
    int done = -1;
    switch (request) {
        case StateRequest::start:
            if (!machine.active) {
                done = virDomainCreate(at);
            } else {
                done = virDomainResume(at);
                if (done != 0 && last_code() == VIR_ERR_OPERATION_INVALID) done = virDomainPMWakeup(at, 0);
            }
            break;
        case StateRequest::turn_off:
            done = virDomainDestroy(at);
            break;
        case StateRequest::pause:
            done = virDomainSuspend(at);
            break;
        case StateRequest::save:
            done = save(at, operation);
            break;
        case StateRequest::reset:
            done = virDomainReset(at, 0);
            break;
        case StateRequest::shut_down:
            return shut_down(connection, *domain, name, operation);
    }
    if (done == 0) return {};
    auto failed = last_error(fmt::format("the state of {} was not changed", name), connection.get());
    // libvirt 9 calls a save that was aborted a failed one.
    if (request == StateRequest::save && operation.stop_requested() &&
        failed.value().code != BackendErrorCode::unavailable) {
        failed.value().code = BackendErrorCode::cancelled;
    }
    return failed;
}

}  // namespace tintype::libvirt
