#include "wsman/exchange_record.hpp"

namespace tintype::wsman {

namespace {

std::string in_short(const std::vector<cim::Key>& keys) {
    std::string text;
    for (const auto& key : keys) {
        if (!text.empty()) text += ',';
        text += key.name;
        text += '=';
        text += key.value;
    }
    return text;
}

}  // namespace

std::string_view name_of(Operation operation) noexcept {
    switch (operation) {
        case Operation::identify:
            return "Identify";
        case Operation::get:
        case Operation::get_class:
            return "Get";
        case Operation::put:
            return "Put";
        case Operation::create:
            return "Create";
        case Operation::remove:
            return "Delete";
        case Operation::enumerate:
            return "Enumerate";
        case Operation::pull:
            return "Pull";
        case Operation::release:
            return "Release";
        case Operation::renew:
            return "Renew";
        case Operation::get_status:
            return "GetStatus";
        case Operation::invoke:
            break;
    }
    return "Invoke";
}

AuditEvent& event_of(AuditKind kind, const Exchange& exchange) {
    thread_local AuditEvent event;
    event.kind = kind;
    event.class_name.clear();
    event.method.clear();
    event.selectors.clear();
    event.detail.clear();
    event.user = exchange.principal.name;
    event.scheme = exchange.principal.scheme;
    event.peer = exchange.peer;
    event.message_id = exchange.envelope.headers.message_id.text;
    event.answer_id = exchange.answer_id;
    if (!exchange.plan) {
        const auto action = exchange.envelope.headers.action.text;
        event.operation = action.substr(action.rfind('/') + 1);
        return event;
    }
    const auto& plan = *exchange.plan;
    event.operation = name_of(plan.operation);
    event.class_name = plan.resources.empty() ? std::string_view(plan.call.selectors.class_name)
                                              : plan.resources.front()->declaration().name;
    event.method = plan.method_name;
    event.selectors = in_short(plan.call.selectors.keys);
    return event;
}

void append_summary(std::string& out, const Exchange& exchange) {
    if (!exchange.plan) {
        out += exchange.envelope.headers.action.text;
        return;
    }
    const auto& plan = *exchange.plan;
    out += plan.operation == Operation::invoke ? plan.method_name : name_of(plan.operation);
    if (const auto& name = plan.call.selectors.class_name; !name.empty()) out.append(" ").append(name);
}

std::string summary_of(const Exchange& exchange) {
    std::string summary;
    append_summary(summary, exchange);
    return summary;
}

}  // namespace tintype::wsman
