#include "session.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "fault.hpp"
#include "soap/namespaces.hpp"

namespace tintype::client {
namespace {

constexpr std::string_view transfer_get = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get";
constexpr std::string_view transfer_put = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Put";
constexpr std::string_view enumeration_enumerate = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate";
constexpr std::string_view enumeration_pull = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Pull";
constexpr std::string_view wql_dialect = "http://schemas.microsoft.com/wbem/wsman/1/WQL";
constexpr std::string_view page = "100";

/// Answers come from whom the user trusts and are larger than requests; depth is bounded all the same.
Limits answer_limits() {
    Limits limits;
    limits.max_envelope_size = std::size_t{64} * 1024 * 1024;
    limits.max_elements = 1'000'000;
    limits.max_namespaces = 100'000;
    return limits;
}

tl::unexpected<Error> not_wsman(const std::string& url, std::string detail) {
    return fail(ExitCode::unreachable, fmt::format("What answers at {} is no WS-Management endpoint.", url),
                std::move(detail));
}

tl::unexpected<Error> not_understood(std::string_view what) {
    return fail(ExitCode::failed, fmt::format("The answer is not understood: it has no {}.", what));
}

void append_items(std::vector<Instance>& found, const soap::Element& items, const soap::Envelope& envelope) {
    for (auto item = items.first_child(); item; item = item->next())
        found.push_back(read_instance(*item, envelope.other_namespaces));
}

}  // namespace

Session::Session(const Access& access, const std::string& password, std::chrono::seconds timeout)
    : transport_(access, password, timeout + std::chrono::seconds(5)),
      limits_(answer_limits()),
      url_(access.url),
      timeout_(timeout) {}

Result<soap::Envelope> Session::send(const std::string& message) {
    auto answer = transport_.post(message);
    if (!answer) return tl::unexpected(std::move(answer.error()));
    auto envelope = reader_.read(answer->body, answer->content_type, limits_);
    if (!envelope) return not_wsman(url_, fmt::format("HTTP {}; {}", answer->status, envelope.error().message));
    if (const auto body = soap::Element::first_in(envelope->body); body && body->is("s", "Fault")) {
        return tl::unexpected(read_fault(*body));
    }
    if (answer->status / 100 != 2) return not_wsman(url_, fmt::format("HTTP {}", answer->status));
    return std::move(*envelope);
}

Result<soap::Envelope> Session::ask(const Request& request) {
    return send(write_request(request, url_, timeout_));
}

Result<Instance> Session::identify() {
    const auto envelope = send(write_identify());
    if (!envelope) return tl::unexpected(envelope.error());
    const auto body = soap::Element::first_in(envelope->body);
    if (!body || !body->is("wsmid", "IdentifyResponse")) return not_wsman(url_, "no IdentifyResponse");
    return read_instance(*body, envelope->other_namespaces);
}

Result<Instance> Session::get(std::string_view class_name, std::span<const cim::Key> keys) {
    const auto envelope =
        ask({.action = std::string(transfer_get), .resource_uri = uri_of(class_name), .selectors = keys});
    if (!envelope) return tl::unexpected(envelope.error());
    const auto body = soap::Element::first_in(envelope->body);
    if (!body) return not_understood("instance");
    return read_instance(*body, envelope->other_namespaces);
}

Result<void> Session::put(std::string_view class_name, std::span<const cim::Key> keys, std::string_view property,
                          std::string_view value) {
    const auto uri = uri_of(class_name);
    auto text = element(fmt::format("p:{}", property), value);
    text.insert(text.find('>'), fmt::format(" xmlns:p=\"{}\"", uri));
    const auto envelope = ask(
        {.action = std::string(transfer_put),
         .resource_uri = uri,
         .selectors = keys,
         .more_headers = fmt::format("<w:FragmentTransfer s:mustUnderstand=\"true\">{}</w:FragmentTransfer>", property),
         .body = fmt::format("<w:XmlFragment>{}</w:XmlFragment>", text)});
    if (!envelope) return tl::unexpected(envelope.error());
    return {};
}

Result<std::vector<Instance>> Session::enumerate(std::string_view class_name) {
    return pull_all(uri_of(class_name), "");
}

Result<std::vector<Instance>> Session::query(std::string_view wql, std::string_view cim_namespace) {
    auto filter = element("w:Filter", wql);
    filter.insert(filter.find('>'), fmt::format(" Dialect=\"{}\"", wql_dialect));
    return pull_all(uri_of("*", cim_namespace), filter);
}

Result<std::vector<Instance>> Session::pull_all(const std::string& resource_uri, const std::string& filter) {
    std::vector<Instance> found;
    Request request{
        .action = std::string(enumeration_enumerate),
        .resource_uri = resource_uri,
        .body = "<n:Enumerate><w:OptimizeEnumeration/>" + element("w:MaxElements", page) + filter + "</n:Enumerate>"};
    for (;;) {
        const auto envelope = ask(request);
        if (!envelope) return tl::unexpected(envelope.error());
        const auto body = soap::Element::first_in(envelope->body);
        if (!body) return not_understood("items");
        for (const std::string_view prefix : {"w", "n"}) {
            if (const auto items = body->child(prefix, "Items")) append_items(found, *items, *envelope);
        }
        const auto context = body->child("n", "EnumerationContext");
        const std::string name(context ? soap::trim(context->text()) : "");
        if (name.empty() || body->child("w", "EndOfSequence") || body->child("n", "EndOfSequence")) return found;
        request.action = enumeration_pull;
        request.body =
            "<n:Pull>" + element("n:EnumerationContext", name) + element("n:MaxElements", page) + "</n:Pull>";
    }
}

Result<MethodAnswer> Session::invoke(const cim::ObjectPath& target, std::string_view method,
                                     std::span<const Argument> arguments) {
    const auto uri = uri_of(target.class_name,
                            target.cim_namespace.empty() ? virtualization : std::string_view(target.cim_namespace));
    const auto envelope = ask({.action = fmt::format("{}/{}", uri, method),
                               .resource_uri = uri,
                               .selectors = target.keys,
                               .body = write_input(uri, method, arguments)});
    if (!envelope) return tl::unexpected(envelope.error());
    const auto body = soap::Element::first_in(envelope->body);
    if (!body) return not_understood("output");
    MethodAnswer answer;
    answer.output = read_instance(*body, envelope->other_namespaces);
    answer.return_value = answer.output.number("ReturnValue");
    if (const auto path = cim::parse_object_path(answer.output.text("Job"))) {
        if (const auto* id = path->key("InstanceID")) answer.job = *id;
    }
    return answer;
}

}  // namespace tintype::client
