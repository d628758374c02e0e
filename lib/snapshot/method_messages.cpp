#include "snapshot/method_messages.hpp"

#include "cim/datetime_elements.hpp"
#include "cim/datetime_reader.hpp"
#include "cim/reference.hpp"
#include "snapshot/classes.hpp"
#include "soap/element_cursor.hpp"
#include "soap/envelope.hpp"
#include "wsman/typed_method.hpp"

namespace tintype::snapshot {

namespace {

/// Whether a parameter is a time at all. \param content of its element, canonical XML.
wsman::Result<void> check_time(std::string_view content, std::string_view parameter) {
    const auto wrapped = std::string("<t>").append(content).append("</t>");
    const auto element = soap::Element::first_in(wrapped);
    const auto read = element->has_children() ? cim::read_datetime_elements(*element)
                                              : cim::read_datetime(soap::trim(element->text()));
    if (read) return {};
    return wsman::fail(wsman::faults::invalid_parameter_type_mismatch, std::string(parameter) + ' ' + read.error());
}

}  // namespace

wsman::Result<void> answer(const wsman::Call& call, const wsman::Result<MethodAnswer>& answered, ReturnTable table,
                           const std::string* subject, WriteJob write, std::string& out) {
    if (!answered) return tl::unexpected(answered.error());
    // What its text takes stays allocated.
    thread_local soap::JobOutput started{.job = std::string(), .return_value = 0};
    const auto number = return_value(answered->outcome, table);
    if (answered->outcome == Outcome::job_started) {
        started.job->clear();
        cim::append_reference(*started.job, concrete_job_class, "InstanceID", answered->job, call.uri.style);
        started.return_value = number;
        write(started, out);
    } else {
        write({.job = std::nullopt, .return_value = number}, out);
    }

    auto& summary = *call.summary;
    summary += ' ';
    if (subject != nullptr) summary += *subject;
    summary.append(" -> ").append(std::to_string(number));
    if (!answered->job.empty()) summary.append(" job ").append(answered->job);
    if (!answered->why.empty()) summary.append(": ").append(answered->why);
    return {};
}

wsman::Result<std::optional<std::uint16_t>> read_requested_state(std::string_view body) {
    const auto input = soap::read_request_state_change(body);
    if (!input) return tl::unexpected(wsman::to_fault(input.error()));
    if (input->timeout_period) {
        if (auto time = check_time(*input->timeout_period, "TimeoutPeriod"); !time)
            return tl::unexpected(std::move(time.error()));
    }
    return input->requested_state;
}

}  // namespace tintype::snapshot
