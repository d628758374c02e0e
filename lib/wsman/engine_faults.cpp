// Answers that are faults.

#include <exception>

#include "soap/charset.hpp"
#include "soap/reference_parameters.hpp"
#include "soap/xml_writer.hpp"
#include "tintype/guid.hpp"
#include "wsman/answer_headers.hpp"
#include "wsman/engine.hpp"
#include "wsman/message_rules.hpp"

namespace tintype::wsman {
namespace {

// What an answer's envelope holds beside the body and the headers that are asked for: for reckoning only.
constexpr std::size_t usual_envelope = 1'536;

}  // namespace

Response Engine::fault_response(const Fault& fault, const Exchange& exchange, std::string summary,
                                unsigned status) const {
    const auto& envelope = exchange.envelope;
    const auto message_id = exchange.answer_id.empty() ? "uuid:" + random_guid() : exchange.answer_id;
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

Response Engine::last_word(const Fault& fault, const Exchange& exchange, std::string_view summary) const noexcept {
    try {
        return fault_response(fault, exchange, std::string(summary));
    } catch (...) {
        Response bare;
        bare.status = 500;
        return bare;
    }
}

Response Engine::exception_response(const Exchange& exchange) const noexcept {
    const auto answer = [&](std::string_view words) {
        return last_word(Fault(faults::internal_error), exchange, words);
    };
    try {
        throw;
    } catch (const std::exception& error) {
        return answer(error.what());
    } catch (...) {
        return answer("something was thrown that is no std::exception");
    }
}

}  // namespace tintype::wsman
