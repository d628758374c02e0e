#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"

namespace tintype::snapshot {
namespace {

using std::chrono::system_clock;

constexpr std::size_t values_of_a_job = 24;

/// JobState in one word.
std::string_view job_status(JobState state) noexcept {
    switch (state) {
        case JobState::fresh:
            return "New";
        case JobState::starting:
            return "Starting";
        case JobState::running:
            return "Running";
        case JobState::suspended:
            return "Suspended";
        case JobState::shutting_down:
            return "ShuttingDown";
        case JobState::completed:
            return "Completed";
        case JobState::terminated:
            return "Terminated";
        case JobState::killed:
            return "Killed";
        case JobState::exception:
            return "Exception";
        case JobState::completed_with_warnings:
            return "CompletedWithWarnings";
    }
    return "Unknown";
}

cim::Value interval(system_clock::duration length) {
    return cim::Scalar(std::chrono::floor<cim::Interval>(std::max(length, system_clock::duration::zero())));
}

system_clock::duration elapsed(const JobRecord& job, system_clock::time_point now) noexcept {
    if (!job.started) return system_clock::duration::zero();
    return (is_finished(job.state) ? job.last_change : now) - *job.started;
}

// A job that waits can always be stopped, one that runs if its work can; one that was asked to is asked no more.
bool cancellable(const JobRecord& job) noexcept {
    if (job.state == JobState::fresh || job.state == JobState::starting) return true;
    return job.state == JobState::running && job.cancellable;
}

}  // namespace

void describe_job(const JobRecord& job, system_clock::time_point now, std::chrono::seconds retention,
                  cim::Instance& into) {
    into.reserve(values_of_a_job);
    into.set("InstanceID", job.id)
        .set("Caption", job.caption)
        .set("Description", job.description)
        .set("ElementName", job.element_name)
        .set("Name", job.element_name)
        .set("OperationalStatus", numbers({2}))  // OK: the job as such, not what came of it
        .set("StatusDescriptions", texts({"OK"}))
        .set("HealthState", 5)  // OK
        .set("JobStatus", job_status(job.state))
        .set("TimeSubmitted", time(job.submitted))
        .set("StartTime", job.started ? time(*job.started) : cim::Value{})
        .set("ElapsedTime", interval(elapsed(job, now)))
        .set("JobRunTimes", 1)  // once
        .set("Owner", text_or_null(job.owner))
        .set("PercentComplete", std::min<std::uint16_t>(job.percent_complete, 100))
        .set("DeleteOnCompletion", true)
        .set("ErrorCode", job.error_code)
        .set("ErrorDescription", text_or_null(job.error_description))
        .set("ErrorSummaryDescription", text_or_null(job.error_summary))
        .set("JobState", static_cast<std::uint16_t>(job.state))
        .set("TimeOfLastStateChange", time_or_null(job.last_change))
        .set("TimeBeforeRemoval", cim::Scalar(cim::Interval(retention)))
        .set("Cancellable", cancellable(job))
        .set("JobType", job.type);
}

cim::Instance job_instance(const JobRecord& job, system_clock::time_point now, std::chrono::seconds retention) {
    cim::Instance instance(concrete_job_class);
    describe_job(job, now, retention, instance);
    return instance;
}

cim::ObjectPath job_path(std::string_view id) {
    return make_path(concrete_job_class, {{"InstanceID", id}});
}

}  // namespace tintype::snapshot
