#include "wsman/engine.hpp"

#include <unistd.h>

#include <array>

#include "soap/charset.hpp"
#include "soap/envelope_reader.hpp"
#include "soap/reference_parameters.hpp"
#include "soap/xml_writer.hpp"
#include "tintype/guid.hpp"
#include "wsman/identify.hpp"
#include "wsman/metadata.hpp"
#include "wsman/transfer.hpp"

namespace tintype::wsman {

namespace {

// What an answer's envelope holds beside the body and the headers that are asked for: for reckoning only.
constexpr std::size_t usual_envelope = 1'536;

std::string system_host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

// What Windows' clients number their work with comes back to them, but not without end.
std::string_view echo_of(const soap::HeaderField& field) noexcept {
    constexpr std::size_t longest = 2'048;
    return field.text.size() <= longest ? field.text : std::string_view{};
}

soap::AnswerHeaders answer_headers(const soap::Envelope& envelope, std::string_view action,
                                   std::string_view message_id) noexcept {
    soap::AnswerHeaders headers;
    headers.action = action;
    headers.message_id = message_id;
    headers.relates_to = envelope.headers.message_id.text;
    headers.has_relates_to = envelope.headers.message_id.present;
    const auto& sent = envelope.headers;
    headers.operation_id = echo_of(sent.operation_id);
    headers.sequence_id = sent.operation_id.present ? echo_of(sent.sequence_id) : std::string_view{};
    headers.session_id = echo_of(sent.session_id);
    return headers;
}

// UTF-16 takes at most twice the bytes of UTF-8.
std::size_t utf8_room(std::size_t bytes, const soap::Envelope& envelope) noexcept {
    return envelope.charset == soap::Charset::utf8 ? bytes : bytes / 2;
}

// What was done and can't be undone: the client has to know of it (DSP0226 R6.2-2).
bool has_effect(Operation operation) noexcept {
    return operation == Operation::invoke || operation == Operation::put || operation == Operation::create ||
           operation == Operation::remove;
}

bool is_transfer(Operation operation) noexcept {
    return operation == Operation::get || operation == Operation::put || operation == Operation::create ||
           operation == Operation::remove;
}

}  // namespace

std::string summary_of(const Plan& plan) {
    const auto& name = plan.call.selectors.class_name;
    switch (plan.operation) {
        case Operation::identify:
            return "Identify";
        case Operation::get:
        case Operation::get_class:
            return "Get " + name;
        case Operation::put:
            return "Put " + name;
        case Operation::create:
            return "Create " + name;
        case Operation::remove:
            return "Delete " + name;
        case Operation::enumerate:
            return "Enumerate " + name;
        case Operation::pull:
            return "Pull";
        case Operation::release:
            return "Release";
        case Operation::renew:
            return "Renew";
        case Operation::get_status:
            return "GetStatus";
        case Operation::invoke:
            return std::string(plan.method_name) + ' ' + name;
    }
    return {};
}

Engine::Engine(std::vector<std::reference_wrapper<Service>> services, EndpointOptions options)
    : options_(std::move(options)), services_(std::move(services)), enumerations_(options_.limits) {
    if (options_.host_name.empty()) options_.host_name = system_host_name();
    if (options_.product_version.empty()) options_.product_version = TINTYPE_VERSION;
    for (Service& service : services_) service.add_to(router_, options_.host_name);
}

Response Engine::fault_response(const Fault& fault, const soap::Envelope& envelope, std::string summary,
                                unsigned status) const {
    const auto message_id = "uuid:" + random_guid();
    auto extra = fault_headers(fault);
    std::string body;
    append_fault(body, fault, options_.host_name);
    // A fault without the client's parameters is better than none (R5.4.2-5); FaultTo's stand for ReplyTo's.
    const auto& headers = envelope.headers;
    const auto& parameters = (headers.fault_to.present ? headers.fault_to : headers.reply_to).reference_parameters;
    const auto used = body.size() + extra.size() + usual_envelope;
    const auto room = utf8_room(answer_size(headers, options_.limits), envelope);
    if (!parameters.empty() && room > used) {
        static_cast<void>(soap::append_reference_parameters(extra, parameters, envelope.other_namespaces, room - used));
    }

    auto answer = answer_headers(envelope, fault_action(fault), message_id);
    answer.extra = extra;
    std::string out;
    soap::begin_answer(out, answer, {});
    out += body;
    soap::end_answer(out);

    summary += summary.empty() ? "-> " : " -> ";
    summary += fault_name(fault);
    if (!fault.message.empty()) summary += ": " + fault.message;
    return {status, std::string(soap::content_type(envelope.charset)), soap::encode(std::move(out), envelope.charset),
            std::move(summary)};
}

std::optional<Response> Engine::begin(Request& request, Exchange& exchange) const {
    const auto type = soap::parse_content_type(request.content_type);
    if (!type.media_type.empty() && type.media_type != "application/soap+xml") {
        return Response{415, {}, {}, "media type " + type.media_type + " is not application/soap+xml"};
    }
    exchange.arrived = std::chrono::steady_clock::now();
    exchange.principal = std::move(request.principal);
    const bool authenticated = exchange.principal.authenticated;
    if (request.body.size() > options_.limits.max_envelope_size) {
        return fault_response(Fault(faults::encoding_limit_service_envelope_limit), {}, {});
    }

    thread_local soap::EnvelopeReader reader;
    auto read = reader.read(request.body, request.content_type, options_.limits);
    if (!read) {
        // Before the log-on nothing that a client sent is answered with a fault.
        if (!authenticated) return Response{401, {}, {}, "not logged on"};
        const auto& error = read.error();
        soap::Envelope unread;
        unread.charset = error.charset;
        unread.headers.message_id = {error.message_id, !error.message_id.empty(), false};
        const bool soap = error.fault != soap::ReadFault::not_xml && error.fault != soap::ReadFault::not_soap &&
                          error.fault != soap::ReadFault::empty;
        return fault_response(to_fault(error), unread, {}, soap ? 500 : 400);
    }
    exchange.envelope = std::move(*read);
    const auto& envelope = exchange.envelope;

    if (is_identify(envelope)) {
        if (!authenticated && !options_.anonymous_identify) return Response{401, {}, {}, "Identify without a log-on"};
        const auto version = authenticated ? std::string_view(options_.product_version) : "";
        return Response{200, std::string(soap::content_type(envelope.charset)),
                        soap::encode(identify_response(options_.product_vendor, version), envelope.charset),
                        "Identify"};
    }
    if (!authenticated) return Response{401, {}, {}, "not logged on"};

    auto made = make_plan(envelope, router_, options_.limits);
    if (!made) return fault_response(made.error(), envelope, std::string(envelope.headers.action.text));
    exchange.plan = std::move(*made);
    return std::nullopt;
}

Result<void> Engine::carry_out(Plan& plan, std::string& out) {
    switch (plan.operation) {
        case Operation::enumerate:
            return enumerations_.enumerate(plan, options_.host_name, out);
        case Operation::pull:
            return enumerations_.pull(plan, out);
        case Operation::release:
            return enumerations_.release(plan);
        case Operation::renew:
            return enumerations_.renew(plan, out);
        case Operation::get_status:
            return enumerations_.get_status(plan, out);
        case Operation::get_class:
            append_class(out, *plan.classes, plan.classes->classes.front());
            return {};
        case Operation::invoke:
            return (*plan.method)(plan.call, plan.call.envelope->body, out);
        case Operation::get:
        case Operation::put:
        case Operation::create:
        case Operation::remove:
        case Operation::identify:
            break;
    }
    return fail(faults::internal_error);
}

Response Engine::finish(Exchange& exchange) {
    const auto& envelope = exchange.envelope;
    auto& plan = *exchange.plan;
    auto summary = summary_of(plan);
    const auto now = std::chrono::steady_clock::now();
    enumerations_.expire(now);
    if (now > exchange.deadline()) {
        return fault_response(Fault(faults::timed_out), envelope, std::move(summary));
    }
    plan.call.envelope = &envelope;
    plan.call.principal = exchange.principal;
    plan.call.deadline = exchange.deadline();
    plan.call.summary = &summary;
    const auto room =
        plan.control.envelope_size_binds ? plan.control.max_envelope_size : options_.limits.max_envelope_size;
    plan.call.max_envelope_size = utf8_room(plan.call.max_envelope_size, envelope);

    // Nothing is done for an answer that can't hold what it has to.
    std::string extra;
    if (!soap::append_reference_parameters(extra, envelope.headers.reply_to.reference_parameters,
                                           envelope.other_namespaces, utf8_room(room, envelope))) {
        return fault_response(Fault(faults::encoding_limit_max_envelope_size_exceeded,
                                    "The reference parameters of ReplyTo don't fit into the answer."),
                              envelope, std::move(summary));
    }
    if (plan.control.total_items_count_estimate) append_count_estimate(extra, plan);
    std::optional<Transferred> transferred;  // Before the headers, which tell of it.
    if (is_transfer(plan.operation)) {
        auto result = transfer(plan);
        if (!result) return fault_response(result.error(), envelope, std::move(summary));
        append_headers(extra, plan, *result);
        transferred = std::move(*result);
    }

    const auto action = std::string(envelope.headers.action.text) + "Response";
    const auto message_id = "uuid:" + random_guid();
    auto headers = answer_headers(envelope, action, message_id);
    headers.extra = extra;
    std::string out;
    out.reserve(4096);
    soap::begin_answer(out, headers,
                       plan.operation == Operation::invoke ? plan.call.uri.without_query : std::string_view{});
    if (transferred) {
        append_body(out, plan, *transferred);
    } else if (auto done = carry_out(plan, out); !done) {
        return fault_response(done.error(), envelope, std::move(summary));
    }
    soap::end_answer(out);

    auto body = soap::encode(std::move(out), envelope.charset);
    if (body.size() > room) {
        const auto& fault = has_effect(plan.operation) ? faults::encoding_limit_unreportable_success
                                                       : faults::encoding_limit_max_envelope_size_exceeded;
        return fault_response(Fault(fault), envelope, std::move(summary));
    }
    return {200, std::string(soap::content_type(envelope.charset)), std::move(body), std::move(summary)};
}

std::optional<Response> Engine::metadata(std::string_view query, std::string_view url) const {
    std::optional<std::string> document;
    for (const Service& service : services_) {
        document = service.metadata(query);
        if (document) break;
    }
    if (!document) document = wsman::metadata(router_, query, url);
    if (!document) return std::nullopt;
    return Response{200, "text/xml; charset=utf-8", std::move(*document), "metadata"};
}

}  // namespace tintype::wsman
