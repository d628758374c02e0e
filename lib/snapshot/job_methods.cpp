#include "snapshot/job_methods.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "cim/cim_xml.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/snapshot_jobs.hpp"
#include "tintype/wsman/generic_method.hpp"

namespace tintype::snapshot {
namespace {

using wsman::Result;

/// Return values of CIM_ConcreteJob.RequestStateChange.
enum class Change : std::uint32_t {
    completed = 0,
    not_supported = 1,
    invalid_parameter = 5,
    started = 4096,
    invalid_transition = 4097,
    timeout_not_supported = 4098,
};

enum class RequestedState : std::uint16_t { start = 2, suspend = 3, terminate = 4, kill = 5, service = 6 };

constexpr std::uint32_t kill_job_not_supported = 1;

tl::unexpected<wsman::Fault> no_such_job() {
    return wsman::fail(wsman::faults::destination_unreachable, "There is no such job, or not any more.");
}

const std::string& id_of(const wsman::Call& call) {
    return *call.selectors.key("InstanceID");
}

Result<JobRecord> find_job(jobs::Engine& jobs, const wsman::Call& call) {
    auto record = jobs.look_up(id_of(call));
    if (!record) return tl::unexpected(unreadable_jobs(record.error()));
    if (!*record) return no_such_job();
    return **std::move(record);
}

// A time that a change may take can't be promised; none, or zero, asks for no promise.
std::optional<Change> check_timeout(const cim::Value& value) {
    const auto* scalar = std::get_if<cim::Scalar>(&value);
    if (scalar == nullptr) return std::nullopt;
    const auto* interval = std::get_if<cim::Interval>(scalar);
    if (interval == nullptr) return Change::invalid_parameter;
    if (interval->count() != 0) return Change::timeout_not_supported;
    return std::nullopt;
}

Result<Change> stop(jobs::Engine& jobs, const wsman::Call& call, jobs::Stop how) {
    const auto state = jobs.request_stop(id_of(call), how);
    if (state) return is_finished(*state) ? Change::completed : Change::started;
    switch (state.error()) {
        case jobs::StopRefusal::not_found:
            return no_such_job();
        case jobs::StopRefusal::not_cancellable:
            return Change::not_supported;
        case jobs::StopRefusal::finished:
            break;
    }
    return Change::invalid_transition;
}

Result<Change> change_state(jobs::Engine& jobs, const wsman::Call& call, const cim::Parameters& in) {
    const auto job = find_job(jobs, call);
    if (!job) return tl::unexpected(job.error());
    if (const auto refused = check_timeout(in.get("TimeoutPeriod"))) return *refused;
    const auto requested = static_cast<RequestedState>(in.value<std::uint16_t>("RequestedState").value_or(0));
    switch (requested) {
        case RequestedState::terminate:
            return stop(jobs, call, jobs::Stop::terminate);
        case RequestedState::kill:
            return stop(jobs, call, jobs::Stop::kill);
        case RequestedState::start:
        case RequestedState::suspend:
        case RequestedState::service:
            return is_finished(job->state) ? Change::invalid_transition : Change::not_supported;
    }
    return Change::invalid_parameter;
}

// What went wrong as CIM-XML; nothing for a job that is well.
std::optional<std::string> error_text(const JobRecord& job) {
    if (job.error_code == 0 || !is_finished(job.state)) return std::nullopt;
    return cim::to_cim_xml(job_error_instance(job));
}

}  // namespace

JobMethods::JobMethods(jobs::Engine& jobs) {
    using cim::Parameters;
    const auto method = [](std::string_view name, wsman::MethodHandler handler) {
        return std::pair(name, wsman::make_method(concrete_job_class, name, std::move(handler)));
    };
    methods_ = {
        method("RequestStateChange",
               [&jobs](const wsman::Call& call, const Parameters& in, Parameters&) -> Result<std::uint32_t> {
                   return change_state(jobs, call, in).map([](Change change) {
                       return static_cast<std::uint32_t>(change);
                   });
               }),
        method("GetError",
               [&jobs](const wsman::Call& call, const Parameters&, Parameters& out) -> Result<std::uint32_t> {
                   const auto job = find_job(jobs, call);
                   if (!job) return tl::unexpected(job.error());
                   const auto text = error_text(*job);
                   out.set("Error", text ? cim::Value(cim::Scalar(*text)) : cim::Value{});
                   return 0;
               }),
        method("GetErrorEx",
               [&jobs](const wsman::Call& call, const Parameters&, Parameters& out) -> Result<std::uint32_t> {
                   const auto job = find_job(jobs, call);
                   if (!job) return tl::unexpected(job.error());
                   const auto text = error_text(*job);
                   out.set("Errors", text ? cim::Value(cim::Array{*text}) : cim::Value{});
                   return 0;
               }),
        method("KillJob",
               [&jobs](const wsman::Call& call, const Parameters&, Parameters&) -> Result<std::uint32_t> {
                   const auto job = find_job(jobs, call);
                   if (!job) return tl::unexpected(job.error());
                   return kill_job_not_supported;
               }),
    };
}

const wsman::Method* JobMethods::find(std::string_view name) const noexcept {
    const auto found = std::find_if(methods_.begin(), methods_.end(),
                                    [&](const auto& method) { return cim::equal_names(method.first, name); });
    return found == methods_.end() ? nullptr : &found->second;
}

}  // namespace tintype::snapshot
