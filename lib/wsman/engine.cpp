#include "wsman/engine.hpp"

#include <unistd.h>

#include <array>

#include "soap/charset.hpp"
#include "soap/envelope_reader.hpp"
#include "soap/reference_parameters.hpp"
#include "soap/xml_writer.hpp"
#include "tintype/guid.hpp"
#include "wsman/answer_headers.hpp"
#include "wsman/exchange_record.hpp"
#include "wsman/identify.hpp"
#include "wsman/metadata.hpp"
#include "wsman/renewal.hpp"
#include "wsman/transfer.hpp"

namespace tintype::wsman {

namespace {

constexpr std::size_t usual_summary = 256;

constexpr std::string_view soap_media_type = "application/soap+xml";

// What nearly every client sends, as it is mostly written.
bool begins_with_soap(std::string_view content_type) noexcept {
    if (!content_type.starts_with(soap_media_type)) return false;
    content_type.remove_prefix(soap_media_type.size());
    return content_type.empty() || content_type.front() == ';';
}

soap::EnvelopeReader& reader_of_this_thread() {
    thread_local soap::EnvelopeReader reader;
    return reader;
}

// The answer's, for which the request's mostly will do.
std::string content_type_of(Exchange& exchange) {
    const auto type = soap::content_type(exchange.envelope.charset);
    if (exchange.content_type == type) return std::move(exchange.content_type);
    return std::string(type);
}

std::string system_host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
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

void renew_storage(ExchangeStorage& exchange) {
    auto& [envelope, principal, peer, answer_id, content_type, unread_id, made_plan] = exchange;
    reader_of_this_thread().recycle(std::move(envelope));
    envelope = {};
    renew(principal);
    peer.clear();
    answer_id.clear();
    content_type.clear();
    unread_id.clear();
    made_plan.clear();
}

}  // namespace

void Exchange::clear() {
    static_cast<ExchangeFacts&>(*this) = {};
    renew_storage(*this);
}

Engine::Engine(std::vector<std::reference_wrapper<Service>> services, EndpointOptions options)
    : options_(std::move(options)), services_(std::move(services)), enumerations_(options_.limits) {
    if (options_.host_name.empty()) options_.host_name = system_host_name();
    if (options_.product_version.empty()) options_.product_version = TINTYPE_VERSION;
    for (Service& service : services_) service.add_to(router_, options_.host_name);
    writers_.emplace(router_);
}

std::optional<Response> Engine::begin(Request& request, Exchange& exchange) const {
    if (!begins_with_soap(request.content_type)) {
        const auto type = soap::parse_content_type(request.content_type);
        if (!type.media_type.empty() && type.media_type != soap_media_type) {
            return Response{415, {}, {}, "media type " + type.media_type + " is not application/soap+xml"};
        }
    }
    exchange.arrived = std::chrono::steady_clock::now();
    exchange.principal = std::move(request.principal);
    exchange.peer = std::move(request.peer);
    exchange.content_type = std::move(request.content_type);
    const bool authenticated = exchange.principal.authenticated;
    if (request.body.size() > options_.limits.max_envelope_size) {
        return fault_response(Fault(faults::encoding_limit_service_envelope_limit), exchange, {});
    }

    auto read = reader_of_this_thread().read(request.body, exchange.content_type, options_.limits);
    if (!read) {
        // Before the log-on nothing that a client sent is answered with a fault.
        if (!authenticated) return Response{401, {}, {}, "not logged on"};
        auto& error = read.error();
        auto& unread = exchange.envelope;
        unread.charset = error.charset;
        // Stays: should this answer fail, another is made of the exchange.
        exchange.unread_id = std::move(error.message_id);
        unread.headers.message_id = {exchange.unread_id, !exchange.unread_id.empty(), false};
        const bool soap = error.fault != soap::ReadFault::not_xml && error.fault != soap::ReadFault::not_soap &&
                          error.fault != soap::ReadFault::empty;
        return fault_response(to_fault(error), exchange, {}, soap ? 500 : 400);
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

    exchange.answer_id = "uuid:";
    append_random_guid(exchange.answer_id);
    exchange.timeout = options_.limits.default_operation_timeout;
    if (auto made = make_plan(envelope, router_, options_.limits, exchange.made_plan)) {
        exchange.plan = &exchange.made_plan;
        exchange.timeout = exchange.plan->control.operation_timeout;
        exchange.may_wait = exchange.plan->may_block;
    } else {
        exchange.flaw = std::move(made.error());
    }
    if (options_.authorizer != nullptr) {
        exchange.permissions = options_.authorizer->recall(exchange.principal);
        if (!exchange.permissions) {
            exchange.may_wait = true;
            return std::nullopt;
        }
    }
    return judge(exchange);
}

std::optional<Response> Engine::judge(Exchange& exchange) const {
    std::optional<Denial> denial;
    if (const auto* permissions = exchange.permissions.get(); permissions != nullptr) {
        denial = exchange.plan ? restrict_plan(*exchange.plan, router_, *permissions)
                               : find_hidden(exchange.envelope, router_, *permissions);
    }
    if (denial) return deny(exchange, *denial);
    if (exchange.flaw) return fault_response(*exchange.flaw, exchange, summary_of(exchange));
    return std::nullopt;
}

// Whatever stands against it, the client learns no more than that something does.
Response Engine::deny(const Exchange& exchange, const Denial& denial) const {
    const auto missing = "no role allows \"" + to_text(denial) + '"';
    audit(AuditKind::access_denied, exchange, missing, &denial);
    return fault_response(Fault(faults::access_denied), exchange, summary_of(exchange) + ": " + missing);
}

// What was done is done, and what was denied stays denied: the client is told, whether or not this can be.
void Engine::audit(AuditKind kind, const Exchange& exchange, std::string_view detail,
                   const Denial* denial) const noexcept {
    if (!options_.audit) return;
    try {
        auto& event = event_of(kind, exchange);
        if (denial != nullptr) event.class_name = denial->class_name;
        event.detail = detail;
        options_.audit(event);
    } catch (...) {
        log_lost(kind, exchange);
    }
}

void Engine::log_lost(AuditKind kind, const Exchange& exchange) const noexcept {
    if (!options_.log) return;
    try {
        // Memory has run out, most likely, so the line takes none.
        std::array<char, 512> line{};
        std::size_t size = 0;
        const auto* const plan = exchange.plan;
        for (const std::string_view part :
             {std::string_view("an event is missing in the audit: "), audit_name(kind), std::string_view(" "),
              plan == nullptr ? std::string_view() : name_of(plan->operation), std::string_view(" "),
              plan == nullptr ? std::string_view() : plan->method_name, std::string_view(" by "),
              std::string_view(exchange.principal.name), std::string_view(", answered as "),
              std::string_view(exchange.answer_id)}) {
            size += part.copy(line.data() + size, line.size() - size);
        }
        options_.log(LogLevel::error, std::string_view(line.data(), size));
    } catch (...) {
        return;  // a log that throws against its word: nobody is left to be told
    }
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

Response Engine::finish(Exchange& exchange) noexcept {
    Response response;
    try {
        if (options_.authorizer != nullptr && !exchange.permissions) {
            exchange.permissions = options_.authorizer->find(exchange.principal);
            if (auto refused = judge(exchange)) return std::move(*refused);
        }
        response = respond(exchange);
    } catch (...) {
        response = exception_response(exchange);
    }
    if (exchange.plan && has_effect(exchange.plan->operation)) {
        audit(AuditKind::access_allowed, exchange, response.summary);
    }
    return response;
}

Response Engine::respond(Exchange& exchange) {
    const auto& envelope = exchange.envelope;
    auto& plan = *exchange.plan;
    std::string summary;
    summary.reserve(usual_summary);
    append_summary(summary, exchange);
    const auto now = std::chrono::steady_clock::now();
    enumerations_.expire(now);
    if (now > exchange.deadline()) {
        return fault_response(Fault(faults::timed_out), exchange, std::move(summary));
    }
    plan.writers = &*writers_;
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
                              exchange, std::move(summary));
    }
    if (plan.control.total_items_count_estimate) append_count_estimate(extra, plan);
    std::optional<Transferred> transferred;  // Before the headers, which tell of it.
    if (is_transfer(plan.operation)) {
        auto result = transfer(plan);
        if (!result) return fault_response(result.error(), exchange, std::move(summary));
        append_headers(extra, plan, *result);
        transferred = std::move(*result);
    }

    auto headers = answer_headers(envelope, envelope.headers.action.text, exchange.answer_id);
    headers.action_suffix = "Response";
    headers.extra = extra;
    std::string out;
    out.reserve(4096);
    soap::begin_answer(out, headers,
                       plan.operation == Operation::invoke ? plan.call.uri.without_query : std::string_view{});
    if (transferred) {
        append_body(out, plan, *transferred);
    } else if (auto done = carry_out(plan, out); !done) {
        return fault_response(done.error(), exchange, std::move(summary));
    }
    soap::end_answer(out);

    auto body = soap::encode(std::move(out), envelope.charset);
    if (body.size() > room) {
        const auto& fault = has_effect(plan.operation) ? faults::encoding_limit_unreportable_success
                                                       : faults::encoding_limit_max_envelope_size_exceeded;
        return fault_response(Fault(fault), exchange, std::move(summary));
    }
    return {200, content_type_of(exchange), std::move(body), std::move(summary)};
}

std::optional<Response> Engine::metadata(std::string_view query, std::string_view url,
                                         const Principal& principal) const {
    std::shared_ptr<const Permissions> permissions;
    if (options_.authorizer != nullptr) {
        permissions = options_.authorizer->recall(principal);
        if (!permissions) permissions = options_.authorizer->find(principal);
        if (hides_document(router_, query, *permissions)) return std::nullopt;
    }
    std::optional<std::string> document;
    for (const Service& service : services_) {
        document = service.metadata(query);
        if (document) break;
    }
    if (!document) document = wsman::metadata(router_, query, url, permissions.get());
    if (!document) return std::nullopt;
    return Response{200, "text/xml; charset=utf-8", std::move(*document), "metadata"};
}

}  // namespace tintype::wsman
