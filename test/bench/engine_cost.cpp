/// \file
/// What one request costs the engine, bytes to bytes, on one thread, with the memory backend and the memory job store.
/// An operator asks, so that roles are looked at; nobody is told for the audit, whose cost is that of its sink.
/// Under callgrind (`--collect-atstart=no`) only the measured calls are counted; without it, time is.

#include <valgrind/callgrind.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/authorization.hpp"
#include "tintype/backends.hpp"
#include "tintype/endpoint.hpp"
#include "tintype/executor.hpp"
#include "tintype/job_store.hpp"
#include "tintype/snapshot_service.hpp"

namespace {

constexpr std::string_view service =
    "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_VirtualSystemSnapshotService";

/// Keeps work for later: the jobs' own cost is no part of a request's.
class Postponed final : public tintype::Executor {
  public:
    void post(std::function<void()> work) override { work_.push_back(std::move(work)); }
    void run_all() {
        while (!work_.empty()) {
            auto work = std::move(work_);
            work_.clear();
            for (auto& one : work) one();
        }
    }

  private:
    std::vector<std::function<void()>> work_;
};

// What python3-winrm sends, to the letter.
std::string destroy_request(std::string_view snapshot) {
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
        "<w:MaxEnvelopeSize mustUnderstand=\"true\">153600</w:MaxEnvelopeSize>"
        "<a:MessageID>uuid:e6e07f68-526e-47ab-993c-7fee4500cd42</a:MessageID>"
        "<w:Locale mustUnderstand=\"false\" xml:lang=\"en-US\"></w:Locale>"
        "<p:DataLocale mustUnderstand=\"false\" xml:lang=\"en-US\"></p:DataLocale>"
        "<w:OperationTimeout>PT20S</w:OperationTimeout><w:ResourceURI mustUnderstand=\"true\">";
    out += service;
    out += "</w:ResourceURI><a:Action mustUnderstand=\"true\">";
    out += service;
    out += "/DestroySnapshot</a:Action></env:Header><env:Body><p:DestroySnapshot_INPUT xmlns:p=\"";
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

tintype::Response handle(tintype::Endpoint& endpoint, std::string body) {
    return endpoint.handle({std::move(body), "application/soap+xml;charset=UTF-8", {"alice", "Basic", true}, "bench"});
}

[[noreturn]] void give_up(const char* why, const std::string& detail) {
    std::fprintf(stderr, "engine_cost: %s\n%s\n", why, detail.c_str());
    std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 2000;
    constexpr int warm_up = 50;
    if (rounds < 1) give_up("usage: engine_cost [ROUNDS]", "ROUNDS is how many requests are measured, 1 or more");

    // A machine for each snapshot: jobs of one machine wait for each other, these don't.
    auto backend = tintype::make_memory_backend(
        {.machines = static_cast<std::size_t>(rounds + warm_up), .snapshots_per_machine = 1});
    auto store = tintype::make_memory_job_store();
    Postponed workers;
    double microseconds = 0;
    std::size_t request_size = 0;
    std::size_t answer_size = 0;
    {
        tintype::SnapshotService snapshots(
            *backend, *store, workers, {.max_unfinished_jobs = 1'000'000, .max_unfinished_jobs_per_user = 1'000'000});
        const auto roles = tintype::make_role_authorizer({.members = {{"operator", {"alice"}}}});
        if (!roles) give_up("no roles", roles.error());
        tintype::EndpointOptions options;
        options.authorizer = roles->get();
        tintype::Endpoint endpoint(snapshots, options);
        const auto all = backend->snapshots("", static_cast<std::size_t>(rounds + warm_up));
        if (!all) give_up("no snapshots", all.error().message);
        for (int i = 0; i < rounds + warm_up; ++i) {
            auto request = destroy_request((*all)[static_cast<std::size_t>(i)].id);
            request_size = request.size();
            const bool measured = i >= warm_up;
            if (measured) CALLGRIND_TOGGLE_COLLECT;
            const auto begin = std::chrono::steady_clock::now();
            auto response = handle(endpoint, std::move(request));
            const auto end = std::chrono::steady_clock::now();
            if (measured) CALLGRIND_TOGGLE_COLLECT;
            if (measured) microseconds += std::chrono::duration<double, std::micro>(end - begin).count();
            if (response.body.find("<p:ReturnValue>4096</p:ReturnValue>") == std::string::npos) {
                give_up("DestroySnapshot was not answered 4096:", response.body);
            }
            answer_size = response.body.size();
            if (i % 100 == 0) workers.run_all();
        }
        workers.run_all();
    }
    std::printf("requests %d\nrequest_bytes %zu\nanswer_bytes %zu\nmicroseconds_per_request %.2f\n", rounds,
                request_size, answer_size, microseconds / rounds);
    return 0;
}
