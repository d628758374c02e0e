#include "tintype/endpoint.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <exception>

#include "cim/instance_xml.hpp"
#include "soap/charset.hpp"
#include "soap/envelope_reader.hpp"
#include "soap/namespaces.hpp"
#include "soap/xml_writer.hpp"
#include "tintype/guid.hpp"
#include "wsman/dispatch.hpp"
#include "wsman/enumeration.hpp"
#include "wsman/identify.hpp"

namespace tintype {

namespace {

using wsman::Fault;
using wsman::Operation;
using wsman::Plan;
using wsman::Result;

std::string system_host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

// A request between its two halves: what was read, and what is to be done with it. Views stay valid when it moves.
struct Exchange {
    soap::Envelope envelope;
    Principal principal;
    std::chrono::steady_clock::time_point arrived;
    std::size_t request_size = 0;
};

std::string summary_of(const Plan& plan) {
    const auto& name = plan.call.selectors.class_name;
    switch (plan.operation) {
        case Operation::identify:
            return "Identify";
        case Operation::get:
            return "Get " + name;
        case Operation::enumerate:
            return "Enumerate " + name;
        case Operation::pull:
            return "Pull";
        case Operation::release:
            return "Release";
        case Operation::invoke:
            return std::string(plan.method_name) + ' ' + name;
    }
    return {};
}

}  // namespace

struct Endpoint::State {
    State(const std::vector<std::reference_wrapper<Service>>& services, EndpointOptions given)
        : options(std::move(given)), enumerations(options.limits) {
        if (options.host_name.empty()) options.host_name = system_host_name();
        if (options.product_version.empty()) options.product_version = TINTYPE_VERSION;
        for (Service& service : services) service.add_to(router, options.host_name);
    }

    // First half, never waits: reads the message and finds out what is asked. The answer is ready if it is a fault or
    // an Identify; otherwise `plan` is set.
    std::optional<Response> begin(Request& request, Exchange& exchange, std::optional<Plan>& plan) const;
    // Second half, may wait.
    Response finish(Exchange& exchange, Plan& plan);

    Response fault_response(const Fault& fault, const soap::Envelope& envelope, std::string summary,
                            unsigned status = 500) const;
    Result<void> carry_out(Plan& plan, const std::optional<cim::Instance>& found, std::string& out);
    static Result<cim::Instance> get(const Plan& plan);
    static soap::AnswerHeaders answer_headers(const soap::Envelope& envelope, std::string_view action,
                                              std::string_view message_id) noexcept;

    EndpointOptions options;
    wsman::Router router;
    wsman::Enumerations enumerations;
};

soap::AnswerHeaders Endpoint::State::answer_headers(const soap::Envelope& envelope, std::string_view action,
                                                    std::string_view message_id) noexcept {
    soap::AnswerHeaders headers;
    headers.action = action;
    headers.message_id = message_id;
    headers.relates_to = envelope.headers.message_id.text;
    headers.has_relates_to = envelope.headers.message_id.present;
    headers.operation_id = envelope.headers.operation_id.text;
    headers.sequence_id =
        envelope.headers.operation_id.present ? envelope.headers.sequence_id.text : std::string_view{};
    return headers;
}

Response Endpoint::State::fault_response(const Fault& fault, const soap::Envelope& envelope, std::string summary,
                                         unsigned status) const {
    const auto message_id = "uuid:" + random_guid();
    const auto extra = wsman::fault_headers(fault);
    auto headers = answer_headers(envelope, wsman::fault_action(fault), message_id);
    headers.extra = extra;
    std::string out;
    soap::begin_answer(out, headers, {});
    wsman::append_fault(out, fault, options.host_name);
    soap::end_answer(out);

    summary += summary.empty() ? "-> " : " -> ";
    summary += wsman::fault_name(fault);
    if (!fault.message.empty()) summary += ": " + fault.message;
    return {status, std::string(soap::content_type(envelope.charset)), soap::encode(std::move(out), envelope.charset),
            std::move(summary)};
}

std::optional<Response> Endpoint::State::begin(Request& request, Exchange& exchange, std::optional<Plan>& plan) const {
    const auto type = soap::parse_content_type(request.content_type);
    if (!type.media_type.empty() && type.media_type != "application/soap+xml") {
        return Response{415, {}, {}, "media type " + type.media_type + " is not application/soap+xml"};
    }
    exchange.arrived = std::chrono::steady_clock::now();
    exchange.request_size = request.body.size();
    exchange.principal = std::move(request.principal);
    if (request.body.size() > options.limits.max_envelope_size) {
        return fault_response(Fault(wsman::faults::encoding_limit_service_envelope_limit), {}, {});
    }

    thread_local soap::EnvelopeReader reader;
    auto read = reader.read(request.body, request.content_type, options.limits);
    if (!read) {
        // Before the log-on nothing that a client sent is answered with a fault.
        if (!exchange.principal.authenticated) return Response{401, {}, {}, "not logged on"};
        const auto& error = read.error();
        soap::Envelope unread;
        unread.charset = error.charset;
        unread.headers.message_id = {error.message_id, !error.message_id.empty(), false};
        const bool soap = error.fault != soap::ReadFault::not_xml && error.fault != soap::ReadFault::not_soap &&
                          error.fault != soap::ReadFault::empty;
        return fault_response(wsman::to_fault(error), unread, {}, soap ? 500 : 400);
    }
    exchange.envelope = std::move(*read);

    if (wsman::is_identify(exchange.envelope)) {
        if (!exchange.principal.authenticated && !options.anonymous_identify) {
            return Response{401, {}, {}, "Identify without a log-on"};
        }
        const auto version = exchange.principal.authenticated ? std::string_view(options.product_version) : "";
        return Response{
            200, std::string(soap::content_type(exchange.envelope.charset)),
            soap::encode(wsman::identify_response(options.product_vendor, version), exchange.envelope.charset),
            "Identify"};
    }
    if (!exchange.principal.authenticated) return Response{401, {}, {}, "not logged on"};

    auto made = wsman::make_plan(exchange.envelope, router, options.limits);
    if (!made)
        return fault_response(made.error(), exchange.envelope, std::string(exchange.envelope.headers.action.text));
    plan = std::move(*made);
    return std::nullopt;
}

Result<cim::Instance> Endpoint::State::get(const Plan& plan) {
    for (auto* resource : plan.resources) {
        auto instance = resource->get(plan.call.selectors);
        if (!instance) return tl::unexpected(std::move(instance.error()));
        if (*instance) return *std::move(*instance);
    }
    return wsman::fail(wsman::faults::destination_unreachable,
                       "No instance of " + plan.call.selectors.class_name + " has these keys.");
}

// \param found what a Get is about; it was read once, for header and body.
Result<void> Endpoint::State::carry_out(Plan& plan, const std::optional<cim::Instance>& found, std::string& out) {
    switch (plan.operation) {
        case Operation::get:
            cim::append_instance(out, *found, plan.call.uri.style);
            return {};
        case Operation::enumerate:
            return enumerations.enumerate(plan, out);
        case Operation::pull:
            return enumerations.pull(plan, out);
        case Operation::release:
            return enumerations.release(plan);
        case Operation::invoke:
            return (*plan.method)(plan.call, plan.call.envelope->body, out);
        case Operation::identify:
            break;
    }
    return wsman::fail(wsman::faults::internal_error);
}

Response Endpoint::State::finish(Exchange& exchange, Plan& plan) {
    const auto& envelope = exchange.envelope;
    auto summary = summary_of(plan);
    if (std::chrono::steady_clock::now() > exchange.arrived + plan.control.operation_timeout) {
        return fault_response(Fault(wsman::faults::timed_out), envelope, std::move(summary));
    }
    plan.call.envelope = &envelope;
    plan.call.principal = exchange.principal;
    plan.call.deadline = exchange.arrived + plan.control.operation_timeout;
    plan.call.summary = &summary;
    // UTF-16 takes at most twice the bytes of UTF-8.
    const bool wide = envelope.charset != soap::Charset::utf8;
    const auto room = plan.call.max_envelope_size;
    if (wide) plan.call.max_envelope_size /= 2;

    const auto action = std::string(envelope.headers.action.text) + "Response";
    const auto message_id = "uuid:" + random_guid();
    auto headers = answer_headers(envelope, action, message_id);
    if (plan.operation == Operation::enumerate && plan.control.total_items_count_estimate) {
        headers.extra = "<w:TotalItemsCountEstimate xsi:nil=\"true\"/>";
    }
    std::optional<cim::Instance> found;
    std::string requested;  // w:RequestedEPR goes before the body (DSP0226 R6.5-1)
    if (plan.operation == Operation::get) {
        auto instance = get(plan);
        if (!instance) return fault_response(instance.error(), envelope, std::move(summary));
        found = std::move(*instance);
        if (envelope.headers.request_epr.present) {
            requested = "<w:RequestedEPR>";
            cim::append_epr(requested, found->path(), plan.call.uri.style);
            requested += "</w:RequestedEPR>";
            headers.extra = requested;
        }
    }
    std::string out;
    out.reserve(4096);
    soap::begin_answer(out, headers,
                       plan.operation == Operation::invoke ? plan.call.uri.without_query : std::string_view{});
    if (auto done = carry_out(plan, found, out); !done)
        return fault_response(done.error(), envelope, std::move(summary));
    soap::end_answer(out);

    auto body = soap::encode(std::move(out), envelope.charset);
    if (body.size() > room) {
        // What an Invoke did can't be undone, and the client has to know that it was done (R6.2-2).
        const auto& fault = plan.operation == Operation::invoke
                                ? wsman::faults::encoding_limit_unreportable_success
                                : wsman::faults::encoding_limit_max_envelope_size_exceeded;
        return fault_response(Fault(fault), envelope, std::move(summary));
    }
    return {200, std::string(soap::content_type(envelope.charset)), std::move(body), std::move(summary)};
}

Endpoint::Endpoint(Service& service, EndpointOptions options)
    : Endpoint(std::vector{std::ref(service)}, std::move(options)) {}
Endpoint::Endpoint(std::vector<std::reference_wrapper<Service>> services, EndpointOptions options)
    : state_(std::make_unique<State>(services, std::move(options))) {}
Endpoint::~Endpoint() = default;

Response Endpoint::handle(Request request) {
    Exchange exchange;
    try {
        std::optional<Plan> plan;
        if (auto response = state_->begin(request, exchange, plan)) return std::move(*response);
        return state_->finish(exchange, *plan);
    } catch (const std::exception& error) {
        return state_->fault_response(Fault(wsman::faults::internal_error), exchange.envelope, error.what());
    }
}

void Endpoint::handle(Request request, Executor& workers, std::function<void(Response)> done) {
    struct Waiting {
        Exchange exchange;
        std::optional<Plan> plan;
    };
    auto waiting = std::make_shared<Waiting>();
    std::optional<Response> response;
    try {
        response = state_->begin(request, waiting->exchange, waiting->plan);
        if (!response && waiting->plan->may_block) {
            workers.post([state = state_.get(), waiting, done = std::move(done)] {
                Response late;
                try {
                    late = state->finish(waiting->exchange, *waiting->plan);
                } catch (const std::exception& error) {
                    late = state->fault_response(Fault(wsman::faults::internal_error), waiting->exchange.envelope,
                                                 error.what());
                }
                done(std::move(late));
            });
            return;
        }
        if (!response) response = state_->finish(waiting->exchange, *waiting->plan);
    } catch (const std::exception& error) {
        response =
            state_->fault_response(Fault(wsman::faults::internal_error), waiting->exchange.envelope, error.what());
    }
    done(std::move(*response));
}

bool Endpoint::anonymous_identify() const noexcept {
    return state_->options.anonymous_identify;
}

const Limits& Endpoint::limits() const noexcept {
    return state_->options.limits;
}

}  // namespace tintype
