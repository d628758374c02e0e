#include <cstdint>
#include <string>
#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/instances_values.hpp"

namespace tintype::snapshot {
namespace {

/// Msvm_Error's ErrorType, CIMStatusCode and CIMStatusCodeDescription (its reference page).
struct Kind {
    std::uint16_t error_type;
    std::uint32_t status;
    std::string_view status_name;
};

/// A job's ErrorCode is one of the numbers that the page of the method lists that started it: 1 to 6, or those from
/// 32768 on.
Kind kind_of(std::uint16_t error_code) noexcept {
    constexpr std::uint16_t other = 1;
    constexpr std::uint16_t software = 4;
    constexpr std::uint16_t unavailable_resource = 9;
    constexpr std::uint16_t unsupported_operation = 10;
    switch (error_code) {
        case 1:
        case 32770:
            return {unsupported_operation, 7, "CIM_ERR_NOT_SUPPORTED"};
        case 4:
        case 32773:
            return {other, 4, "CIM_ERR_INVALID_PARAMETER"};
        case 5:
        case 32774:  // in use
        case 32775:  // invalid state
        case 32777:  // not available
            return {unavailable_resource, 1, "CIM_ERR_FAILED"};
        case 6:
        case 32776:
            return {other, 13, "CIM_ERR_TYPE_MISMATCH"};
        default:
            return {software, 1, "CIM_ERR_FAILED"};
    }
}

}  // namespace

cim::Instance job_error_instance(const JobRecord& job) {
    const bool stopped = job.state == JobState::terminated || job.state == JobState::killed;
    const auto kind = stopped ? Kind{1, 1, "CIM_ERR_FAILED"} : kind_of(job.error_code);
    constexpr std::uint16_t other = 1;
    constexpr std::uint16_t low = 2;
    constexpr std::uint16_t high = 4;
    constexpr std::uint16_t object_path = 2;
    cim::Instance instance(error_class);
    instance.set("ErrorType", kind.error_type)
        .set("OwningEntity", "Tintype")
        .set("MessageID", std::to_string(job.error_code))
        .set("Message", job.error_description)
        .set("PerceivedSeverity", stopped ? low : high)
        .set("ProbableCause", 0)  // unknown
        .set("ErrorSource", cim::to_string(job_path(job.id)))
        .set("ErrorSourceFormat", object_path)
        .set("CIMStatusCode", kind.status)
        .set("CIMStatusCodeDescription", kind.status_name);
    if (kind.error_type == other) {
        instance.set("OtherErrorType", stopped ? "The job was stopped." : "The job was asked for what it can't do.");
    }
    if (!job.error_summary.empty()) instance.set("ProbableCauseDescription", job.error_summary);
    return instance;
}

}  // namespace tintype::snapshot
