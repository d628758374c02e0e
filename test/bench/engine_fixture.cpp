#include "engine_fixture.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace tintype::bench {

namespace {

constexpr std::string_view classes = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/";
constexpr std::string_view transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer/";
constexpr std::string_view enumeration = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/";

std::string begin_envelope(std::string_view resource_uri, std::string_view action) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<env:Envelope xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\" "
        "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
        "xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\" "
        "xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\" "
        "xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\" "
        "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
        "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\" "
        "xmlns:rsp=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell\" "
        "xmlns:cfg=\"http://schemas.microsoft.com/wbem/wsman/1/config\"><env:Header>"
        "<a:To>http://windows-host:5985/wsman</a:To><a:ReplyTo><a:Address mustUnderstand=\"true\">"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
        "<w:MaxEnvelopeSize mustUnderstand=\"true\">512000</w:MaxEnvelopeSize>"
        "<a:MessageID>uuid:e6e07f68-526e-47ab-993c-7fee4500cd42</a:MessageID>"
        "<w:Locale mustUnderstand=\"false\" xml:lang=\"en-US\"></w:Locale>"
        "<p:DataLocale mustUnderstand=\"false\" xml:lang=\"en-US\"></p:DataLocale>"
        "<w:OperationTimeout>PT20S</w:OperationTimeout><w:ResourceURI mustUnderstand=\"true\">";
    out.append(resource_uri).append("</w:ResourceURI><a:Action mustUnderstand=\"true\">").append(action);
    out += "</a:Action>";
    return out;
}

std::string uri_of(std::string_view class_name) {
    return std::string(classes).append(class_name);
}

}  // namespace

Postponed::Postponed() {
    work_.reserve(1'000);
    now_.reserve(1'000);
}

void Postponed::post(std::function<void()> work) {
    work_.push_back(std::move(work));
}

void Postponed::run_all() {
    while (!work_.empty()) {
        now_.swap(work_);
        for (auto& one : now_) one();
        now_.clear();
    }
}

Engine::Engine(const EngineOptions& options)
    : backend(
          make_memory_backend({.machines = options.machines, .snapshots_per_machine = options.snapshots_per_machine})) {
    auto roles = make_role_authorizer({.members = {{"operator", {"alice"}}}});
    if (!roles) give_up("no roles", roles.error());
    roles_ = std::move(*roles);
    SnapshotServiceOptions service;
    service.job_retention = std::chrono::hours(1);
    service.max_running_jobs = 1'000'000;  // each job is handed to the workers at once
    service.max_unfinished_jobs = 1'000'000;
    service.max_unfinished_jobs_per_user = 1'000'000;
    service_ = std::make_unique<SnapshotService>(*backend, *store, workers, std::move(service));
    EndpointOptions endpoint;
    endpoint.authorizer = roles_.get();
    endpoint.audit = options.audit;
    endpoint.limits.max_contexts = options.max_contexts;
    endpoint.limits.max_contexts_per_user = options.max_contexts;
    endpoint_ = std::make_unique<Endpoint>(*service_, std::move(endpoint));
}

std::vector<std::string> Engine::snapshots(std::size_t most) {
    const auto all = backend->snapshots("", most);
    if (!all) give_up("no snapshots", all.error().message);
    std::vector<std::string> ids;
    ids.reserve(all->size());
    for (const auto& one : *all) ids.push_back(one.id);
    return ids;
}

Request Engine::request(std::string body) {
    return {std::move(body), "application/soap+xml;charset=UTF-8", {"alice", "Basic", true}, "192.0.2.7:50123"};
}

Response Engine::handle(Request request) {
    return endpoint_->handle(std::move(request));
}

Response Engine::expect(std::string body, std::string_view words) {
    auto response = handle(request(std::move(body)));
    if (response.body.find(words) == std::string::npos)
        give_up("an answer without " + std::string(words), response.body);
    return response;
}

std::string destroy_request(std::string_view snapshot) {
    const auto service = uri_of("Msvm_VirtualSystemSnapshotService");
    auto out = begin_envelope(service, service + "/DestroySnapshot");
    out += "</env:Header><env:Body><p:DestroySnapshot_INPUT xmlns:p=\"";
    out += service;
    out +=
        "\"><p:AffectedSnapshot xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
        "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><a:Address>"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters>"
        "<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
        "Msvm_VirtualSystemSettingData</w:ResourceURI><w:SelectorSet><w:Selector Name=\"InstanceID\">Microsoft:";
    out += snapshot;
    out +=
        "</w:Selector></w:SelectorSet></a:ReferenceParameters></p:AffectedSnapshot></p:DestroySnapshot_INPUT>"
        "</env:Body></env:Envelope>";
    return out;
}

std::string get_request(std::string_view class_name, std::string_view instance_id) {
    auto out = begin_envelope(uri_of(class_name), std::string(transfer) + "Get");
    out += "<w:SelectorSet><w:Selector Name=\"InstanceID\">";
    out += instance_id;
    out += "</w:Selector></w:SelectorSet></env:Header><env:Body></env:Body></env:Envelope>";
    return out;
}

std::string identify_request() {
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<s:Envelope "
           "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
           "xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"><s:Header/><s:Body>"
           "<wsmid:Identify/></s:Body></s:Envelope>";
}

std::string enumerate_request(std::string_view class_name, std::size_t max_elements, std::string_view wql) {
    auto out = begin_envelope(uri_of(class_name), std::string(enumeration) + "Enumerate");
    out += "</env:Header><env:Body><n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>";
    out += std::to_string(max_elements);
    out += "</w:MaxElements>";
    if (!wql.empty()) {
        out += "<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">";
        out += wql;
        out += "</w:Filter>";
    }
    out += "</n:Enumerate></env:Body></env:Envelope>";
    return out;
}

std::string pull_request(std::string_view class_name, std::string_view context, std::size_t max_elements) {
    auto out = begin_envelope(uri_of(class_name), std::string(enumeration) + "Pull");
    out += "</env:Header><env:Body><n:Pull><n:EnumerationContext>";
    out += context;
    out += "</n:EnumerationContext><n:MaxElements>";
    out += std::to_string(max_elements);
    out += "</n:MaxElements></n:Pull></env:Body></env:Envelope>";
    return out;
}

std::string context_of(const Response& response) {
    constexpr std::string_view tag = "<n:EnumerationContext>";
    const auto at = response.body.find(tag);
    if (at == std::string::npos) give_up("an answer without a context", response.body);
    const auto begin = at + tag.size();
    return response.body.substr(begin, response.body.find('<', begin) - begin);
}

void give_up(std::string_view why, std::string_view detail) {
    std::fprintf(stderr, "%.*s\n%.*s\n", static_cast<int>(why.size()), why.data(), static_cast<int>(detail.size()),
                 detail.data());
    std::exit(1);
}

}  // namespace tintype::bench
